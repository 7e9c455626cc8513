using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Kernels.Random;

namespace BioLearn.Cli.Learning.Data;

/// <summary>The rows of a CSV file, those to learn from and those to test on.</summary>
/// <param name="Table">The file.</param>
/// <param name="Training">Rows to learn from.</param>
/// <param name="Test">Rows to test on.</param>
internal sealed record TableSplit(LabelledTable Table, IReadOnlyList<LabelledRow> Training, IReadOnlyList<LabelledRow> Test)
{
    /// <summary>Share of the rows that are set aside unless somebody says otherwise.</summary>
    public const double UsualTestShare = .2;

    /// <param name="path">The file.</param>
    /// <param name="label">Column of classes, or null.</param>
    /// <param name="testFile">File to test on; null sets a share of the rows aside.</param>
    /// <param name="testShare">That share.</param>
    /// <param name="header">Whether files begin with a line of names.</param>
    /// <exception cref="UsageException">There are too few rows, or there is no such file.</exception>
    /// <exception cref="InvalidDataException">A line does not fit, or the two files have other columns.</exception>
    public static TableSplit Read(string path, string? label, string? testFile, double testShare, CsvHeader header)
    {
        var table = LabelledTable.Read(path, label, header);
        if (testFile is not null)
            return new(table, table.Rows, OtherRows(testFile, table, path));
        // One order for all seeds: every run is tested on the same rows.
        int[] order = new int[table.Rows.Count];
        new RandomStream(0, "test rows").FillPermutation(order);
        int held = (int)Math.Ceiling(testShare * order.Length);
        if (held >= order.Length)
            throw new UsageException($"{path}: {order.Length} rows are too few to set {held} aside for the test; name a file with --test");
        return new(table, [.. order[held..].Select(i => table.Rows[i])], [.. order[..held].Select(i => table.Rows[i])]);
    }

    /// <summary>A CSV file as a source of grid files, as <c>biolearn train</c> reads it with its defaults: classes in the order of their names.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="path">The file.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static DataSource Source(string name, string path)
    {
        TableSplit split = Read(path, null, null, UsualTestShare, CsvHeader.Automatic);
        string[] classes = [.. split.Training.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new InvalidDataException($"{path}, column '{split.Table.LabelName}': the {split.Training.Count} rows to learn from have one class only; there is nothing to tell apart");
        Dictionary<string, int> numbers = classes.Select((label, i) => (label, i)).ToDictionary(one => one.label, one => one.i);
        return DataSource.Of(name, Path.GetFullPath(path), Rows(split.Training), Rows(split.Test));

        // A class that no row to learn from has is none of theirs.
        LabelledRows Rows(IReadOnlyList<LabelledRow> rows) => new(rows.SelectMany(row => row.Features).ToArray(), rows.Select(row => numbers.GetValueOrDefault(row.Label, classes.Length)).ToArray());
    }

    private static IReadOnlyList<LabelledRow> OtherRows(string testFile, LabelledTable table, string path)
    {
        if (!File.Exists(testFile))
            throw new UsageException($"--test {testFile}: no such file");
        var other = LabelledTable.Read(testFile, table.LabelName, table.HasHeader ? CsvHeader.Present : CsvHeader.Absent);
        return other.FeatureNames.SequenceEqual(table.FeatureNames) ? other.Rows
            : throw new InvalidDataException($"{testFile}: its columns are {string.Join(", ", other.FeatureNames)}; {path} has {string.Join(", ", table.FeatureNames)}");
    }
}
