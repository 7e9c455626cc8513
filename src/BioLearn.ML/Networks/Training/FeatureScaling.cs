using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// Finds the map that brings features of any scale to what a network learns from: by the standard deviation, but a rare or heavy-tailed
/// feature by an eighth of its range, so that no value of the training rows lies further than eight from the others.
/// </summary>
/// <remarks>
/// Where most values are zero, as in text, features are scaled about zero and not shifted, so that zeros stay zeros. An image is one feature a
/// channel. What never varied says nothing about a row in which it does, and is taken away.
/// </remarks>
internal static class FeatureScaling
{
    private const double WidestRange = 8;
    private const double SparseShare = 0.5;
    private const double SmallestShare = 1e-7; // what varies by less is rounding

    /// <summary>The map, or null where nothing need be done.</summary>
    /// <param name="options">Says whether.</param>
    /// <param name="context">The rows, and where a warning goes.</param>
    public static FeatureMap? Find(NetworkOptions options, TrainingContext<NetworkModelParameters> context)
    {
        if (options.NormalizeFeatures == NormalizeFeatures.No)
            return null;
        FeatureStatistics statistics = FeatureStatistics.Of(context.Data.FeatureCount, context.AllRows(), options.InputShape);
        bool needed = !context.Data.IsNormalized && !(options.InputShape is { IsVector: false } && statistics.LargestMagnitude <= 1);
        if (options.NormalizeFeatures == NormalizeFeatures.Warn)
        {
            if (needed)
                context.Run.Warning($"The feature column '{options.FeatureColumnName}' is not normalized: normalize it (NormalizeMeanVariance), or set NormalizeFeatures to Auto.");
            return null;
        }
        return needed || options.NormalizeFeatures == NormalizeFeatures.Yes ? MapOf(statistics) : null;
    }

    private static FeatureMap MapOf(FeatureStatistics statistics)
    {
        int width = statistics.Width, group = statistics.FeaturesPerGroup;
        bool centred = !statistics.AreSparse && statistics.ShareOfZeros < SparseShare;
        float[] scale = new float[width], centre = centred ? new float[width] : [];
        for (int g = 0; g < statistics.Groups; g++)
        {
            double middle = centred ? statistics.Mean(g) : 0, least = statistics.Minimum(g), most = statistics.Maximum(g);
            double largest = Math.Max(Math.Abs(least), Math.Abs(most));
            double size = Math.Max(statistics.Deviation(g, middle), (centred ? most - least : largest) / WidestRange);
            double factor = size > largest * SmallestShare ? Math.Min(1 / size, float.MaxValue) : 0;
            scale.AsSpan(g * group, group).Fill((float)factor);
            if (centred)
                centre.AsSpan(g * group, group).Fill((float)middle);
        }
        return new FeatureMap(scale, centre);
    }
}
