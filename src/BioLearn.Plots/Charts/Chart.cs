using BioLearn.ML.Diagnostics;
using OxyPlot;
using OxyPlot.Axes;

namespace BioLearn.Plots;

/// <summary>
/// A chart of two axes: curves with bands, points and bars with intervals, trajectories, distributions. Series take the palette's colours in
/// their order; each adding method returns the chart.
/// </summary>
/// <example>
/// <code>
/// new Chart { Title = "Two rules", X = new("epoch"), Y = new("test error") }
///     .Curve("FA", PlotPoint.Of(errors)).Save("errors.svg");
/// </code>
/// </example>
public sealed class Chart : Picture
{
    private readonly List<Layer> _layers = [];
    private int _series;

    /// <summary>The axis from left to right.</summary>
    public ChartAxis X { get; set; } = new();

    /// <summary>The upright axis.</summary>
    public ChartAxis Y { get; set; } = new();

    /// <summary>Whether bars of several series stand upon one another, not side by side.</summary>
    public bool Stacked { get; set; }

    /// <summary>Whether bars lie: categories, from the top, are those of <see cref="Y"/> then.</summary>
    public bool Horizontal { get; set; }

    /// <summary>How bars' values are written on them (<c>"0.00"</c>); null for not at all.</summary>
    public string? NumberFormat { get; set; }

    internal IReadOnlyList<Layer> Layers => _layers;

    /// <summary>A line and, where points have intervals, a band around it.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="points">From left to right.</param>
    /// <param name="style">How it is drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Curve(string name, IEnumerable<PlotPoint> points, SeriesStyle? style = null) => Add(name, style, (number, s) => new CurveLayer(name, number, s, [.. points]));

    /// <summary>Marks with their intervals, joined by a line; with a hollow style marks alone.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="points">From left to right.</param>
    /// <param name="style">How they are drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Points(string name, IEnumerable<PlotPoint> points, SeriesStyle? style = null) => Add(name, style, (number, s) => new PointsLayer(name, number, s, [.. points], cloud: false));

    /// <summary>A cloud of dots: single trials, every update's loss.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="points">In any order.</param>
    /// <param name="style">How they are drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Dots(string name, IEnumerable<PlotPoint> points, SeriesStyle? style = null) => Add(name, style, (number, s) => new PointsLayer(name, number, s, [.. points], cloud: true));

    /// <summary>Bars with their intervals, at the categories of the axis; with a hollow style marks on the bars of the same colour.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="values"><see cref="PlotPoint.X"/> is the number of the category, from 0.</param>
    /// <param name="style">How they are drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Bars(string name, IEnumerable<PlotPoint> values, SeriesStyle? style = null) => Add(name, style, (number, s) => new BarsLayer(name, number, s, [.. values]));

    /// <summary>A path in the plane: hollow where it begins, a large mark where it ends.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="points">In the order of time.</param>
    /// <param name="style">How it is drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Trajectory(string name, IEnumerable<PlotPoint> points, SeriesStyle? style = null) => Add(name, style, (number, s) => new TrajectoryLayer(name, number, s, [.. points]));

    /// <summary>A cumulative distribution: the share of the values at or below each one.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="values">In any order; at least one, all finite.</param>
    /// <param name="style">How it is drawn; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is not finite.</exception>
    public Chart Distribution(string name, IEnumerable<double> values, SeriesStyle? style = null)
    {
        PlotPoint[] steps = [.. new EmpiricalDistribution(values).Cumulative().Select(step => new PlotPoint(step.Value, step.Share))];
        // A line of its own: so many steps need no marks.
        return Add(name, style, (number, s) => new CurveLayer(name, number, s, steps.Length == 1 ? [new(steps[0].X, 0), new(steps[0].X, 1)] : steps));
    }

    /// <summary>A broken level line from one side to the other: chance, a published value, a target.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="y">Its height.</param>
    /// <param name="colour">As <c>#RRGGBB</c>; null for the palette's next.</param>
    /// <returns>This chart.</returns>
    public Chart Level(string name, double y, string? colour = null) => Add(name, new() { Colour = colour, Dashed = true }, (number, s) => new LevelLayer(name, number, s, y));

    internal override void Draw(IRenderContext context, OxyRect place)
    {
        LegendStrip legend = new(_layers);
        double strip = legend.Height(context, place.Width);
        DrawWithoutLegend(context, new OxyRect(place.Left, place.Top, place.Width, place.Height - strip));
        legend.Draw(context, new OxyRect(place.Left, place.Bottom - strip, place.Width, strip));
    }

    internal void DrawWithoutLegend(IRenderContext context, OxyRect place)
    {
        PlotModel model = Model(Title);
        bool bars = _layers.Any(layer => layer is BarsLayer), negative = _layers.OfType<BarsLayer>().SelectMany(layer => layer.Values).Any(value => value.Y < 0 || value.Low < 0);
        model.Axes.Add(X.Build(AxisPosition.Bottom, withZero: bars && Horizontal && !negative, fromTheTop: false));
        model.Axes.Add(Y.Build(AxisPosition.Left, withZero: bars && !Horizontal && !negative, fromTheTop: Horizontal));
        if (bars && negative)
            model.Annotations.Add(new OxyPlot.Annotations.LineAnnotation { Type = Horizontal ? OxyPlot.Annotations.LineAnnotationType.Vertical : OxyPlot.Annotations.LineAnnotationType.Horizontal, X = 0, Y = 0, Color = Ink, StrokeThickness = 1, LineStyle = LineStyle.Solid });
        foreach (Layer layer in _layers)
            layer.AddTo(model, this);
        Render(model, context, place);
    }

    private Chart Add(string name, SeriesStyle? style, Func<int, SeriesStyle, Layer> make)
    {
        ArgumentNullException.ThrowIfNull(name);
        _layers.Add(make(_series, style ?? SeriesStyle.Default));
        // A series with a colour of its own takes none of the palette's away.
        _series += style?.Colour is null ? 1 : 0;
        return this;
    }
}
