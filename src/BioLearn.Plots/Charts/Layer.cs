using OxyPlot;
using OxyPlot.Series;

namespace BioLearn.Plots;

/// <summary>One series of a chart.</summary>
/// <param name="name">In the legend; empty for none.</param>
/// <param name="number">Among the chart's series, from 0: decides colour, mark and stroke.</param>
/// <param name="style">How it is drawn.</param>
internal abstract class Layer(string name, int number, SeriesStyle style)
{
    private static readonly MarkerType[] Markers = [MarkerType.Circle, MarkerType.Square, MarkerType.Diamond, MarkerType.Triangle];

    public string Name => name;

    public SeriesStyle Style => style;

    public OxyColor Colour { get; } = OxyColor.Parse(style.Colour ?? Palette.Colour(number));

    /// <summary>Series of one colour differ by their stroke.</summary>
    public double[]? Dashes => style.Dashed ? [4, 2.5] : (number / Palette.Count % 3) switch { 1 => [4, 2.5], 2 => [1.2, 2], _ => null };

    public MarkerType Marker => Markers[number % Markers.Length];

    /// <summary>What the legend shows.</summary>
    public virtual LegendMark Mark => LegendMark.Line;

    public abstract void AddTo(PlotModel model, Chart chart);

    /// <summary>A line, which breaks at values that are not finite.</summary>
    protected LineSeries Line(IEnumerable<DataPoint> points)
    {
        LineSeries line = new() { Color = Colour, StrokeThickness = style.Thickness, Dashes = Dashes, LineJoin = LineJoin.Round };
        line.Points.AddRange(points.Select(point => point.IsDefined() && double.IsFinite(point.X) && double.IsFinite(point.Y) ? point : DataPoint.Undefined));
        return line;
    }

    protected ScatterSeries Marks(IEnumerable<DataPoint> points, double size, bool hollow, MarkerType? marker = null)
    {
        ScatterSeries marks = new()
        {
            MarkerType = marker ?? Marker,
            MarkerSize = size,
            MarkerFill = hollow ? OxyColors.White : Colour,
            MarkerStroke = Colour,
            MarkerStrokeThickness = hollow ? 1.6 : 0,
        };
        marks.Points.AddRange(points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).Select(point => new ScatterPoint(point.X, point.Y)));
        return marks;
    }

    /// <summary>Intervals as thin strokes through the points.</summary>
    protected static LineSeries Stems(IEnumerable<(DataPoint Low, DataPoint High)> intervals, OxyColor colour)
    {
        LineSeries stems = new() { Color = colour, StrokeThickness = 1.6, LineStyle = LineStyle.Solid };
        foreach ((DataPoint low, DataPoint high) in intervals)
            stems.Points.AddRange([low, high, DataPoint.Undefined]);
        return stems;
    }
}

/// <summary>Sign of a series in the legend.</summary>
internal enum LegendMark
{
    Line,
    MarkedLine,
    Marker,
    Area,
}
