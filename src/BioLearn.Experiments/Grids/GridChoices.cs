using System.Globalization;

namespace BioLearn.Experiments.Grids;

/// <summary>
/// A value that stands for several: <c>{grid: [..]}</c> (or <c>grid_search</c>), <c>{zip: [..]}</c>, which goes together with the other lists of its
/// <c>group</c>, and ranges, <c>{from:, to:, step:}</c> or <c>{from:, to:, log: n}</c>.
/// </summary>
/// <param name="Values">What it stands for.</param>
/// <param name="Group">Name of the group of a zip; null for a grid of its own.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record GridChoices(IReadOnlyList<GridValue> Values, string? Group, GridPlace Place)
{
    private const int MostValues = 1_000_000;
    private static readonly string[] Keys = ["grid", "grid_search", "zip"], RangeKeys = ["from", "to", "step", "log"];

    /// <summary>Whether a map is such a value.</summary>
    public static bool IsGrid(GridMap map) => Array.Exists(Keys, key => map.Find(key) is not null) || (map.Find("from") is not null && map.Find("to") is not null) || IsPartOfRange(map);

    /// <summary>A range of which one end is missing: <c>{from: 1, step: 1}</c> means nothing else.</summary>
    private static bool IsPartOfRange(GridMap map) => (map.Find("from") is not null || map.Find("to") is not null) && (map.Find("step") is not null || map.Find("log") is not null) && map.Entries.All(entry => RangeKeys.Contains(entry.Key));

    /// <exception cref="InvalidDataException">A key or a number is wrong.</exception>
    public static GridChoices Of(GridMap map)
    {
        if (Array.Find(Keys, key => map.Find(key) is not null) is not { } kind)
            return new(Range(map), null, map.Place);
        Only(map, kind == "zip" ? [kind, "group"] : [kind]);
        if (map[kind] is not GridList { Items.Count: > 0 } list)
            throw map[kind]!.Place.Error($"{kind}: expected a list of values, not {(map[kind] is GridList ? "an empty one" : map[kind]!.Kind)}");
        return new(list.Items, kind == "zip" ? (map["group"] as GridScalar)?.Text ?? "" : null, map.Place);
    }

    private static List<GridValue> Range(GridMap map)
    {
        Only(map, RangeKeys);
        if (Array.Find(["from", "to"], end => map[end] is null) is { } missing)
            throw map.Place.Error($"the key {missing} is missing: a range has from, to, and step or log");
        if (map["step"] is null == map["log"] is null)
            throw map.Place.Error("a range from ... to ... needs step: (a distance) or log: (a number of values)");
        return map["step"] is null ? Logarithmic(map) : Stepped(map);
    }

    // Decimal numbers, so that .1 and .2 make .3.
    private static List<GridValue> Stepped(GridMap map)
    {
        decimal from = Number(map, "from"), to = Number(map, "to"), step = Number(map, "step");
        if (step == 0 || (to - from) / step < 0)
            throw map["step"]!.Place.Error($"step {step}: does not lead from {from} to {to}");
        if ((to - from) / step >= MostValues)
            throw map["step"]!.Place.Error($"step {step}: makes more than {MostValues} values");
        List<GridValue> values = [];
        for (decimal value = from; step > 0 ? value <= to : value >= to; value += step)
            values.Add(new GridScalar(map.Place, value.ToString(CultureInfo.InvariantCulture)));
        return values;
    }

    private static List<GridValue> Logarithmic(GridMap map)
    {
        double from = (double)Number(map, "from"), to = (double)Number(map, "to");
        decimal count = Number(map, "log");
        if (from <= 0 || to <= 0)
            throw map.Place.Error($"log: from {from} and to {to} must lie above 0");
        if (count != decimal.Truncate(count) || count is < 2 or > MostValues)
            throw map["log"]!.Place.Error($"log: {count}: expected a number of values from 2 to {MostValues}");
        List<GridValue> values = [];
        for (int i = 0; i < count; i++)
        {
            double value = from * Math.Pow(to / from, i / ((double)count - 1));
            // 15 digits are what a double holds whatever the rounding of the power.
            values.Add(new GridScalar(map.Place, value.ToString("G15", CultureInfo.InvariantCulture)));
        }
        return values;
    }

    private static decimal Number(GridMap map, string key) =>
        map[key] is GridScalar { IsQuoted: false } scalar && decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw (map[key]?.Place ?? map.Place).Error($"{key}: expected a number, not {map[key]?.Kind ?? "nothing"}");

    private static void Only(GridMap map, string[] keys)
    {
        if (map.Entries.FirstOrDefault(entry => !keys.Contains(entry.Key)) is { } other)
            throw other.Place.Error(NearestName.Unknown("key", other.Key, keys));
    }
}
