using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Data;

/// <summary>A row of numbers with its class.</summary>
internal sealed class LabelledRow
{
    public float[] Features { get; init; } = [];

    public string Label { get; init; } = "";
}

/// <summary>A CSV file of one column of classes, all others numbers. Errors name file, line and column.</summary>
internal sealed partial class LabelledTable
{
    private LabelledTable(CsvTable table, int label, List<LabelledRow> rows)
    {
        FeatureNames = [.. table.Names.Where((_, i) => i != label)];
        LabelName = table.Names[label];
        HasHeader = table.HasHeader;
        Rows = rows;
    }

    public IReadOnlyList<string> FeatureNames { get; }

    public string LabelName { get; }

    /// <summary>Whether the first line holds names.</summary>
    public bool HasHeader { get; }

    public IReadOnlyList<LabelledRow> Rows { get; }

    /// <param name="path">The file.</param>
    /// <param name="label">Name of the column of classes; null takes the one called "label" or "class", else the last.</param>
    /// <param name="header">Whether its first line holds names.</param>
    /// <exception cref="InvalidDataException">A line does not fit; the message says which and why.</exception>
    public static LabelledTable Read(string path, string? label, CsvHeader header = CsvHeader.Automatic)
    {
        var table = CsvTable.Open(path, header);
        int at = table.LabelColumn(label);
        return new(table, at, [.. table.Rows().Select(record => Row(record, table, at))]);
    }

    private static LabelledRow Row(CsvRecord record, CsvTable table, int label)
    {
        float[] features = new float[record.Fields.Length - 1];
        int next = 0;
        for (int i = 0; i < record.Fields.Length; i++)
        {
            if (i == label)
                continue;
            string field = record.Fields[i];
            if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
                throw NotANumber(field, $"{table.Path}, line {record.Line}, column '{table.Names[i]}'", table.Names[label]);
            features[next++] = value;
        }
        return record.Fields[label].Length > 0
            ? new LabelledRow { Features = features, Label = record.Fields[label] }
            : throw new InvalidDataException($"{table.Path}, line {record.Line}: the class in column '{table.Names[label]}' is empty");
    }

    private static InvalidDataException NotANumber(string field, string place, string label) => new(IsDecimalComma(field)
        ? $"{place}: '{field}' is written with a decimal comma; expected a point, as in {field.Replace(',', '.')}"
        : $"{place}: '{field}' is not a finite number; expected one in every column but '{label}'. Encode text and fill what is missing beforehand, or in an ML.NET pipeline");

    /// <summary>Whether a field is a number written with a decimal comma.</summary>
    public static bool IsDecimalComma(string field) => DecimalComma().IsMatch(field);

    [GeneratedRegex(@"^[+-]?\d+,\d+([eE][+-]?\d+)?$")]
    private static partial Regex DecimalComma();
}
