using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>Matrix-vector products.</summary>
internal static unsafe class Gemv
{
    /// <summary>
    /// y[m] = alpha a[m,n] x[n] + beta y: one inner product a row, summed in as many lanes as the vectors have, so that the last bits
    /// depend on the vector width.
    /// </summary>
    public static void N<T>(ReadOnlyMatrixSpan<T> a, ReadOnlySpan<T> x, Span<T> y, T alpha, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length != a.Columns || y.Length != a.Rows)
            throw new ArgumentException($"matrix-vector product: [{a.Rows}, {a.Columns}] times [{x.Length}] does not give [{y.Length}]");
        fixed (T* pa = a, px = x, py = y)
        {
            var kernel = new RowsKernel<T> { Rows = a.Rows, Columns = a.Columns, A = pa, Stride = a.Stride, X = px, Y = py, Alpha = alpha, Beta = beta };
            Hardware.Run<T, RowsKernel<T>>(ref kernel);
        }
    }

    /// <summary>y[n] = alpha x[m]' a[m,n] + beta y: the same bits as <see cref="Gemm"/>'s NN with one row.</summary>
    public static void T<TElement>(ReadOnlyMatrixSpan<TElement> a, ReadOnlySpan<TElement> x, Span<TElement> y, TElement alpha, TElement beta)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        if (x.Length != a.Rows || y.Length != a.Columns)
            throw new ArgumentException($"vector-matrix product: [{x.Length}] times [{a.Rows}, {a.Columns}] does not give [{y.Length}]");
        Gemm.NN(new ReadOnlyMatrixSpan<TElement>(x, 1, x.Length), a, new MatrixSpan<TElement>(y, 1, y.Length), alpha, beta);
    }

    private struct RowsKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Rows, Columns;
        public T* A, X, Y;
        public nint Stride;
        public T Alpha, Beta;

        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < Rows; i++)
            {
                T product = Alpha * Dot<T, V>(A + i * Stride, X, Columns);
                Y[i] = T.IsZero(Beta) ? product : Beta * Y[i] + product;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Dot<T, V>(T* a, T* x, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, ILanes<V, T>
    {
        V s = V.Zero;
        int j = 0;
        for (; j <= n - V.Count; j += V.Count)
            s = V.MultiplyAdd(V.Load(a + j), V.Load(x + j), s);
        if (j < n)
            s = V.MultiplyAdd(V.LoadFirst(a + j, n - j), V.LoadFirst(x + j, n - j), s);
        return V.Sum(s);
    }
}
