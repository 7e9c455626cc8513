using OxyPlot;

namespace BioLearn.Plots;

/// <summary>Names of series below a chart, or below many that share them: as many lines as their width needs.</summary>
internal sealed class LegendStrip
{
    private const double Sign = 24, Gap = 6, Between = 18, LineHeight = 20, Margin = 8;

    private readonly Layer[] _entries;

    /// <param name="layers">Of one chart or of several; a name that comes again is shown once.</param>
    public LegendStrip(IEnumerable<Layer> layers)
    {
        Layer[] named = [.. layers.Where(layer => layer.Name.Length > 0).DistinctBy(layer => layer.Name)];
        _entries = named;
    }

    public double Height(IRenderContext context, double width) => _entries.Length == 0 ? 0 : (Lines(context, width).Count * LineHeight) + Margin;

    public void Draw(IRenderContext context, OxyRect place)
    {
        double y = place.Top + (LineHeight / 2);
        foreach (List<(Layer Layer, double Width)> line in Lines(context, place.Width))
        {
            double x = place.Left + ((place.Width - line.Sum(entry => entry.Width + Between) + Between) / 2);
            foreach ((Layer layer, double width) in line)
            {
                DrawSign(context, layer, x, y);
                context.DrawText(new ScreenPoint(x + Sign + Gap, y), layer.Name, Picture.Ink, Picture.Font, Picture.FontSize, FontWeights.Normal, 0, HorizontalAlignment.Left, VerticalAlignment.Middle);
                x += width + Between;
            }
            y += LineHeight;
        }
    }

    private static void DrawSign(IRenderContext context, Layer layer, double x, double y)
    {
        ScreenPoint middle = new(x + (Sign / 2), y);
        switch (layer.Mark)
        {
            case LegendMark.Area:
                context.DrawRectangle(new OxyRect(x + 6, y - 6, 12, 12), layer.Colour, OxyColors.Undefined, 0, EdgeRenderingMode.Automatic);
                break;
            case LegendMark.Marker:
                DrawMarker(layer.Style.Hollow ? OxyColors.White : layer.Colour);
                break;
            default:
                context.DrawLine([new(x, y), new(x + Sign, y)], layer.Colour, Math.Max(2, layer.Style.Thickness), EdgeRenderingMode.Automatic, layer.Dashes, LineJoin.Miter);
                if (layer.Mark == LegendMark.MarkedLine)
                    DrawMarker(layer.Colour);
                break;
        }

        void DrawMarker(OxyColor fill) => context.DrawMarker(middle, layer.Marker, null, 4.5, fill, layer.Colour, layer.Style.Hollow ? 1.6 : 0, EdgeRenderingMode.Automatic);
    }

    private List<List<(Layer Layer, double Width)>> Lines(IRenderContext context, double width)
    {
        List<List<(Layer, double)>> lines = [[]];
        double used = 0;
        foreach (Layer layer in _entries)
        {
            double own = Sign + Gap + context.MeasureText(layer.Name, Picture.Font, Picture.FontSize, FontWeights.Normal).Width;
            if (used > 0 && used + own > width - 16)
            {
                lines.Add([]);
                used = 0;
            }
            lines[^1].Add((layer, own));
            used += own + Between;
        }
        return lines;
    }
}
