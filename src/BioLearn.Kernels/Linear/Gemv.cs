using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>Matrix-vector products.</summary>
internal static unsafe class Gemv
{
    /// <summary>
    /// y[m] = alpha a[m,n] x[n] + beta y: an inner product a row. Its terms are summed in as many lanes as the vectors have, so that the
    /// last bits depend on the vector width (not on threads or the number of rows), and are not those of <see cref="Gemm"/>.
    /// y is not read if beta is 0.
    /// </summary>
    public static void N<T>(ReadOnlyMatrixSpan<T> a, ReadOnlySpan<T> x, Span<T> y, T alpha, T beta, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length != a.Columns || y.Length != a.Rows)
            throw new ArgumentException($"matrix-vector product: [{a.Rows}, {a.Columns}] times [{x.Length}] does not give [{y.Length}]");
        fixed (T* pa = a, px = x, py = y)
        {
            var kernel = new InnerProducts<T> { Columns = a.Columns, A = pa, Stride = a.Stride, X = px, Y = py, Alpha = alpha, Beta = beta };
            if (threads > 1) threads = Worth<T>(a.Rows, a.Columns, threads);
            Partitioner.For(a.Rows, Grain(a.Rows, threads), threads, ref kernel);
        }
    }

    /// <summary>
    /// y[n] = alpha x[m]' a[m,n] + beta y, with the same bits as <see cref="Gemm"/>'s NN with one row. y is not read if beta is 0.
    /// </summary>
    public static void T<TElement>(ReadOnlyMatrixSpan<TElement> a, ReadOnlySpan<TElement> x, Span<TElement> y, TElement alpha, TElement beta, int threads = 1)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        if (x.Length != a.Rows || y.Length != a.Columns)
            throw new ArgumentException($"vector-matrix product: [{x.Length}] times [{a.Rows}, {a.Columns}] does not give [{y.Length}]");
        fixed (TElement* pa = a, px = x, py = y)
        {
            var kernel = new RowSum<TElement> { Rows = a.Rows, A = pa, Stride = a.Stride, X = px, Y = py, Alpha = alpha, Beta = beta };
            if (threads > 1) threads = Worth<TElement>(a.Rows, a.Columns, threads);
            Partitioner.For(a.Columns, Grain(a.Columns, threads), threads, ref kernel);
        }
    }

    private static int Worth<T>(int rows, int columns, int threads)
        where T : unmanaged => WorkSize.Threads(threads, (double)rows * columns * sizeof(T) / sizeof(float), (double)rows * columns * sizeof(T));

    /// <summary>Outputs a thread.</summary>
    private static int Grain(int outputs, int threads) => Math.Max(1, ((outputs + threads - 1) / threads + 63) / 64 * 64);
}
