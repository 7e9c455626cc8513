using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hosting;

/// <summary>Products of matrices so large that somebody may want to stop them in the middle: made some rows at a time.</summary>
internal static class InterruptibleProduct
{
    private const long OperationsBetween = 1L << 29; // a tenth of a second
    private const int LeastRows = 96;

    /// <summary>C = A B.</summary>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n].</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    /// <param name="interruption">Throws to stop; null makes the product at once.</param>
    public static void Of(ReadOnlyMatrixSpan<double> a, ReadOnlyMatrixSpan<double> b, MatrixSpan<double> c, int threads, Action? interruption)
    {
        int step = interruption is null ? a.Rows : (int)Math.Clamp(OperationsBetween / Math.Max(1, (long)b.Rows * b.Columns), LeastRows, Math.Max(LeastRows, a.Rows));
        for (int row = 0; row < a.Rows; row += step)
        {
            interruption?.Invoke();
            int count = Math.Min(step, a.Rows - row);
            Gemm.NN(a.Block(row, 0, count, a.Columns), b, c.Block(row, 0, count, c.Columns), threads);
        }
    }
}
