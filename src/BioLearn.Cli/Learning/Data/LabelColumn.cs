using System.Globalization;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Data;

/// <summary>The column of a table that is to be predicted, and what kind of prediction that is.</summary>
internal static class LabelColumn
{
    /// <summary>A label of numbers with more values than this is a number to predict, not a class.</summary>
    public const int MostNumberedClasses = 20;

    // An empty field is no label; nor is a word that means so, but that "none" and "null" are classes where other classes are words.
    private static readonly string[] NeverClasses = ["?", "NA", "N/A", "NaN"];

    /// <summary>What a label asks for: what was said, or else numbers of many values a number, and all else a class.</summary>
    public static LearningTask TaskOf(int at, IReadOnlyList<CsvRecord> records, LearningTask? asked) => asked ?? (
        records.Select(record => record.Fields[at]).Distinct(StringComparer.Ordinal).Skip(MostNumberedClasses).Any() && records.All(record => FeatureColumn.Number(record.Fields[at]) is not null)
            ? LearningTask.Regression
            : LearningTask.Classification);

    /// <summary>The labels as numbers.</summary>
    /// <exception cref="InvalidDataException">One is none.</exception>
    public static float[] Numbers(CsvTable table, int at, IReadOnlyList<CsvRecord> records) => [.. records.Select(record => FeatureColumn.Number(record.Fields[at]) ?? throw new InvalidDataException(
        $"{table.Path}, line {record.Line}, column '{table.Names[at]}': '{record.Fields[at]}' is not a finite number{(FeatureColumn.IsDecimalComma(record.Fields[at]) ? " (a decimal comma; expected a point)" : "")}; regression needs one in every row"))];

    /// <summary>The labels as true or false.</summary>
    /// <exception cref="InvalidDataException">One is neither.</exception>
    public static bool[] Flags(CsvTable table, int at, IReadOnlyList<CsvRecord> records) => [.. records.Select(record => ModelInput.Flag(record.Fields[at]) ?? throw new InvalidDataException(
        $"{table.Path}, line {record.Line}, column '{table.Names[at]}': '{record.Fields[at]}' is neither true nor false (nor 1, 0, yes, no); --task classification tells classes of any name apart"))];

    /// <summary>Rows that have a label; a note says of the others.</summary>
    /// <exception cref="InvalidDataException">None has.</exception>
    public static CsvRecord[] Labelled(CsvTable table, int at, IReadOnlyList<CsvRecord> records, List<string> notes)
    {
        bool areNumbers = records.All(record => MissingValue.Is(record.Fields[at]) || FeatureColumn.Number(record.Fields[at]) is not null);
        CsvRecord[] labelled = [.. records.Where(record => !IsMissing(record.Fields[at]))];
        if (labelled.Length == 0)
            throw new InvalidDataException($"{table.Path}: no row has a value in column '{table.Names[at]}'");
        int others = records.Count - labelled.Length;
        if (others > 0)
        {
            CsvRecord first = records.First(record => IsMissing(record.Fields[at]));
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Path}: {others} {(others == 1 ? "row" : "rows")} without a value in '{table.Names[at]}' {(others == 1 ? "is" : "are")} left out, the first in line {first.Line}"));
        }
        return labelled;

        bool IsMissing(string field) => field.Length == 0 || (areNumbers ? MissingValue.Is(field) : NeverClasses.Contains(field, StringComparer.OrdinalIgnoreCase));
    }
}
