using BioLearn.ML.Diagnostics;

namespace BioLearn.Experiments.Statistics;

/// <summary>Mean and spread of a metric over the seeds of one setting.</summary>
/// <param name="Count">Finite values.</param>
/// <param name="Missing">Values that are not finite: diverged runs. They are left out, and said.</param>
/// <param name="Mean">Of the finite values; NaN where there is none.</param>
/// <param name="StandardDeviation">Of the sample (n - 1); NaN for fewer than two values.</param>
/// <param name="StandardError">Of the mean: the deviation over √n; NaN for fewer than two values.</param>
public sealed record SampleSummary(int Count, int Missing, double Mean, double StandardDeviation, double StandardError)
{
    /// <summary>Summarizes values in any order; the order does not change a bit.</summary>
    /// <param name="values">Values, finite or not.</param>
    /// <returns>The summary.</returns>
    public static SampleSummary Of(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] all = [.. values], finite = [.. all.Where(double.IsFinite)];
        if (finite.Length == 0)
            return new(0, all.Length, double.NaN, double.NaN, double.NaN);
        EmpiricalDistribution distribution = new(finite);
        double deviation = finite.Length > 1 ? distribution.StandardDeviation : double.NaN;
        return new(finite.Length, all.Length - finite.Length, distribution.Mean, deviation, deviation / Math.Sqrt(finite.Length));
    }
}
