using BioLearn.ML.Plasticity;

namespace BioLearn.Experiments.Studies;

/// <summary>What the training of a plastic memory came to, by the windows and bounds of the original's figures.</summary>
/// <param name="LastError">Mean error Σ|output − target| of the last 1,000 updates, or all.</param>
/// <param name="LastWrongSigns">Mean share of wrong signs of the same, from 0 to 1.</param>
/// <param name="LargeFailures">Share of the same updates whose error was above 10: all free elements flipped.</param>
/// <param name="Below1At">First update at which the mean error of the last 500 was below 1; null for never.</param>
/// <param name="WrongSignsBelow1PercentAt">First update at which the mean share of wrong signs of the last 20 was below 1 %; null for never.</param>
public sealed record MemoryFigures(double LastError, double LastWrongSigns, double LargeFailures, int? Below1At, int? WrongSignsBelow1PercentAt)
{
    private const int LastUpdates = 1000;
    private const double LargeError = 10;

    /// <summary>The figures of a history.</summary>
    /// <param name="history">One that has begun.</param>
    /// <returns>The figures.</returns>
    public static MemoryFigures Of(PlasticTrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        float[] errors = history.AbsoluteErrors.ToArray(), wrong = history.WrongSigns.ToArray();
        int last = Math.Min(LastUpdates, errors.Length);
        return new(
            errors[^last..].DefaultIfEmpty().Average(), wrong[^last..].DefaultIfEmpty().Average(), errors[^last..].Count(e => e > LargeError) / (double)Math.Max(last, 1),
            FirstBelow(errors, 500, 1), FirstBelow(wrong, 20, .01));
    }

    private static int? FirstBelow(ReadOnlySpan<float> values, int window, double bound)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= window ? values[i - window] : 0);
            if (i + 1 >= window && sum / window < bound)
                return i + 1;
        }
        return null;
    }
}
