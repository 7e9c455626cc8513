using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Hebbian;

/// <summary>The symmetric matrix that evens out the directions of rows: (C + ridge · mean variance · I)^(−1/2), C their covariance.</summary>
internal static class Whitening
{
    private const int BlockRows = 1024;
    private const int MostIterations = 200;

    /// <param name="rows">Less their mean.</param>
    /// <param name="ridge">Above 0.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="interruption">Called now and then; throws to stop. Null for nothing.</param>
    /// <returns>[width, width]; null where all rows are alike.</returns>
    /// <exception cref="InvalidOperationException">Rows are too long for a matrix of their directions.</exception>
    public static float[]? Matrix(FloatRows rows, double ridge, int threads, Action? interruption = null)
    {
        int n = rows.Width;
        if ((long)n * n > Array.MaxLength)
            throw new InvalidOperationException($"WhiteningRidge asks for a matrix of {n} x {n}, too large for memory: leave it null, or put HebbianComponents in front.");
        double[] c = Covariance(rows, threads, interruption);
        double variance = 0;
        for (int i = 0; i < n; i++)
            variance += c[(i * n) + i] / n;
        if (variance <= 0)
            return null;
        for (int i = 0; i < n; i++)
            c[(i * n) + i] += ridge * variance;
        return Array.ConvertAll(InverseSquareRoot(c, n, threads, interruption), x => (float)x);
    }

    private static double[] Covariance(FloatRows rows, int threads, Action? interruption)
    {
        int n = rows.Width;
        float[] block = new float[n * n];
        double[] sum = new double[n * n], wide = new double[n * n];
        for (int start = 0; start < rows.Count; start += BlockRows) // sums of a block in float, of blocks in double
        {
            interruption?.Invoke();
            int count = Math.Min(BlockRows, rows.Count - start);
            ReadOnlyMatrixSpan<float> x = new(rows.Memory.Span.Slice(start * n, count * n), count, n);
            Gemm.TN(x, x, new MatrixSpan<float>(block, n, n), threads);
            TensorPrimitives.ConvertTruncating<float, double>(block, wide);
            TensorPrimitives.Add(sum, wide, sum);
        }
        TensorPrimitives.Divide(sum, rows.Count, sum);
        return sum;
    }

    /// <summary>Coupled Newton-Schulz iteration (Higham 2008, section 6.7): Y → A^(1/2), Z → A^(−1/2) for A of norm at most 1; quadratic at the end.</summary>
    private static double[] InverseSquareRoot(double[] a, int n, int threads, Action? interruption)
    {
        double scale = TensorPrimitives.Norm<double>(a);
        double[] y = new double[a.Length], z = new double[a.Length], t = new double[a.Length], product = new double[a.Length];
        TensorPrimitives.Divide(a, scale, y);
        for (int i = 0; i < n; i++)
            z[(i * n) + i] = 1;
        double before = double.PositiveInfinity;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            InterruptibleProduct.Of(new(z, n, n), new(y, n, n), new(t, n, n), threads, interruption);
            TensorPrimitives.Multiply(t, -0.5, t);
            for (int i = 0; i < n; i++)
                t[(i * n) + i] += 1.5;
            (y, product) = (Times(y, t, product), y);
            (z, product) = (Times(t, z, product), z);
            for (int i = 0; i < n; i++)
                t[(i * n) + i] -= 1;
            double change = TensorPrimitives.Norm<double>(t);
            if (change < 1e-6 && change >= before / 2) // no longer quadratic: what is left is rounding
                break;
            before = change;
        }
        TensorPrimitives.Divide(z, Math.Sqrt(scale), z);
        return z;

        double[] Times(double[] left, double[] right, double[] result)
        {
            InterruptibleProduct.Of(new(left, n, n), new(right, n, n), new(result, n, n), threads, interruption);
            return result;
        }
    }
}
