using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;

namespace BioLearn.Plots;

/// <summary>An axis of a chart.</summary>
public sealed record ChartAxis
{
    /// <summary>An axis with a label.</summary>
    /// <param name="label">What it shows, and its unit; null for none.</param>
    public ChartAxis(string? label = null) => Label = label;

    /// <summary>What it shows, and its unit; null for none.</summary>
    public string? Label { get; init; }

    /// <summary>Its end below; null to see all values.</summary>
    public double? Minimum { get; init; }

    /// <summary>Its end above; null to see all values.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether equal distances are equal factors. Values at or below 0 are not drawn then.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Names at 0, 1, 2 and so on, in place of numbers; null for numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    internal Axis Build(AxisPosition position, bool withZero, bool fromTheTop)
    {
        Axis axis = Categories is { } names ? Named(names) : Logarithmic ? new LogarithmicAxis() : new LinearAxis();
        if (Logarithmic)
            (axis.LabelFormatter, axis.IntervalLength) = (Power, 90);
        else if (position == AxisPosition.Left)
            axis.IntervalLength = 45;
        axis.Position = position;
        axis.Title = Label;
        axis.AxisTitleDistance = 8;
        axis.TitleFontSize = Picture.FontSize;
        axis.TicklineColor = axis.MinorTicklineColor = Picture.Ink;
        axis.TickStyle = Categories is null ? TickStyle.Outside : TickStyle.None;
        axis.MinorTickSize = Logarithmic ? 3 : 0;
        axis.MajorGridlineStyle = Categories is null ? LineStyle.Solid : LineStyle.None;
        axis.MajorGridlineColor = Picture.Faint;
        if (Categories is null)
        {
            axis.MinimumPadding = axis.MaximumPadding = position == AxisPosition.Left ? .06 : .03;
            if (withZero)
                axis.MinimumPadding = 0;
        }
        if (Minimum is { } low)
            axis.Minimum = low;
        if (Maximum is { } high)
            axis.Maximum = high;
        if (fromTheTop)
            (axis.StartPosition, axis.EndPosition) = (1, 0);
        return axis;
    }

    /// <summary>0.003 as it is, 3e-4 from there on.</summary>
    private static string Power(double value)
    {
        if (value is >= .00095 and < 99999)
            return value.ToString("0.####", CultureInfo.InvariantCulture);
        int exponent = (int)Math.Floor(Math.Log10(value) + 1e-9);
        return string.Create(CultureInfo.InvariantCulture, $"{value / Math.Pow(10, exponent):0.#}e{exponent}");
    }

    private static CategoryAxis Named(IReadOnlyList<string> names)
    {
        CategoryAxis axis = new() { Minimum = -.5, Maximum = names.Count - .5, GapWidth = 0, IsTickCentered = true };
        axis.Labels.AddRange(names);
        return axis;
    }
}
