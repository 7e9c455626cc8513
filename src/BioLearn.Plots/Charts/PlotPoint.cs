namespace BioLearn.Plots;

/// <summary>A point of a chart and, where there is one, the interval around its height. NaN breaks a line.</summary>
/// <param name="X">Place from left to right.</param>
/// <param name="Y">Height.</param>
/// <param name="Low">Lower end of the interval; NaN for none.</param>
/// <param name="High">Upper end of the interval; NaN for none.</param>
public readonly record struct PlotPoint(double X, double Y, double Low, double High)
{
    /// <summary>A point without an interval.</summary>
    /// <param name="x">Place from left to right.</param>
    /// <param name="y">Height.</param>
    public PlotPoint(double x, double y)
        : this(x, y, double.NaN, double.NaN)
    {
    }

    /// <summary>Whether it has an interval.</summary>
    public bool HasInterval => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>Values one after the other.</summary>
    /// <param name="values">Heights.</param>
    /// <param name="first">Place of the first; the next ones follow at a distance of 1.</param>
    /// <returns>The points.</returns>
    public static IReadOnlyList<PlotPoint> Of(IEnumerable<double> values, double first = 1)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values.Select((value, i) => new PlotPoint(first + i, value))];
    }

    /// <summary>The mean of several runs at each place, with the lowest and the highest as its interval.</summary>
    /// <param name="runs">Curves of runs (seeds); one may be shorter than others.</param>
    /// <param name="first">Place of the first value; the next ones follow at a distance of 1.</param>
    /// <returns>The points; without an interval where only one run goes so far.</returns>
    public static IReadOnlyList<PlotPoint> MeanAndRange(IEnumerable<IReadOnlyList<double>> runs, double first = 1)
    {
        ArgumentNullException.ThrowIfNull(runs);
        IReadOnlyList<double>[] all = [.. runs];
        return [.. Enumerable.Range(0, all.Select(run => run.Count).DefaultIfEmpty(0).Max()).Select(i => At([.. all.Where(run => run.Count > i).Select(run => run[i])], first + i))];

        static PlotPoint At(double[] values, double x) => values.Length > 1 ? new(x, values.Average(), values.Min(), values.Max()) : new(x, values[0]);
    }
}
