using System.Globalization;
using BioLearn.ML.Hosting;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace BioLearn.Cli.Instructed;

/// <summary>Pictures of sub-networks.</summary>
internal static class GatesPlot
{
    // Distinct for the eye, in print and to the colour-blind (Okabe and Ito 2008).
    private static readonly OxyColor First = OxyColor.FromRgb(0, 114, 178), Both = OxyColor.FromRgb(0, 158, 115), Second = OxyColor.FromRgb(230, 159, 0), Closed = OxyColor.FromRgb(214, 219, 226);

    private const int MostNames = 45;

    /// <summary>Which units each layer opens: of two instructions a bar a layer, parted into those of one, of both, of the other and of none; of more a map of shares.</summary>
    public static void Shares(string path, GateTable gates)
    {
        if (gates.Instructions.Count == 2)
            Bars(path, gates);
        else
            Map(path, "share of the units that an instruction opens", [.. gates.Layers.Select(layer => layer.Name)], gates.Instructions, (layer, instruction) => gates.Layers[layer].Share(instruction));
    }

    /// <summary>How much the sub-networks of two instructions have in common, for each pair.</summary>
    public static void Overlaps(string path, GateTable gates) =>
        Map(path, "units that both instructions open, of those that either opens", gates.Instructions, gates.Instructions, gates.Overlap);

    private static void Bars(string path, GateTable gates)
    {
        PlotModel model = new() { Title = "Which units of each layer are open", TitleFontSize = 14, Background = OxyColors.White, PlotAreaBorderThickness = new OxyThickness(0) };
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.BottomCenter, LegendOrientation = LegendOrientation.Horizontal });
        CategoryAxis layers = new() { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = .35, MajorTickSize = 0 };
        layers.Labels.AddRange(gates.Layers.Select(layer => $"{layer.Name}\n{layer.Units.ToString("N0", CultureInfo.InvariantCulture)} units"));
        model.Axes.Add(layers);
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "share of the layer's units, %", Minimum = 0, Maximum = 100, MajorGridlineStyle = LineStyle.Dot });
        Add($"open for \"{gates.Instructions[0]}\" only", First, OxyColors.White, layer => layer.Share(0) - Common(layer));
        Add("open for both", Both, OxyColors.White, Common);
        Add($"open for \"{gates.Instructions[1]}\" only", Second, OxyColors.Black, layer => layer.Share(1) - Common(layer));
        Add("closed for both", Closed, OxyColors.Black, layer => 1 - layer.Share(0) - layer.Share(1) + Common(layer));
        Save(path, model, 1000, 170 + (70 * gates.Layers.Count));

        static double Common(GateLayer layer) => layer.Both(0, 1);

        void Add(string title, OxyColor color, OxyColor text, Func<GateLayer, double> share)
        {
            BarSeries bars = new() { Title = title, FillColor = color, IsStacked = true, LabelPlacement = LabelPlacement.Middle, LabelFormatString = "{0:0;;#}", TextColor = text, StrokeThickness = 0 };
            bars.Items.AddRange(gates.Layers.Select(layer => new BarItem(100 * share(layer))));
            model.Series.Add(bars);
        }
    }

    private static void Map(string path, string title, IReadOnlyList<string> columns, IReadOnlyList<string> rows, Func<int, int, double> value)
    {
        PlotModel model = new() { Title = title, TitleFontSize = 14, Background = OxyColors.White };
        model.Axes.Add(Names(AxisPosition.Bottom, columns, angle: columns.Sum(name => name.Length) > 80 ? -60 : 0));
        CategoryAxis left = Names(AxisPosition.Left, rows, angle: 0);
        (left.StartPosition, left.EndPosition) = (1, 0);
        model.Axes.Add(left);
        model.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = OxyPalettes.Viridis(256), Minimum = 0, Maximum = 1, InvalidNumberColor = OxyColors.Gray });
        // A map of one column has no width for who draws it: one more lies beyond the axis.
        int across = Math.Max(2, columns.Count), down = Math.Max(2, rows.Count);
        double[,] values = new double[across, down];
        for (int column = 0; column < columns.Count; column++)
        {
            for (int row = 0; row < rows.Count; row++)
                values[column, row] = value(column, row);
        }
        model.Series.Add(new HeatMapSeries
        {
            X0 = 0,
            X1 = across - 1,
            Y0 = 0,
            Y1 = down - 1,
            Data = values,
            Interpolate = false,
            RenderMethod = HeatMapRenderMethod.Rectangles,
            LabelFontSize = rows.Count <= 12 && columns.Count <= 12 ? .22 : 0,
            LabelFormatString = "0.00",
        });
        Save(path, model, 1000, Math.Clamp(200 + (22 * rows.Count), 320, 1200));
    }

    private static CategoryAxis Names(AxisPosition position, IReadOnlyList<string> names, double angle)
    {
        CategoryAxis axis = new() { Position = position, Angle = angle, Minimum = -.5, Maximum = names.Count - .5, GapWidth = 0, FontSize = names.Count > 20 ? 9 : 12 };
        axis.Labels.AddRange(names.Count > MostNames ? names.Select(_ => "") : names);
        return axis;
    }

    private static void Save(string path, PlotModel model, int width, int height) =>
        SafeFile.Write(path, file => new PngExporter { Width = width, Height = height, UseTextShaping = false }.Export(model, file));
}
