using System.Globalization;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>Reads metrics: a column's name, or a map of a reduction and what goes with it.</summary>
internal static class MetricReader
{
    private static readonly Dictionary<string, Reduction> Reductions = Enum.GetValues<Reduction>().ToDictionary(one => SettingName.Of(one.ToString()));

    private static readonly string[] Others = ["rows", "tail", "smooth", "at", "factor", "data", "form", "show"];

    /// <exception cref="InvalidDataException">It is no metric; the message has file, line and what was expected.</exception>
    public static Metric Read(GridValue value)
    {
        if (value is GridScalar { Text.Length: > 0 } column)
            return new(Reduction.Last, [column.Text], value.Place);
        if (value is not GridMap map)
            throw value.Place.Error($"{value.Kind}: expected a metric: a column's name, or a map such as {{mean: test-error}}");
        if (map.Entries.FirstOrDefault(entry => !Reductions.ContainsKey(entry.Key) && !Others.Contains(entry.Key)) is { } unknown)
            throw unknown.Place.Error(NearestName.Unknown("key", unknown.Key, [.. Reductions.Keys, .. Others]));
        GridEntry[] reductions = [.. map.Entries.Where(entry => Reductions.ContainsKey(entry.Key))];
        if (reductions is not [var reduction])
            throw map.Place.Error($"a metric has one of {string.Join(", ", Reductions.Keys)}; this one has {reductions.Length}");
        Metric metric = new(Reductions[reduction.Key], Names(reduction.Value, "columns"), map.Place)
        {
            Rows = map["rows"] is { } rows ? Range(rows) : (int.MinValue, int.MaxValue),
            Tail = map["tail"] is { } tail ? Share(tail) : 0,
            Smooth = map["smooth"] is { } smooth ? Whole(smooth, 1) : 1,
            At = map["at"] is { } at ? Whole(at, int.MinValue) : 0,
            Factor = map["factor"] is { } factor ? Number(factor) : 1,
            Data = map["data"] is { } data ? Numbers(data) : [],
            Form = map["form"] is { } form ? Word<DataFitForm>(form) : DataFitForm.Scale,
            ShowsValues = map["show"] is { } show && Shows(show),
        };
        Check(metric, map);
        return metric;
    }

    /// <summary>One name, or a list of names.</summary>
    public static IReadOnlyList<string> Names(GridValue value, string what) => value switch
    {
        GridScalar { Text.Length: > 0 } one => [one.Text],
        GridList { Items.Count: > 0 } list when list.Items.All(item => item is GridScalar { Text.Length: > 0 }) => [.. list.Items.Select(item => ((GridScalar)item).Text)],
        _ => throw value.Place.Error($"{value.Kind}: expected {what}: a name, or a list of names"),
    };

    public static double Number(GridValue value) => value is GridScalar { Value: long or double } scalar ? Convert.ToDouble(scalar.Value, CultureInfo.InvariantCulture) : throw value.Place.Error($"{value.Kind}: expected a number");

    public static double[] Numbers(GridValue value) => value is GridList list ? [.. list.Items.Select(Number)] : [Number(value)];

    private static void Check(Metric metric, GridMap map)
    {
        Require(metric.Reduction == Reduction.Value, "at", "value");
        foreach (string key in (string[])["data", "form", "show"])
            Require(metric.IsFit, key, "fit");
        if (metric.Reduction == Reduction.Value && map["at"] is null)
            throw map.Place.Error("value needs 'at', the iteration");
        if (metric.IsFit && metric.Data.Count != metric.Columns.Count)
            throw map.Place.Error($"fit names {metric.Columns.Count} columns, but data has {metric.Data.Count} values; expected as many");

        void Require(bool fits, string key, string reduction)
        {
            if (!fits && map.Find(key) is { } entry)
                throw entry.Place.Error($"'{key}' goes with '{reduction}' only");
        }
    }

    private static (int, int) Range(GridValue value)
    {
        string[] ends = ((value as GridScalar)?.Text ?? "").Split("..");
        int low = int.MinValue, high = int.MaxValue;
        return ends.Length == 2 && (ends[0].Length == 0 || int.TryParse(ends[0], out low)) && (ends[1].Length == 0 || int.TryParse(ends[1], out high)) && low <= high
            ? (low, high) : throw value.Place.Error($"rows: {value.Kind}: expected iterations such as 1..84, 84.. or ..84");
    }

    private static double Share(GridValue value) => value switch
    {
        GridScalar { Text: [.., '%'] } scalar when double.TryParse(scalar.Text.AsSpan(0, scalar.Text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 100 => -share / 100,
        GridScalar { Value: long and >= 1 and <= int.MaxValue and var count } => count,
        _ => throw value.Place.Error($"tail: {value.Kind}: expected a number of rows from 1, or a share such as 10%"),
    };

    private static int Whole(GridValue value, int least) => value is GridScalar { Value: long and <= int.MaxValue and var number } && number >= least
        ? (int)number : throw value.Place.Error($"{value.Kind}: expected a whole number{(least > int.MinValue ? $" from {least}" : "")}");

    private static T Word<T>(GridValue value)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(one => value is GridScalar scalar && SettingName.Of(one!.Value.ToString()) == scalar.Text)
        ?? throw value.Place.Error($"{value.Kind}: expected {string.Join(" or ", Enum.GetNames<T>().Select(SettingName.Of))}");

    private static bool Shows(GridValue value) => value is GridScalar { Text: "values" or "error" } scalar ? scalar.Text == "values" : throw value.Place.Error($"show: {value.Kind}: expected values or error");
}
