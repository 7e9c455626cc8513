using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Learning.Baselines;

/// <summary>A column of a CSV file as one feature, or as one feature a word.</summary>
internal sealed class FeatureColumn
{
    private readonly int _place;
    private readonly Dictionary<string, int>? _words;

    private FeatureColumn(int place, Dictionary<string, int>? words) => (_place, _words) = (place, words);

    public bool IsWords => _words is not null;

    public int Width => _words?.Count ?? 1;

    /// <summary>The column, or null if nothing can be learned from it, which a note then says.</summary>
    /// <exception cref="InvalidDataException">It holds numbers with decimal commas.</exception>
    public static FeatureColumn? Of(CsvTable table, int place, IReadOnlyList<CsvRecord> records, List<string> notes)
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
            else if (LabelledTable.IsDecimalComma(field))
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

    /// <summary>Writes the features of a row; NaN or zeros where there is no value.</summary>
    public void Write(string[] fields, Span<float> features)
    {
        string field = fields[_place];
        if (_words is null)
            features[0] = MissingValue.Is(field) ? float.NaN : Number(field)!.Value;
        else if (_words.TryGetValue(field, out int word))
            features[word] = 1;
    }
}
