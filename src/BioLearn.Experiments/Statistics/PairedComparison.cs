using BioLearn.ML.Diagnostics;

namespace BioLearn.Experiments.Statistics;

/// <summary>
/// Two settings over the same seeds: streams come from the seed's name, so both began with the same weights and saw the same samples, and their
/// difference is taken seed by seed.
/// </summary>
/// <param name="Count">Pairs of finite values.</param>
/// <param name="Difference">Mean of first minus second; NaN where there is no pair.</param>
/// <param name="Interval">95 % interval of the difference by Student's t; none for fewer than two pairs.</param>
/// <param name="T">The difference over its standard error; NaN for fewer than two pairs.</param>
/// <param name="StudentP">Two-sided p of <paramref name="T"/>; NaN for fewer than two pairs.</param>
/// <param name="SignFlipP">Two-sided p over the exchanges of partners: all of them where there are at most 5,000, else a draw of 5,000; NaN for fewer than two pairs.</param>
public sealed record PairedComparison(int Count, double Difference, Interval Interval, double T, double StudentP, double SignFlipP)
{
    /// <summary>Compares values pair by pair; pairs of which one is not finite are left out.</summary>
    /// <param name="first">Values.</param>
    /// <param name="second">As many values, each the partner of the one in <paramref name="first"/>.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The numbers of values differ.</exception>
    public static PairedComparison Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count)
            throw new ArgumentException($"There are {first.Count} values and {second.Count} partners.", nameof(second));
        (double A, double B)[] pairs = [.. first.Zip(second).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second))];
        SampleSummary differences = SampleSummary.Of(pairs.Select(pair => pair.A - pair.B));
        if (pairs.Length < 2)
            return new(pairs.Length, differences.Mean, Interval.None, double.NaN, double.NaN, double.NaN);
        double half = StudentDistribution.Quantile(.95, pairs.Length - 1) * differences.StandardError;
        // Seeds that all differ by the same: certain, unless by nothing.
        double t = differences.StandardError > 0 ? differences.Mean / differences.StandardError : differences.Mean == 0 ? 0 : Math.CopySign(double.PositiveInfinity, differences.Mean);
        double flips = MeanDifference.Paired([.. pairs.Select(pair => pair.A)], [.. pairs.Select(pair => pair.B)]).PValue;
        return new(pairs.Length, differences.Mean, new(differences.Mean - half, differences.Mean + half), t, double.IsInfinity(t) ? 0 : StudentDistribution.TwoSided(t, pairs.Length - 1), flips);
    }
}
