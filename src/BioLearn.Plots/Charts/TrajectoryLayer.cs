using OxyPlot;

namespace BioLearn.Plots;

/// <summary>A path: hollow where it begins, a large mark where it ends, small ones on the way.</summary>
internal sealed class TrajectoryLayer(string name, int number, SeriesStyle style, IReadOnlyList<PlotPoint> points) : Layer(name, number, style)
{
    private const int MostMarked = 100;

    public override LegendMark Mark => Style.Hollow ? LegendMark.Marker : LegendMark.MarkedLine;

    public override void AddTo(PlotModel model, Chart chart)
    {
        DataPoint[] path = [.. points.Select(point => new DataPoint(point.X, point.Y))];
        DataPoint[] seen = [.. path.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        if (Style.Hollow)
        {
            model.Series.Add(Marks(seen, 5, hollow: true));
            return;
        }
        model.Series.Add(Line(path));
        if (seen.Length == 0)
            return;
        if (seen.Length <= MostMarked)
            model.Series.Add(Marks(seen, 2.2, hollow: false, MarkerType.Circle));
        model.Series.Add(Marks([seen[^1]], 5, hollow: false));
        model.Series.Add(Marks([seen[0]], 4.5, hollow: true, MarkerType.Circle));
    }
}
