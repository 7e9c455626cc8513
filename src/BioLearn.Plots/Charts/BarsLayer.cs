using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Series;

namespace BioLearn.Plots;

/// <summary>A bar for each category, beside or upon those of the other series, with its interval.</summary>
internal sealed class BarsLayer(string name, int number, SeriesStyle style, IReadOnlyList<PlotPoint> points) : Layer(name, number, style)
{
    private const double Room = .8; // of the distance of two categories

    public override LegendMark Mark => Style.Hollow ? LegendMark.Marker : LegendMark.Area;

    public IReadOnlyList<PlotPoint> Values => points;

    public override void AddTo(PlotModel model, Chart chart)
    {
        BarsLayer[] all = [.. chart.Layers.OfType<BarsLayer>().Where(bars => !bars.Style.Hollow)];
        // Hollow marks stand on the bars of their colour: published values.
        int column = Style.Hollow ? Math.Max(0, Array.FindIndex(all, bars => bars.Colour == Colour)) : Array.IndexOf(all, this);
        double width = chart.Stacked ? Room : Room / Math.Max(1, all.Length);
        RectangleBarSeries bars = new() { FillColor = Colour, StrokeThickness = 0 };
        List<(DataPoint, DataPoint)> intervals = [];
        List<DataPoint> marks = [];
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            double bottom = chart.Stacked ? all.Take(column).Sum(other => Height(other, i)) : 0, top = bottom + point.Y;
            double left = point.X - (Room / 2) + (chart.Stacked ? 0 : column * width), middle = left + (width / 2);
            if (!double.IsFinite(top))
                continue;
            marks.Add(chart.Horizontal ? new(top, middle) : new(middle, top));
            double inset = chart.Stacked ? 0 : width * .06;
            bars.Items.Add(chart.Horizontal ? new(bottom, left + inset, top, left + width - inset) : new(left + inset, bottom, left + width - inset, top));
            if (point.HasInterval)
                intervals.Add(chart.Horizontal ? (new(point.Low, middle), new(point.High, middle)) : (new(middle, point.Low), new(middle, point.High)));
            if (!Style.Hollow && chart.NumberFormat is { } format && point.Y.ToString(format, CultureInfo.InvariantCulture) is { Length: > 0 } text)
                model.Annotations.Add(Label(text, chart, middle, bottom, point.HasInterval && !chart.Stacked ? point.High : top));
        }
        if (Style.Hollow)
        {
            model.Series.Add(Marks(marks, 5, hollow: true, MarkerType.Diamond));
            return;
        }
        model.Series.Add(bars);
        model.Series.Add(Stems(intervals, Picture.Ink));
    }

    private TextAnnotation Label(string text, Chart chart, double middle, double bottom, double top)
    {
        double value = chart.Stacked ? (bottom + top) / 2 : top;
        bool dark = (.299 * Colour.R) + (.587 * Colour.G) + (.114 * Colour.B) < 140;
        return new()
        {
            Text = text,
            TextPosition = chart.Horizontal ? new(value, middle) : new(middle, value),
            TextHorizontalAlignment = chart.Horizontal && !chart.Stacked ? HorizontalAlignment.Left : HorizontalAlignment.Center,
            TextVerticalAlignment = chart.Horizontal || chart.Stacked ? VerticalAlignment.Middle : VerticalAlignment.Bottom,
            TextColor = chart.Stacked && dark ? OxyColors.White : Picture.Ink,
            Offset = chart.Stacked ? default : chart.Horizontal ? new(3, 0) : new(0, -3),
            StrokeThickness = 0,
            FontSize = Picture.FontSize - 1,
        };
    }

    private static double Height(BarsLayer bars, int i) => i < bars.Values.Count && double.IsFinite(bars.Values[i].Y) ? bars.Values[i].Y : 0;
}
