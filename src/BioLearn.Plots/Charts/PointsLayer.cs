using OxyPlot;

namespace BioLearn.Plots;

/// <summary>Marks with their intervals, joined by a line; or hollow marks alone; or a cloud of dots.</summary>
internal sealed class PointsLayer(string name, int number, SeriesStyle style, IReadOnlyList<PlotPoint> points, bool cloud) : Layer(name, number, style)
{
    private const double Size = 4.5, Dot = 1.1;

    public override LegendMark Mark => Style.Hollow || cloud ? LegendMark.Marker : LegendMark.MarkedLine;

    public override void AddTo(PlotModel model, Chart chart)
    {
        IEnumerable<DataPoint> places = points.Select(point => new DataPoint(point.X, point.Y));
        if (cloud)
        {
            model.Series.Add(Marks(places, Dot, hollow: false, MarkerType.Circle));
            return;
        }
        if (!Style.Hollow)
        {
            model.Series.Add(Line(places));
            double smallest = chart.Y.Logarithmic ? double.Epsilon : double.NegativeInfinity;
            model.Series.Add(Stems(points.Where(point => point.HasInterval && point.High > smallest).Select(point => (new DataPoint(point.X, Lower(point, chart)), new DataPoint(point.X, point.High))), Colour));
        }
        model.Series.Add(Marks(places, Size, Style.Hollow));
    }

    private static double Lower(PlotPoint point, Chart chart) => chart.Y.Logarithmic && point.Low <= 0 ? Math.Min(point.Y, point.High) / 10 : point.Low;
}
