using BioLearn.Plots;

namespace BioLearn.Experiments.Reports;

/// <summary>Draws a figure.</summary>
/// <param name="label">Names as readers know them.</param>
/// <param name="colours">The colour of each series, the same in all figures of an experiment.</param>
internal sealed class FigureDrawing(Func<string, string> label, IReadOnlyDictionary<string, string> colours)
{
    public Picture Draw(FigureSpec spec, AxisSpec x, AxisSpec y, FigureNumbers numbers, IReadOnlyList<FigureSeries> series)
    {
        string? title = spec.Title;
        Chart[] panels = [.. numbers.Panels.Select(panel => Panel(spec, x, y, numbers, [.. series.Where(one => one.Panel == panel)], panel.Length > 0 ? $"{string.Join(", ", numbers.PanelSettings.Select(label))}: {Named(panel)}" : null))];
        if (panels is not [var one])
            return panels.Length == 0 ? new Chart { Title = title ?? spec.Name } : new SmallMultiples(panels) { Title = title };
        one.Title = title ?? one.Title;
        return one;
    }

    private Chart Panel(FigureSpec spec, AxisSpec x, AxisSpec y, FigureNumbers numbers, IReadOnlyList<FigureSeries> series, string? title)
    {
        bool isDistribution = spec.Kind == FigureKind.Cdf;
        string across = numbers.Across?.Text(label) ?? (isDistribution ? numbers.Metric.Text(label) : numbers.X is { } setting ? label(setting) : numbers.Categories is null ? label("iteration") : "");
        Chart chart = new()
        {
            Title = title,
            X = new(x.Label ?? across) { Minimum = x.From, Maximum = x.To, Logarithmic = x.Scale == AxisScale.Log, Categories = numbers.Categories is { } names ? [.. names.Select(label)] : null },
            Y = new(y.Label ?? (isDistribution ? "share of the trials" : numbers.Metric.Text(label))) { Minimum = y.From, Maximum = y.To, Logarithmic = y.Scale == AxisScale.Log },
        };
        bool several = series.Select(one => one.Name).Distinct().Count() > 1;
        foreach (FigureSeries one in series)
        {
            string own = one.Name.Length > 0 ? Named(one.Name) : "", name = one.IsPublished ? (several ? $"{own}, published" : "published") : own;
            SeriesStyle style = new() { Colour = colours.GetValueOrDefault(one.Name), Hollow = one.IsPublished };
            PlotPoint[] points = [.. one.Points.Select(point => new PlotPoint(point.X, point.Summary.Mean, point.Band.Low, point.Band.High))];
            _ = (spec.Kind, one.IsPublished) switch
            {
                (FigureKind.Curves, false) => chart.Curve(name, points, style),
                (FigureKind.Bars, _) => chart.Bars(name, points, style),
                (FigureKind.Trajectories, _) => chart.Trajectory(name, points, style),
                (FigureKind.Cdf, _) => points.Length > 0 ? chart.Distribution(name, points.Select(point => point.X), style) : chart,
                _ => chart.Points(name, points, style),
            };
        }
        return chart;
    }

    /// <summary>Each part of a joined name by its own label.</summary>
    private string Named(string name) => label(name) is var known && known != name ? known : string.Join(", ", name.Split(", ").Select(label));
}
