using BioLearn.Kernels.Random;

namespace BioLearn.ML.Diagnostics;

/// <summary>
/// The difference of two means with its uncertainty: a bias-corrected and accelerated bootstrap interval (Efron, "Better bootstrap confidence
/// intervals", JASA 82, 1987) and the p of a two-sided permutation test.
/// </summary>
/// <param name="Difference">Mean of the first minus mean of the second.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Confidence">Its confidence, such as 0.95.</param>
/// <param name="PValue">
/// Share of the permutations, the observed one counted in, whose difference is at least as large. Of pairs all exchanges are counted where there are
/// no more of them than resamples; otherwise permutations are drawn, and the share is at least 1 / (resamples + 1).
/// </param>
public sealed record MeanDifference(double Difference, double Lower, double Upper, double Confidence, double PValue)
{
    /// <summary>Of values that belong together pair by pair; permutations exchange the two of a pair.</summary>
    /// <param name="first">Values.</param>
    /// <param name="second">As many values, each the partner of the one in <paramref name="first"/>.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <param name="resamples">Bootstrap samples, and permutations; at least 100.</param>
    /// <param name="confidence">Of the interval, between 0 and 1.</param>
    /// <returns>The difference.</returns>
    /// <exception cref="ArgumentException">The numbers of values differ, are below 2, or an option is out of range.</exception>
    public static MeanDifference Paired(
        IReadOnlyList<double> first, IReadOnlyList<double> second, long seed = 0, int resamples = 5000, double confidence = 0.95)
    {
        Check(first, second, resamples, confidence);
        if (first.Count != second.Count)
            throw new ArgumentException($"There are {first.Count} values and {second.Count} partners.", nameof(second));
        double[] differences = [.. first.Zip(second, (a, b) => a - b)];
        double observed = differences.Average();
        double[] means = Resample(seed, resamples, random => random.Draw(differences));
        var (lower, upper) = Interval(means, observed, confidence, [differences]);
        return new(observed, lower, upper, confidence, SignFlips(differences, observed, seed, resamples));
    }

    /// <summary>Of independent values; permutations deal them anew to the two sides.</summary>
    /// <param name="first">Values.</param>
    /// <param name="second">Other values, as many or not.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <param name="resamples">Bootstrap samples, and permutations; at least 100.</param>
    /// <param name="confidence">Of the interval, between 0 and 1.</param>
    /// <returns>The difference.</returns>
    /// <exception cref="ArgumentException">A side has fewer than 2 values, or an option is out of range.</exception>
    public static MeanDifference Unpaired(
        IReadOnlyList<double> first, IReadOnlyList<double> second, long seed = 0, int resamples = 5000, double confidence = 0.95)
    {
        Check(first, second, resamples, confidence);
        double[] a = [.. first], b = [.. second];
        double observed = a.Average() - b.Average();
        double[] differences = Resample(seed, resamples, random => random.Draw(a) - random.Draw(b));
        var (lower, upper) = Interval(differences, observed, confidence, [a, b]);
        double[] all = [.. a, .. b];
        var deal = new RandomStream(seed, "permutation");
        int extreme = 0;
        for (int k = 0; k < resamples; k++)
        {
            deal.Shuffle<double>(all);
            extreme += IsExtreme(all.AsSpan(0, a.Length).ToArray().Average() - all.AsSpan(a.Length).ToArray().Average(), observed) ? 1 : 0;
        }

        return new(observed, lower, upper, confidence, (extreme + 1.0) / (resamples + 1));
    }

    private static double SignFlips(double[] differences, double observed, long seed, int resamples)
    {
        if (differences.Length < 31 && 1 << differences.Length <= resamples)
            return Enumerable.Range(0, 1 << differences.Length).Average(signs => IsExtreme(differences.Select((difference, i) => (signs >> i & 1) == 0 ? difference : -difference).Average(), observed) ? 1.0 : 0);
        var flips = new RandomStream(seed, "permutation");
        int extreme = 0;
        for (int k = 0; k < resamples; k++)
        {
            double sum = 0;
            foreach (double difference in differences)
                sum += (flips.NextUInt32() & 1) == 0 ? difference : -difference;
            extreme += IsExtreme(sum / differences.Length, observed) ? 1 : 0;
        }
        return (extreme + 1.0) / (resamples + 1);
    }

    private static double[] Resample(long seed, int resamples, Func<Sampler, double> statistic)
    {
        var sampler = new Sampler(new RandomStream(seed, "bootstrap"));
        double[] values = new double[resamples];
        for (int k = 0; k < resamples; k++)
            values[k] = statistic(sampler);
        Array.Sort(values);
        return values;
    }

    private static (double Lower, double Upper) Interval(double[] sorted, double observed, double confidence, double[][] samples)
    {
        // Ties count half, so that a symmetric distribution has no bias.
        double below = (sorted.Count(value => value < observed) + (sorted.Count(value => value == observed) / 2.0)) / sorted.Length;
        double bias = NormalDistribution.Quantile(below), acceleration = Acceleration(samples);
        double z = NormalDistribution.Quantile((1 + confidence) / 2);
        return (End(-z), End(z));

        double End(double side)
        {
            if (!double.IsFinite(bias))
                return observed; // all resamples lie on one side or on one point
            double level = NormalDistribution.Cumulative(bias + ((bias + side) / (1 - (acceleration * (bias + side)))));
            double place = level * (sorted.Length - 1);
            int under = (int)place;
            return sorted[under] + ((place - under) * (sorted[Math.Min(under + 1, sorted.Length - 1)] - sorted[under]));
        }
    }

    // From the jackknife of a mean: leaving out x changes it by (mean - x) / (n - 1).
    private static double Acceleration(double[][] samples)
    {
        double cubes = 0, squares = 0;
        for (int side = 0; side < samples.Length; side++)
        {
            double[] values = samples[side];
            double mean = values.Average(), n = values.Length;
            foreach (double value in values)
            {
                double influence = (side == 0 ? value - mean : mean - value) / n;
                cubes += influence * influence * influence;
                squares += influence * influence;
            }
        }

        return squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
    }

    // With room for rounding: the observed arrangement itself must count.
    private static bool IsExtreme(double permuted, double observed) => Math.Abs(permuted) >= Math.Abs(observed) * (1 - 1e-12);

    private static void Check(IReadOnlyList<double> first, IReadOnlyList<double> second, int resamples, double confidence)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count < 2 || second.Count < 2)
            throw new ArgumentException("Each side needs at least two values.");
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "must be between 0 and 1");
    }

    /// <summary>Means of samples drawn with replacement.</summary>
    private sealed class Sampler(RandomStream random)
    {
        public double Draw(double[] values)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
                sum += values[random.NextInt(values.Length)];
            return sum / values.Length;
        }
    }
}
