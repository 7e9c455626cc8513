using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// Finds the map from the label of a regression to what a network's output should be: the label has mean 0 and standard deviation 1 for the network, or
/// lies in the middle of the range of its output where that has one, since the ends are reached by no finite drive.
/// </summary>
internal static class LabelScaling
{
    /// <summary>Share of a bounded range that labels of the training rows take; the rest is for labels beyond them.</summary>
    private const double ShareOfRange = 0.6;

    /// <summary>The map; null where labels are classes or are to be left alone.</summary>
    /// <exception cref="InvalidOperationException">The labels are too large for a Single.</exception>
    public static FeatureMap? Find<TModel>(bool standardize, string column, TrainingContext<TModel> context, ActivityRange range)
        where TModel : class
    {
        if (context.Data.ClassCount > 0 || !standardize)
            return null;
        (double mean, double deviation, double minimum, double maximum) = Measure(context);
        if (deviation == 0)
            (deviation, minimum, maximum) = (1, mean - 1, mean + 1);
        double scale = 1 / deviation, centre = mean;
        if (range.IsBounded)
        {
            double low = double.IsFinite(range.Low) ? range.Low : range.High - 1, high = double.IsFinite(range.High) ? range.High : range.Low + 1;
            scale = (high - low) * ShareOfRange / (maximum - minimum);
            centre = ((minimum + maximum) / 2) - ((low + high) / 2 / scale);
        }
        if (!float.IsNormal((float)scale) || !float.IsFinite((float)centre))
            throw new InvalidOperationException($"The labels in column '{column}' span {minimum:g4} to {maximum:g4}, which cannot be standardized in single precision; scale them before the trainer.");
        return new FeatureMap([(float)scale], [(float)centre]);
    }

    /// <summary>The label as the network's output should be.</summary>
    public static float[] Targets(ReadOnlySpan<float> labels, FeatureMap? map)
    {
        float[] targets = labels.ToArray();
        for (int i = 0; i < targets.Length; i++)
            map?.Apply(targets.AsSpan(i, 1));
        return targets;
    }

    private static (double Mean, double Deviation, double Minimum, double Maximum) Measure<TModel>(TrainingContext<TModel> context)
        where TModel : class
    {
        double total = 0, sum = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        foreach (TrainingData block in context.AllRows())
        {
            ReadOnlySpan<float> labels = block.Targets, weights = block.Weights;
            for (int i = 0; i < labels.Length; i++)
            {
                double weight = weights.IsEmpty ? 1 : weights[i];
                total += weight;
                sum += weight * labels[i];
                (minimum, maximum) = (Math.Min(minimum, labels[i]), Math.Max(maximum, labels[i]));
            }
        }
        if (total == 0)
            return (0, 0, 0, 0);
        double mean = sum / total, squares = 0;
        foreach (TrainingData block in context.AllRows())
        {
            ReadOnlySpan<float> labels = block.Targets, weights = block.Weights;
            for (int i = 0; i < labels.Length; i++)
                squares += (weights.IsEmpty ? 1 : weights[i]) * (labels[i] - mean) * (labels[i] - mean);
        }
        return (mean, Math.Sqrt(squares / total), minimum, maximum);
    }
}
