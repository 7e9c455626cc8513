using System.Security.Cryptography;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.ML.Data;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Learning.Data;

/// <summary>Rows to learn from and rows to test on: columns of features, which <see cref="Prepare"/> makes one vector <c>Features</c>, and <c>Label</c>.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Task">What is to be predicted.</param>
/// <param name="Training">Rows to learn from.</param>
/// <param name="Test">Rows that learning never sees.</param>
internal sealed record DataSet(string Name, LearningTask Task, IDataView Training, IDataView Test)
{
    /// <summary>The name of the bundled part of Fashion-MNIST.</summary>
    public const string Sample = "sample";

    private const string FirstOfCifar = "data_batch_1.bin";

    /// <summary>Channels, height and width of rows that are pictures; null for others.</summary>
    public TensorShape? Shape { get; init; }

    /// <summary>Whether features are grey values from 0 to 1, which need no normalization.</summary>
    public bool IsPictures => Shape is not null && LabelName is null;

    /// <summary>The column of labels in the CSV file, or null.</summary>
    public string? LabelName { get; init; }

    /// <summary>What a reader should know of the data.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Makes what turns the columns into the vector <c>Features</c>; null from it where they are that.</summary>
    public Func<MLContext, IEstimator<ITransformer>?> Prepare { get; init; } = _ => null;

    private static string SampleFolder => Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");

    /// <summary>Opens what <c>--data</c> names.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="choice">The data, and what is said of it.</param>
    /// <param name="cancellation">Heard where pictures are read one by one.</param>
    /// <exception cref="UsageException">There is no such data.</exception>
    public static DataSet Open(MLContext mlContext, DataChoice choice, CancellationToken cancellation = default)
    {
        if (File.Exists(Path.Combine(choice.Data, FirstOfCifar)))
            return FromCifar(choice.Data);
        if (PictureFolder.Is(choice.Data))
            return PictureFolder.Open(choice, cancellation);
        if (Directory.Exists(choice.Data) && PictureFolder.Any(choice.Data) && IdxFolder.Find(choice.Data, "train-images-idx3-ubyte") is null)
            throw new UsageException($"--data {choice.Data}: its pictures lie in no folder of a class; expected one folder a class, such as {Path.Combine(choice.Data, "cats", "1.jpg")}");
        if (Directory.Exists(choice.Data) && IdxFolder.Find(choice.Data, "train-images-idx3-ubyte") is null && !Directory.EnumerateFiles(choice.Data, "*idx*").Any())
            throw new UsageException($"--data {choice.Data}: holds neither pictures, in one folder a class, nor IDX files (train-images-idx3-ubyte and so on), nor CIFAR-10's ({FirstOfCifar})");
        if (IdxPictures(choice.Data) is var (folder, name))
            return FromFolder(mlContext, folder, name);
        if (!File.Exists(choice.Data))
            throw new UsageException($"--data {choice.Data}: no such file or folder; expected {Sample}, {string.Join(", ", KnownData.All.Select(k => k.Name))}, a folder of pictures with one folder a class, a folder of IDX files, or a CSV file");
        return TableData.Open(choice);
    }

    /// <summary>Whether <c>--data</c> names pictures, not a table.</summary>
    /// <param name="data">What is named.</param>
    /// <param name="option">What named it, such as "--rows ", for messages.</param>
    /// <exception cref="UsageException">It names a set that is not here.</exception>
    public static bool ArePictures(string data, string option = "--data ") => Directory.Exists(data) || IdxPictures(data, option) is not null;

    /// <summary>The folder of IDX files that <c>--data</c> names, and what to call it; null for anything else.</summary>
    /// <exception cref="UsageException">It names a set that is not here.</exception>
    public static (string Folder, string Name)? IdxPictures(string data, string option = "--data ")
    {
        if (KnownData.Find(data) is { } known)
        {
            if (known.IsHere)
                return (known.Folder, known.Name);
            return data == "fashion-mnist"
                ? (SampleFolder, "the bundled part of Fashion-MNIST (whole: biolearn data pull fashion-mnist)")
                : throw new UsageException($"{option}{data}: not at hand; biolearn data pull {data} fetches it, or name a folder that has it");
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
        if (PictureFolder.Is(data))
            return PictureFolder.Fingerprint(data);
        string folder = KnownData.Find(data) is { IsHere: true } known ? known.Folder : Directory.Exists(data) ? data : SampleFolder;
        string[] files = File.Exists(data) ? [data] : [.. Directory.GetFiles(folder, File.Exists(Path.Combine(folder, FirstOfCifar)) ? "*.bin" : "*idx*").Order(StringComparer.Ordinal)];
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
        IReadOnlyList<int> sides = IdxFile.Read(images).Dimensions;
        return new(name, LearningTask.Classification, training, test) { Shape = sides.Count == 3 ? new(1, sides[1], sides[2]) : new(1, 1, Pixels(training)) };

        static int Pixels(IDataView view) => ((VectorDataViewType)view.Schema["Features"].Type).Size;
    }

    private static DataSet FromCifar(string folder)
    {
        DataSource source = DataSource.At("cifar", folder);
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), LearningTask.Classification, View(source.Training), View(source.Test)) { Shape = source.Shape };

        static TableView View(LabelledRows rows) => new(rows.Count,
        [
            new("Features", new VectorDataViewType(NumberDataViewType.Single, rows.Width), row => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var editor = VBufferEditor.Create(ref value, rows.Width);
                rows.Features.Span.Slice(row() * rows.Width, rows.Width).CopyTo(editor.Values);
                value = editor.Commit();
            })),
            new("Label", NumberDataViewType.Byte, row => (ValueGetter<byte>)((ref byte value) => value = (byte)rows.Labels.Span[row()])),
        ]);
    }
}
