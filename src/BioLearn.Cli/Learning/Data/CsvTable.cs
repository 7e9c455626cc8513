using System.Globalization;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Learning.Data;

/// <summary>A row of numbers with its class.</summary>
internal sealed class LabelledRow
{
    public float[] Features { get; init; } = [];

    public string Label { get; init; } = "";
}

/// <summary>
/// A CSV file with a header: one column of classes, all others numbers. Fields may stand in double quotes; the separator is the comma,
/// or the semicolon or tab if the header has one and no comma. Errors name file, line and column.
/// </summary>
internal sealed class CsvTable
{
    private CsvTable(string[] featureNames, string labelName, List<LabelledRow> rows)
    {
        FeatureNames = featureNames;
        LabelName = labelName;
        Rows = rows;
    }

    public IReadOnlyList<string> FeatureNames { get; }

    public string LabelName { get; }

    public IReadOnlyList<LabelledRow> Rows { get; }

    /// <param name="path">The file.</param>
    /// <param name="label">Name of the column of classes; null takes the one called "label" or "class", else the last.</param>
    /// <exception cref="InvalidDataException">A line does not fit; the message says which and why.</exception>
    public static CsvTable Read(string path, string? label)
    {
        using IEnumerator<string> lines = TextFile.Lines(path).GetEnumerator();
        string header = lines.MoveNext() ? lines.Current : throw new InvalidDataException($"{path}: is empty; expected a line of column names");
        char separator = ((char[])[',', ';', '\t']).FirstOrDefault(header.Contains, ',');
        string[] names = Split(header, separator, path, 1);
        if (names.Length < 2)
            throw new InvalidDataException($"{path}: one column; expected at least one column of numbers and one of classes, separated by commas");
        int at = LabelColumn(names, label, path);
        List<LabelledRow> rows = [];
        int line = 1;
        while (lines.MoveNext())
        {
            string text = lines.Current;
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            string[] fields = Split(text, separator, path, line);
            if (fields.Length != names.Length)
                throw new InvalidDataException($"{path}, line {line}: {fields.Length} fields; the header has {names.Length}");
            rows.Add(Row(fields, names, at, path, line));
        }
        if (rows.Count == 0)
            throw new InvalidDataException($"{path}: no rows below the header");
        return new([.. names.Where((_, i) => i != at)], names[at], rows);
    }

    private static int LabelColumn(string[] names, string? label, string path)
    {
        if (label is null)
        {
            int usual = Array.FindIndex(names, name => name.Equals("label", StringComparison.OrdinalIgnoreCase) || name.Equals("class", StringComparison.OrdinalIgnoreCase));
            return usual >= 0 ? usual : names.Length - 1;
        }
        int at = Array.IndexOf(names, label);
        return at >= 0 ? at : throw new InvalidDataException($"{path}: no column '{label}'; there are {string.Join(", ", names)}");
    }

    private static LabelledRow Row(string[] fields, string[] names, int labelColumn, string path, int line)
    {
        float[] features = new float[fields.Length - 1];
        int next = 0;
        for (int i = 0; i < fields.Length; i++)
        {
            if (i == labelColumn)
                continue;
            if (!float.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
                throw new InvalidDataException($"{path}, line {line}, column '{names[i]}': '{fields[i]}' is not a finite number; expected one in every column but '{names[labelColumn]}'. Encode text and fill what is missing beforehand, or in an ML.NET pipeline");
            features[next++] = value;
        }
        return fields[labelColumn].Length > 0
            ? new LabelledRow { Features = features, Label = fields[labelColumn] }
            : throw new InvalidDataException($"{path}, line {line}: the class in column '{names[labelColumn]}' is empty");
    }

    private static string[] Split(string line, char separator, string path, int number)
    {
        List<string> fields = [];
        for (int at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                fields.Add(Quoted(line, ref at, path, number));
                if (at < line.Length && line[at] != separator)
                    throw new InvalidDataException($"{path}, line {number}: '{line[at]}' behind a closing quote; expected '{separator}'");
                at++;
                continue;
            }
            int end = line.IndexOf(separator, at);
            end = end < 0 ? line.Length : end;
            fields.Add(line[at..end].Trim());
            at = end + 1;
        }
        return [.. fields];
    }

    private static string Quoted(string line, ref int at, string path, int number)
    {
        System.Text.StringBuilder field = new();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
                field.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"')
                field.Append(line[at++]);
            else
            {
                at++;
                return field.ToString();
            }
        }
        throw new InvalidDataException($"{path}, line {number}: a quote is opened and not closed");
    }
}
