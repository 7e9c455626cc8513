using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>Reads <c>select</c> and <c>report</c> of a grid file, strictly.</summary>
internal static class ReportReader
{
    private static readonly SettingReader Reader = new();

    /// <exception cref="InvalidDataException">A key or value is wrong; the message has file, line and what was expected.</exception>
    public static IReadOnlyList<SelectSpec> Selects(GridFile grid) => grid.Document["select"] switch
    {
        null or GridScalar { Value: null } => [],
        GridMap map => [Reader.Read<SelectSpec>(map)],
        GridList list => [.. list.Items.Select(item => Reader.Read<SelectSpec>(item as GridMap ?? throw item.Place.Error($"select: {item.Kind}: expected a map with over, by, metric")))],
        var other => throw other.Place.Error($"select: {other.Kind}: expected a map with over, by, metric, or a list of such maps"),
    };

    /// <exception cref="InvalidDataException">A key or value is wrong; the message has file, line and what was expected.</exception>
    public static ReportSpec Report(GridFile grid) => grid.Report is { } report ? Reader.Read<ReportSpec>(report) : new();

    public static ClaimSpec Claim(GridMap map) => Reader.Read<ClaimSpec>(map);

    /// <summary>A figure, without its axes.</summary>
    public static FigureSpec Figure(GridMap map)
    {
        FigureSpec spec = (FigureSpec)Reader.Object(map, typeof(FigureSpec), null, [.. AxisSpec.Keys("x"), .. AxisSpec.Keys("y")]).Value!;
        return spec.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? spec : throw map.Place.Error($"name '{spec.Name}' names files; expected letters, digits, hyphens");
    }

    /// <summary>One of a figure's axes: keys x-label, x-scale, x-from, x-to, or those of y.</summary>
    public static AxisSpec Axis(GridMap map, string axis)
    {
        GridEntry[] own = [.. map.Entries.Where(entry => AxisSpec.Keys(axis).Contains(entry.Key)).Select(entry => entry with { Key = entry.Key[2..] })];
        AxisSpec spec = Reader.Read<AxisSpec>(new(map.Place, own));
        return spec is { From: { } from, To: { } to } && !(from < to) ? throw map.Find($"{axis}-to")!.Place.Error($"{axis}-to: must lie above {axis}-from, which is {(map[$"{axis}-from"] as GridScalar)?.Text}") : spec;
    }
}
