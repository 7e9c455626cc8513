using System.Globalization;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Data;

/// <summary>The column of a table that is to be predicted, and what kind of prediction that is.</summary>
internal static class LabelColumn
{
    /// <summary>A label of numbers with more values than this is a number to predict, not a class.</summary>
    public const int MostNumberedClasses = 20;

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

    /// <summary>Refuses a row without a label.</summary>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public static void RequireAll(CsvTable table, int at, IReadOnlyList<CsvRecord> records)
    {
        foreach (var record in records)
        {
            if (record.Fields[at].Length == 0)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{table.Path}, line {record.Line}: the class in column '{table.Names[at]}' is empty"));
        }
    }
}
