using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// Finds the map that brings features of any scale to what a network learns from: by the standard deviation, but a heavy-tailed feature by an
/// eighth of its range, so that no value of the training rows lies further than eight from the others, and one that is mostly zero, such as a word
/// of many, by twice its largest value: by its deviation it would count the more the rarer it is.
/// </summary>
/// <remarks>
/// Where most values are zero, as in text, features are scaled about zero and not shifted, so that zeros stay zeros; but for those that are never
/// zero and lie far from it, where rows are not too wide. An image is one feature a
/// channel. What never varied says nothing about a row in which it does, and is taken away.
/// </remarks>
internal static class FeatureScaling
{
    private const double WidestRange = 8;
    private const double SparseShare = 0.5;
    private const double MostEccentric = 0.5; // deviations
    private const int WidestFilled = 4096; // features: a batch of text is not spread out for one number beside it

    /// <summary>The map, or null where nothing need be done.</summary>
    /// <param name="option">Whether.</param>
    /// <param name="column">Name of the feature column.</param>
    /// <param name="context">The rows, and where a warning goes.</param>
    /// <param name="shape">Shape of a row that is an image; null for a vector.</param>
    /// <param name="timeSteps">Of rows that are sequences; their map is that of one time step.</param>
    public static FeatureMap? Find<TModel>(NormalizeFeatures option, string column, TrainingContext<TModel> context, TensorShape? shape = null, int timeSteps = 1)
        where TModel : class
    {
        if (option == NormalizeFeatures.No)
            return null;
        FeatureStatistics statistics = FeatureStatistics.Of(context.Data.FeatureCount / timeSteps, context.AllRows(), shape);
        // NormalizeMeanVariance and NormalizeMinMax keep zeros unless told otherwise: what they call normalized may lie far from zero, years for one.
        bool normalized = context.Data.IsNormalized && (IsMostlyZero(statistics) || statistics.Eccentricity <= MostEccentric);
        bool needed = !normalized && !(shape is { IsVector: false } && statistics.LargestMagnitude <= 1);
        if (option == NormalizeFeatures.Warn)
        {
            if (needed)
                context.Run.Warning($"The feature column '{column}' is not normalized: normalize it (NormalizeMeanVariance), or set NormalizeFeatures to Auto.");
            return null;
        }
        return needed || option == NormalizeFeatures.Yes ? MapOf(statistics) : null;
    }

    private static bool IsMostlyZero(FeatureStatistics statistics) => statistics.AreSparse || statistics.ShareOfZeros >= SparseShare;

    private static FeatureMap MapOf(FeatureStatistics statistics)
    {
        int width = statistics.Width, group = statistics.FeaturesPerGroup;
        bool[] centred = [.. Enumerable.Range(0, statistics.Groups).Select(g => IsCentred(statistics, g))];
        float[] scale = new float[width], centre = centred.Contains(true) ? new float[width] : [];
        for (int g = 0; g < centred.Length; g++)
        {
            double middle = centred[g] ? statistics.Mean(g) : 0, least = statistics.Minimum(g), most = statistics.Maximum(g);
            double largest = Math.Max(Math.Abs(least), Math.Abs(most));
            double size = statistics.ShareOfZerosIn(g) >= SparseShare
                ? 2 * largest
                : Math.Max(statistics.Deviation(g, middle), (centred[g] ? most - least : largest) / WidestRange);
            bool counts = size > 0 && (most > least || !centred[g]);
            scale.AsSpan(g * group, group).Fill(counts ? (float)Math.Min(1 / size, float.MaxValue) : 0);
            if (centred[g])
                centre.AsSpan(g * group, group).Fill((float)middle);
        }
        return new FeatureMap(scale, centre);
    }

    // Among features that are mostly zero, a year beside words, only one that is never zero and far from it: a centre fills zeros.
    private static bool IsCentred(FeatureStatistics statistics, int g)
    {
        if (!IsMostlyZero(statistics))
            return true;
        double mean = statistics.Mean(g), deviation = statistics.Deviation(g, mean);
        return statistics.Width <= WidestFilled && statistics.ShareOfZerosIn(g) == 0 && deviation > 0 && Math.Abs(mean) > MostEccentric * deviation;
    }
}
