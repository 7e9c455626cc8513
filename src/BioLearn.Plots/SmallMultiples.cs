using OxyPlot;

namespace BioLearn.Plots;

/// <summary>Several charts of one kind side by side, with one legend below: a panel for each depth, each environment.</summary>
public sealed class SmallMultiples : Picture
{
    private readonly int _columns;

    /// <summary>Arranges charts from left to right, line by line.</summary>
    /// <param name="charts">At least one.</param>
    /// <param name="columns">Charts beside one another; 0 for as many as look well (at most 3).</param>
    /// <exception cref="ArgumentException">There is no chart.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of columns is below 0.</exception>
    public SmallMultiples(IEnumerable<Chart> charts, int columns = 0)
    {
        ArgumentNullException.ThrowIfNull(charts);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Charts = [.. charts];
        if (Charts.Count == 0)
            throw new ArgumentException("There must be at least one chart.", nameof(charts));
        _columns = columns > 0 ? columns : Charts.Count == 4 ? 2 : Math.Min(3, Charts.Count);
        Width = Math.Max(760, 360 * _columns);
        Height = 70 + (300 * ((Charts.Count + _columns - 1) / _columns));
    }

    /// <summary>The charts.</summary>
    public IReadOnlyList<Chart> Charts { get; }

    internal override void Draw(IRenderContext context, OxyRect place)
    {
        LegendStrip legend = new(Charts.SelectMany(chart => chart.Layers));
        double strip = legend.Height(context, place.Width), head = Title is null ? 0 : 32;
        if (Title is { } title)
            context.DrawText(new ScreenPoint(place.Center.X, place.Top + 8), title, Ink, Font, TitleSize, FontWeights.Normal, 0, HorizontalAlignment.Center, VerticalAlignment.Top);
        int lines = (Charts.Count + _columns - 1) / _columns;
        double width = place.Width / _columns, height = (place.Height - strip - head) / lines;
        for (int i = 0; i < Charts.Count; i++)
            Charts[i].DrawWithoutLegend(context, new OxyRect(place.Left + (i % _columns * width), place.Top + head + (i / _columns * height), width, height));
        legend.Draw(context, new OxyRect(place.Left, place.Bottom - strip, place.Width, strip));
    }
}
