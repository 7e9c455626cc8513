using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Data;

/// <summary>A column of a CSV file as one feature, or as one feature a word.</summary>
internal sealed partial class FeatureColumn
{
    private readonly int _place;
    private readonly Dictionary<string, int>? _words;

    private FeatureColumn(int place, Dictionary<string, int>? words) => (_place, _words) = (place, words);

    /// <summary>Place of the column in its table.</summary>
    public int Place => _place;

    public bool IsWords => _words is not null;

    public int Width => _words?.Count ?? 1;

    /// <summary>The column, or null if nothing can be learned from it, which a note then says.</summary>
    /// <param name="table">Whose column it is.</param>
    /// <param name="place">Its place.</param>
    /// <param name="records">The rows.</param>
    /// <param name="notes">Receives what a reader should know.</param>
    /// <param name="strict">Whether a word among at least as many numbers is an error, not a sign of words.</param>
    /// <exception cref="InvalidDataException">It holds numbers with decimal commas, or, if that is strict, numbers and a word.</exception>
    public static FeatureColumn? Of(CsvTable table, int place, IReadOnlyList<CsvRecord> records, List<string> notes, bool strict = false)
    {
        string name = table.Names[place];
        int given = 0, numbers = 0;
        CsvRecord? odd = null, comma = null;
        foreach (var record in records)
        {
            string field = record.Fields[place];
            if (MissingValue.Is(field))
                continue;
            given++;
            if (Number(field) is not null)
                numbers++;
            else if (IsDecimalComma(field))
                comma ??= record;
            else
                odd ??= record;
        }
        if (given == 0)
        {
            notes.Add($"column '{name}' has no values and is left out");
            return null;
        }
        if (odd is null && comma is { } first)
            throw new InvalidDataException($"{table.Path}, line {first.Line}, column '{name}': '{first.Fields[place]}' is written with a decimal comma; expected a point, as in {first.Fields[place].Replace(',', '.')}");
        if (numbers == given)
            return new(place, null);
        if (strict && 2 * numbers >= given)
            throw new InvalidDataException($"{table.Path}, line {odd!.Value.Line}, column '{name}': '{odd.Value.Fields[place]}' is not a finite number, as most of the column are; expected one, an empty field where it is missing, or words in all rows");
        string[] words = [.. records.Select(record => record.Fields[place]).Where(field => !MissingValue.Is(field)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (words.Length > Math.Max(10, given / 2))
        {
            notes.Add($"column '{name}' is left out: {words.Length} different words in {given} rows, so nothing comes again");
            return null;
        }
        if (numbers > given / 2)
            notes.Add($"column '{name}' is taken for words: it holds numbers, but '{odd!.Value.Fields[place]}' in line {odd.Value.Line}");
        return new(place, words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal));
    }

    /// <summary>A finite number, or null.</summary>
    public static float? Number(string field) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : null;

    /// <summary>Whether a field is a number written with a decimal comma.</summary>
    public static bool IsDecimalComma(string field) => DecimalComma().IsMatch(field);

    /// <summary>Writes the features of a row; NaN or zeros where there is no value.</summary>
    public void Write(string[] fields, Span<float> features)
    {
        string field = fields[_place];
        if (_words is null)
            features[0] = MissingValue.Is(field) ? float.NaN : Number(field)!.Value;
        else if (_words.TryGetValue(field, out int word))
            features[word] = 1;
    }

    [GeneratedRegex(@"^[+-]?\d+,\d+([eE][+-]?\d+)?$")]
    private static partial Regex DecimalComma();
}
