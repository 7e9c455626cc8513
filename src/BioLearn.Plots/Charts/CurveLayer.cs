using OxyPlot;
using OxyPlot.Series;

namespace BioLearn.Plots;

/// <summary>A line with its band.</summary>
internal sealed class CurveLayer(string name, int number, SeriesStyle style, IReadOnlyList<PlotPoint> points) : Layer(name, number, style)
{
    private const int MostMarked = 30;

    public IReadOnlyList<PlotPoint> Points => points;

    public override void AddTo(PlotModel model, Chart chart)
    {
        foreach (AreaSeries band in Bands(chart))
            model.Series.Add(band);
        LineSeries line = Line(points.Select(point => new DataPoint(point.X, point.Y)));
        model.Series.Add(line);
        // A curve of few points says where they are; one of a single point would not be seen at all.
        if (points.Count is > 1 and <= MostMarked || points.Count == 1)
            model.Series.Add(Marks(points.Select(point => new DataPoint(point.X, point.Y)), points.Count == 1 ? 4 : 2.4, hollow: false, MarkerType.Circle));
    }

    /// <summary>Runs of neighbouring points that have an interval.</summary>
    private IEnumerable<AreaSeries> Bands(Chart chart)
    {
        AreaSeries? band = null;
        double smallest = chart.Y.Logarithmic ? points.Where(point => point.Y > 0).Select(point => point.Y / 10).DefaultIfEmpty(double.Epsilon).Min() : double.NegativeInfinity;
        foreach (PlotPoint point in points)
        {
            if (!point.HasInterval || !double.IsFinite(point.X))
            {
                if (band is not null)
                    yield return band;
                band = null;
                continue;
            }
            band ??= new() { Fill = OxyColor.FromAColor(48, Colour), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent };
            band.Points.Add(new(point.X, Math.Max(point.Low, smallest)));
            band.Points2.Add(new(point.X, Math.Max(point.High, smallest)));
        }
        if (band is not null)
            yield return band;
    }
}
