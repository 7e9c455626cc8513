using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Baselines;

/// <summary>A row of numbers, NaN where a value is missing, with its class or its number.</summary>
internal sealed class FeatureRow
{
    public float[] Features { get; init; } = [];

    public string Class { get; init; } = "";

    public float Target { get; init; }
}

/// <summary>
/// Anybody's CSV file made numbers: columns of numbers as they are, columns of words as one feature a word (all 0 where the word is missing).
/// Rows without a label, columns without a value and columns of words that hardly come again are left out; notes say so.
/// </summary>
internal sealed class FeatureTable
{
    private FeatureTable(string name, LearningTask task, string label, IReadOnlyList<FeatureRow> rows, int numberColumns, int wordColumns, IReadOnlyList<string> notes)
    {
        (Name, Task, LabelName, Rows, NumberColumns, WordColumns, Notes) = (name, task, label, rows, numberColumns, wordColumns, notes);
    }

    public string Name { get; }

    public LearningTask Task { get; }

    public string LabelName { get; }

    public IReadOnlyList<FeatureRow> Rows { get; }

    public int NumberColumns { get; }

    public int WordColumns { get; }

    public int Features => Rows[0].Features.Length;

    /// <summary>What a reader should know: what was left out, or taken for words.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">Name of the label, or null.</param>
    /// <param name="header">Whether its first line holds names.</param>
    /// <param name="task">What to predict; null sees it from the label.</param>
    /// <param name="most">Most rows to read, the first ones; null for all.</param>
    /// <exception cref="InvalidDataException">The file holds nothing to learn, or something that cannot be read; the message has file, line and column.</exception>
    public static FeatureTable Read(string path, string? label, CsvHeader header, LearningTask? task, int? most)
    {
        var table = CsvTable.Open(path, header);
        int at = table.LabelColumn(label);
        List<string> notes = [];
        if (!table.HasHeader && header == CsvHeader.Automatic)
            notes.Add("no line of names: the first line is read as a row, the columns are c1, c2, ... (--header says otherwise)");
        List<CsvRecord> records = [.. LabelColumn.Labelled(table, at, [.. table.Rows().Take(most ?? int.MaxValue)], notes)];
        var (kind, targets) = Targets(table, at, records, task);
        FeatureColumn[] columns = [.. Enumerable.Range(0, table.Names.Count).Where(c => c != at).Select(c => FeatureColumn.Of(table, c, records, notes)).OfType<FeatureColumn>()];
        if (columns.Length == 0)
            throw new InvalidDataException($"{path}: no column beside '{table.Names[at]}' has values to learn from");
        int width = columns.Sum(column => column.Width);
        List<FeatureRow> rows = new(records.Count);
        for (int r = 0; r < records.Count; r++)
        {
            float[] features = new float[width];
            int place = 0;
            foreach (var column in columns)
            {
                column.Write(records[r].Fields, features.AsSpan(place, column.Width));
                place += column.Width;
            }
            rows.Add(new() { Features = features, Class = records[r].Fields[at], Target = kind == LearningTask.Regression ? targets[r] : 0 });
        }
        return new(Path.GetFileName(path), kind, table.Names[at], rows, columns.Count(column => !column.IsWords), columns.Count(column => column.IsWords), notes);
    }

    private static (LearningTask Task, float[] Targets) Targets(CsvTable table, int at, List<CsvRecord> records, LearningTask? asked)
    {
        int values = records.Select(record => record.Fields[at]).Distinct(StringComparer.Ordinal).Count();
        var task = LabelColumn.TaskOf(at, records, asked);
        float[] targets = task == LearningTask.Regression ? LabelColumn.Numbers(table, at, records) : [];
        bool numbers = records.All(record => FeatureColumn.Number(record.Fields[at]) is not null);
        string place = $"{table.Path}, column '{table.Names[at]}'";
        if (values < 2)
            throw new InvalidDataException($"{place}: all {records.Count} rows have the value '{records[0].Fields[at]}'; there is nothing to learn");
        if (task == LearningTask.Classification && values > records.Count / 2)
            throw new InvalidDataException($"{place}: {values} classes in {records.Count} rows; expected classes that come again{(numbers ? ", or --regression" : "")}; --label names another column");
        return (task, targets);
    }
}
