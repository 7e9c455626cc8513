using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace BioLearn.Plots;

/// <summary>A table of numbers as colours, with the numbers where there is room.</summary>
public sealed class HeatMap : Picture
{
    private const int MostNames = 45, MostNumbers = 12;

    private readonly double[,] _values;

    /// <summary>Takes the table.</summary>
    /// <param name="rows">Names of its rows, from the top.</param>
    /// <param name="columns">Names of its columns.</param>
    /// <param name="values">[row, column]; NaN is grey.</param>
    /// <exception cref="ArgumentException">Names and values do not go together, or there is none.</exception>
    public HeatMap(IReadOnlyList<string> rows, IReadOnlyList<string> columns, double[,] values)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (values.GetLength(0) != rows.Count || values.GetLength(1) != columns.Count || values.Length == 0)
            throw new ArgumentException($"{rows.Count} rows and {columns.Count} columns have names, but the values are [{values.GetLength(0)}, {values.GetLength(1)}].", nameof(values));
        (Rows, Columns, _values) = (rows, columns, values);
        Height = Math.Clamp(200 + (22 * rows.Count), 320, 1200);
    }

    /// <summary>Names of the rows, from the top.</summary>
    public IReadOnlyList<string> Rows { get; }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Value of the darkest colour.</summary>
    public double Minimum { get; set; }

    /// <summary>Value of the brightest colour.</summary>
    public double Maximum { get; set; } = 1;

    internal override void Draw(IRenderContext context, OxyRect place)
    {
        PlotModel model = Model(Title);
        model.Axes.Add(Names(AxisPosition.Bottom, Columns, Columns.Sum(name => name.Length) > 80 ? -60 : 0));
        CategoryAxis left = Names(AxisPosition.Left, Rows, 0);
        (left.StartPosition, left.EndPosition) = (1, 0);
        model.Axes.Add(left);
        model.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = OxyPalettes.Viridis(256), Minimum = Minimum, Maximum = Maximum, InvalidNumberColor = OxyColors.Gray });
        // A map of one column has no width for who draws it: one more lies beyond the axis.
        int across = Math.Max(2, Columns.Count), down = Math.Max(2, Rows.Count);
        double[,] cells = new double[across, down];
        for (int column = 0; column < Columns.Count; column++)
        {
            for (int row = 0; row < Rows.Count; row++)
                cells[column, row] = _values[row, column];
        }
        model.Series.Add(new HeatMapSeries
        {
            X0 = 0,
            X1 = across - 1,
            Y0 = 0,
            Y1 = down - 1,
            Data = cells,
            Interpolate = false,
            RenderMethod = HeatMapRenderMethod.Rectangles,
            LabelFontSize = Rows.Count <= MostNumbers && Columns.Count <= MostNumbers ? .22 : 0,
            LabelFormatString = "0.00",
        });
        Render(model, context, place);
    }

    private static CategoryAxis Names(AxisPosition position, IReadOnlyList<string> names, double angle)
    {
        CategoryAxis axis = new() { Position = position, Angle = angle, Minimum = -.5, Maximum = names.Count - .5, GapWidth = 0, FontSize = names.Count > 20 ? 9 : 12, TickStyle = TickStyle.None };
        axis.Labels.AddRange(names.Count > MostNames ? names.Select(_ => "") : names);
        return axis;
    }
}
