using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>One linear support vector machine a class, against the rest.</summary>
internal static class LinearSvmReadout
{
    /// <summary>Share of the rows of <paramref name="held"/> whose class is not found, that of the largest margin; features are brought to mean 0 and variance 1 first.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="learned">Rows to learn from, with labels from 0.</param>
    /// <param name="held">Rows to find the classes of.</param>
    /// <param name="column">A vector of Single.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="penalty">C.</param>
    /// <param name="epochs">Passes over the rows at most.</param>
    /// <param name="cancellation">Heard before every pass of every class.</param>
    public static double Error(MLContext mlContext, IDataView learned, IDataView held, string column, int classes, double penalty, int epochs, CancellationToken cancellation)
    {
        var normalizer = mlContext.Transforms.NormalizeMeanVariance(column, fixZero: false).Fit(learned);
        (float[] Values, uint Label)[] rows = [.. FeatureRows.Read(mlContext, normalizer.Transform(learned), column)];
        float[][] features = Array.ConvertAll(rows, row => row.Values);
        LinearSvm[] machines = new LinearSvm[classes];
        for (int c = 0; c < classes; c++)
            machines[c] = LinearSvm.Train(features, Array.ConvertAll(rows, row => row.Label == c), penalty, epochs, seed: c, cancellation);
        int wrong = 0, count = 0;
        foreach (var (values, label) in FeatureRows.Read(mlContext, normalizer.Transform(held), column))
        {
            int best = 0;
            double most = double.NegativeInfinity;
            for (int c = 0; c < classes; c++)
            {
                if (machines[c].Score(values) is var score && score > most)
                    (best, most) = (c, score);
            }
            count++;
            wrong += best == label ? 0 : 1;
        }
        return (double)wrong / count;
    }
}
