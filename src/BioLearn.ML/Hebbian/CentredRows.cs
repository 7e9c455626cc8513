using System.Numerics.Tensors;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Hebbian;

/// <summary>Rows less their mean.</summary>
internal static class CentredRows
{
    public static float[] Mean(FloatRows rows)
    {
        double[] sum = new double[rows.Width];
        for (int r = 0; r < rows.Count; r++)
        {
            ReadOnlySpan<float> row = rows.Memory.Span.Slice(r * rows.Width, rows.Width);
            for (int i = 0; i < row.Length; i++)
                sum[i] += row[i];
        }
        return Array.ConvertAll(sum, s => (float)(s / rows.Count));
    }

    /// <summary>centred = rows − mean; may be the same memory.</summary>
    public static void Subtract(ReadOnlySpan<float> rows, ReadOnlySpan<float> mean, Span<float> centred)
    {
        for (int start = 0; start < rows.Length; start += mean.Length)
            TensorPrimitives.Subtract(rows.Slice(start, mean.Length), mean, centred.Slice(start, mean.Length));
    }
}
