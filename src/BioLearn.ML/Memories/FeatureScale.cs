using BioLearn.ML.Hosting;

namespace BioLearn.ML.Memories;

/// <summary>Between the features as they are and the visible units: nothing for Bernoulli units, mean 0 and deviation 1 for Gaussian ones.</summary>
internal sealed class FeatureScale(float[] mean, float[] deviation)
{
    /// <summary>Empty for Bernoulli units.</summary>
    public float[] Mean => mean;

    public float[] Deviation => deviation;

    /// <summary>Measures the rows; a feature that never changes has deviation 1 and so becomes 0.</summary>
    /// <exception cref="InvalidOperationException">A feature of Bernoulli units is not from 0 to 1.</exception>
    public static FeatureScale Of(VisibleUnits units, UnsupervisedContext context)
    {
        FloatRows rows = context.Rows;
        if (units == VisibleUnits.Bernoulli)
        {
            RequireProbabilities(context);
            return new([], []);
        }
        double[] sum = new double[rows.Width], square = new double[rows.Width];
        foreach (bool second in (bool[])[false, true])
        {
            for (int r = 0; r < rows.Count; r++)
            {
                ReadOnlySpan<float> row = rows.Memory.Span.Slice(r * rows.Width, rows.Width);
                for (int i = 0; i < row.Length; i++)
                {
                    if (second)
                        square[i] += (row[i] - (sum[i] / rows.Count)) * (row[i] - (sum[i] / rows.Count));
                    else
                        sum[i] += row[i];
                }
            }
        }
        return new(
            Array.ConvertAll(sum, s => (float)(s / rows.Count)),
            Array.ConvertAll(square, s => s > 0 ? (float)Math.Sqrt(s / rows.Count) : 1));
    }

    /// <exception cref="InvalidOperationException">A feature is not from 0 to 1.</exception>
    public static void RequireProbabilities(UnsupervisedContext context)
    {
        ReadOnlySpan<float> values = context.Rows.Memory.Span;
        int bad = values.IndexOfAnyExceptInRange(0f, 1f);
        if (bad >= 0)
        {
            throw new InvalidOperationException(
                $"Column '{context.ColumnName}' has the value {values[bad]} in slot {bad % context.Rows.Width}; binary units take features from 0 to 1. "
                + "Put NormalizeMinMax with fixZero: false before it, or use Gaussian visible units where the model has them.");
        }
    }

    /// <summary>Adds mean and deviation, where features are scaled at all.</summary>
    public void AddTo(NamedTensors tensors)
    {
        if (mean.Length > 0)
            tensors.Add<float>("mean", mean, mean.Length).Add<float>("deviation", deviation, deviation.Length);
    }

    public void ToUnits(Span<float> rows)
    {
        for (int i = 0; i < rows.Length && mean.Length > 0; i++)
            rows[i] = (rows[i] - mean[i % mean.Length]) / deviation[i % mean.Length];
    }

    /// <summary>Weights and biases of units over the features that give what they gave over the scaled ones.</summary>
    public void FoldInto(Span<float> weights, Span<float> biases)
    {
        for (int i = 0; i < weights.Length && mean.Length > 0; i++)
        {
            weights[i] /= deviation[i % mean.Length];
            biases[i / mean.Length] -= weights[i] * mean[i % mean.Length];
        }
    }

    public void ToFeatures(Span<float> rows)
    {
        for (int i = 0; i < rows.Length && mean.Length > 0; i++)
            rows[i] = (rows[i] * deviation[i % mean.Length]) + mean[i % mean.Length];
    }
}
