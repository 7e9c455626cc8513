using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Experiments.Statistics;

/// <summary>
/// Percentile intervals of a mean over two things that vary at once and meet each other all: networks and the examples that each of them was shown. Both are
/// resampled, each by itself (the pigeonhole bootstrap: Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007), so that the
/// interval speaks of other networks and other examples, not only of other examples on these networks.
/// </summary>
public static class CrossedInterval
{
    /// <summary>The interval of the mean of a table.</summary>
    /// <param name="values">[row][column], rows of one length, all finite; a row is a network, a column a choice of examples.</param>
    /// <param name="level">Share of the means that lie within: .95.</param>
    /// <param name="stream">Name of the stream: what is resampled.</param>
    /// <param name="resamples">Number of resamples, at least 1.</param>
    /// <returns>The interval; none for fewer than two columns. A single row is not resampled: the interval then speaks of this one alone.</returns>
    /// <exception cref="ArgumentException">Rows have different lengths, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1, or there is no resample.</exception>
    public static Interval OfMean(IReadOnlyList<IReadOnlyList<double>> values, double level, string stream, int resamples = BootstrapInterval.Resamples)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (!(level is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "must be between 0 and 1");
        if (values.Count == 0 || values.Any(row => row.Count != values[0].Count))
            throw new ArgumentException("There must be a row, and all rows of one length.", nameof(values));
        int rows = values.Count, columns = values[0].Count;
        if (columns < 2)
            return Interval.None;
        RandomStream random = new(0, $"crossed bootstrap/{stream}");
        double[] means = new double[resamples];
        int[] timesRow = new int[rows], timesColumn = new int[columns];
        for (int k = 0; k < resamples; k++)
        {
            Draw(random, timesRow);
            Draw(random, timesColumn);
            double sum = 0;
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; timesRow[r] > 0 && c < columns; c++)
                    sum += (double)timesRow[r] * timesColumn[c] * values[r][c];
            }
            means[k] = sum / ((double)rows * columns);
        }
        EmpiricalDistribution found = new(means);
        return new(found.Quantile((1 - level) / 2), found.Quantile((1 + level) / 2));
    }

    /// <summary>How often each is drawn when as many are drawn as there are.</summary>
    private static void Draw(RandomStream random, int[] times)
    {
        Array.Clear(times);
        for (int i = 0; i < times.Length; i++)
            times[random.NextInt(times.Length)]++;
    }
}
