using System.Globalization;

namespace BioLearn.Cli.Tables;

/// <summary>Whether the first record of a CSV file holds the names of its columns.</summary>
internal enum CsvHeader
{
    /// <summary>Seen from the file, or refused where it cannot be seen.</summary>
    Automatic,
    Present,
    Absent,
}

/// <summary>Tells names from values: a first record of numbers over columns of numbers is a row, and so is one of words that come again.</summary>
internal static class CsvHeaderGuess
{
    /// <summary>Present or absent.</summary>
    /// <param name="records">The first records of the file, more than one.</param>
    /// <param name="path">For the message.</param>
    /// <exception cref="InvalidDataException">Some columns say one thing and some the other.</exception>
    public static CsvHeader Of(IReadOnlyList<CsvRecord> records, string path)
    {
        string[] first = records[0].Fields;
        int numbers = 0, names = 0, again = 0, fresh = 0;
        for (int c = 0; c < first.Length; c++)
        {
            string[] below = [.. records.Skip(1).Select(record => record.Fields).Where(fields => c < fields.Length).Select(fields => fields[c]).Where(field => !MissingValue.Is(field))];
            if (below.Length == 0 || MissingValue.Is(first[c]))
                continue;
            bool isNumber = IsNumber(first[c]), areNumbers = below.All(IsNumber), comesAgain = below.Contains(first[c], StringComparer.Ordinal);
            numbers += areNumbers && isNumber ? 1 : 0;
            names += areNumbers && !isNumber ? 1 : 0;
            again += !areNumbers && comesAgain ? 1 : 0;
            fresh += !areNumbers && !comesAgain ? 1 : 0;
        }
        if (numbers == 0 && (names > 0 || again == 0))
            return CsvHeader.Present;
        return names == 0 && fresh == 0 ? CsvHeader.Absent : throw Unclear(path, first);
    }

    private static InvalidDataException Unclear(string path, string[] first) => new(
        $"{path}, line 1: names of columns or values? Some of {string.Join(", ", first.Take(6))}{(first.Length > 6 ? ", ..." : "")} are values as in the lines below, some are not; --header or --no-header says which");

    private static bool IsNumber(string field) => float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}

/// <summary>Fields that say there is no value.</summary>
internal static class MissingValue
{
    /// <summary>The words that mean it, beside the empty field; capitals do not matter.</summary>
    public static IReadOnlyList<string> Words { get; } = ["?", "NA", "N/A", "NaN", "null", "none"];

    public static bool Is(string field) => field.Length == 0 || Words.Contains(field, StringComparer.OrdinalIgnoreCase);
}
