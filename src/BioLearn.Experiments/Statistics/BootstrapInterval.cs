using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Experiments.Statistics;

/// <summary>
/// Percentile intervals of a mean by the bootstrap, as figures of learning curves draw them (seaborn's): the mean of each resample, then the
/// percentiles of these means, linear between neighbours.
/// </summary>
public static class BootstrapInterval
{
    /// <summary>Resamples by default, as many as seaborn draws.</summary>
    public const int Resamples = 1000;

    /// <summary>The interval of a mean, resampled from a named stream: the same name and values give the same interval.</summary>
    /// <param name="values">Values of the seeds; those that are not finite are left out.</param>
    /// <param name="level">Share of the means that lie within: .68, .95.</param>
    /// <param name="stream">Name of the stream: what is resampled.</param>
    /// <param name="resamples">Number of resamples, at least 1.</param>
    /// <returns>The interval; none for fewer than two values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1, or there is no resample.</exception>
    public static Interval OfMean(IReadOnlyList<double> values, double level, string stream, int resamples = Resamples)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        double[] finite = [.. values.Where(double.IsFinite)];
        RandomStream random = new(0, $"bootstrap/{stream}");
        return OfMean(finite, level, Enumerable.Range(0, resamples).Select(_ => Draw(random, finite.Length)));
    }

    /// <summary>The interval of a mean, with the resamples given: to compare with another program's.</summary>
    /// <param name="values">Values, all finite.</param>
    /// <param name="level">Share of the means that lie within.</param>
    /// <param name="indices">For each resample the numbers of its values, from 0.</param>
    /// <returns>The interval; none for fewer than two values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public static Interval OfMean(IReadOnlyList<double> values, double level, IEnumerable<IReadOnlyList<int>> indices)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(indices);
        if (!(level is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "must be between 0 and 1");
        if (values.Count < 2)
            return Interval.None;
        EmpiricalDistribution means = new(indices.Select(resample => resample.Average(i => values[i])));
        return new(means.Quantile((1 - level) / 2), means.Quantile((1 + level) / 2));
    }

    private static int[] Draw(RandomStream random, int count)
    {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++)
            indices[i] = random.NextInt(count);
        return indices;
    }
}
