using System.Security.Cryptography;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Learning.Data;

/// <summary>Rows to learn from and rows to test on: <c>Features</c>, a vector of Single, and <c>Label</c>.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Training">Rows to learn from.</param>
/// <param name="Test">Rows that learning never sees.</param>
/// <param name="IsPictures">Whether features are grey values from 0 to 1, which need no normalization.</param>
/// <param name="LabelName">The column of classes in the CSV file, or null.</param>
/// <param name="HasHeader">False for a CSV file whose first line is a row.</param>
internal sealed record DataSet(string Name, IDataView Training, IDataView Test, bool IsPictures, string? LabelName = null, bool HasHeader = true)
{
    /// <summary>The name of the bundled part of Fashion-MNIST.</summary>
    public const string Sample = "sample";

    private static string SampleFolder => Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");

    /// <summary>Opens what <c>--data</c> names: sample, mnist, fashion-mnist, a folder of IDX files, one of these files, or a CSV file.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">The value of the option.</param>
    /// <param name="label">Column of classes in a CSV file, or null.</param>
    /// <param name="testFile">CSV file to test on; null sets a share of the rows aside.</param>
    /// <param name="testShare">That share.</param>
    /// <param name="header">Whether CSV files begin with a line of names.</param>
    /// <exception cref="UsageException">There is no such data.</exception>
    public static DataSet Open(MLContext mlContext, string data, string? label, string? testFile, double testShare, CsvHeader header = CsvHeader.Automatic)
    {
        if (PictureFolder(data) is var (folder, name))
            return FromFolder(mlContext, folder, name);
        if (!File.Exists(data))
            throw new UsageException($"--data {data}: no such file or folder; expected {Sample}, {string.Join(", ", KnownData.All.Select(k => k.Name))}, a folder of IDX files, or a CSV file");
        return FromCsv(mlContext, data, label, testFile, testShare, header);
    }

    /// <summary>The folder of IDX files that <c>--data</c> names, and what to call it; null for anything else.</summary>
    /// <exception cref="UsageException">It names a set that is not here.</exception>
    public static (string Folder, string Name)? PictureFolder(string data)
    {
        if (KnownData.Find(data) is { } known)
        {
            if (known.IsHere)
                return (known.Folder, known.Name);
            return data == "fashion-mnist"
                ? (SampleFolder, "the bundled part of Fashion-MNIST (whole: biolearn data pull fashion-mnist)")
                : throw new UsageException($"--data {data}: not at hand; biolearn data pull {data} fetches it, or name a folder that has it");
        }
        if (data == Sample)
            return (SampleFolder, "the bundled part of Fashion-MNIST");
        if (Directory.Exists(data))
            return (data, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))));
        return File.Exists(data) && data.Contains("idx", StringComparison.Ordinal)
            ? (Path.GetDirectoryName(Path.GetFullPath(data))!, Path.GetFileName(data))
            : null;
    }

    /// <summary>A checksum of the files that <c>--data</c> and <c>--test</c> name, so that other data of the same name is told from them.</summary>
    public static string Fingerprint(string data, string? testFile)
    {
        string folder = KnownData.Find(data) is { IsHere: true } known ? known.Folder : Directory.Exists(data) ? data : SampleFolder;
        string[] files = File.Exists(data) ? [data] : [.. Directory.GetFiles(folder, "*idx*").Order(StringComparer.Ordinal)];
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in testFile is null ? files : [.. files, testFile])
        {
            using var content = File.OpenRead(file);
            sum.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private static DataSet FromFolder(MLContext mlContext, string folder, string name)
    {
        var (images, labels) = IdxFolder.Pair(folder, "train");
        var (testImages, testLabels) = IdxFolder.Pair(folder, "t10k");
        IDataView training = mlContext.Data.LoadFromIdx(images, labels), test = mlContext.Data.LoadFromIdx(testImages, testLabels);
        if (!training.Schema["Features"].Type.Equals(test.Schema["Features"].Type))
            throw new InvalidDataException($"{testImages}: pictures of {Pixels(test)} pixels; those of {images} have {Pixels(training)}");
        return new(name, training, test, IsPictures: true);

        static int Pixels(IDataView view) => ((VectorDataViewType)view.Schema["Features"].Type).Size;
    }

    private static DataSet FromCsv(MLContext mlContext, string path, string? label, string? testFile, double testShare, CsvHeader header)
    {
        TableSplit split = TableSplit.Read(path, label, testFile, testShare, header);
        return new(Path.GetFileName(path), View(mlContext, split.Training, split.Table), View(mlContext, split.Test, split.Table), IsPictures: false, split.Table.LabelName, split.Table.HasHeader);
    }

    private static IDataView View(MLContext mlContext, IReadOnlyList<LabelledRow> rows, LabelledTable table)
    {
        var schema = SchemaDefinition.Create(typeof(LabelledRow));
        schema[nameof(LabelledRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, table.FeatureNames.Count);
        return mlContext.Data.LoadFromEnumerable(rows, schema);
    }
}
