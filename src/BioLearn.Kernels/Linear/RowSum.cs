using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// y = alpha x' a + beta y for some columns of a: its rows stream by, eight at a time, while y stays in the first-level cache. Each
/// element of y is one chain over the rows, as in the matrix product.
/// </summary>
internal unsafe struct RowSum<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Rows;
    public T* A, X, Y;
    public nint Stride;
    public T Alpha, Beta;
    private int _begin, _end;

    public readonly void Invoke(int piece, int begin, int end)
    {
        RowSum<T> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, RowSum<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        T* y = Y + _begin, a = A + _begin;
        int columns = _end - _begin, i = 0;
        Start<V>(y, columns);
        for (; i + 8 <= Rows; i += 8, a += 8 * Stride)
            EightRows<V>(a, X + i, y, columns);
        for (; i < Rows; i++, a += Stride)
            OneRow<V>(a, X[i], y, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Start<V>(T* y, int columns)
        where V : unmanaged, ILanes<V, T>
    {
        if (T.IsZero(Beta))
        {
            new Span<T>(y, columns).Clear();
            return;
        }
        V beta = V.Create(Beta);
        for (int j = 0; j < columns; j += V.Count)
        {
            int n = Math.Min(V.Count, columns - j);
            V.StoreFirst(beta * V.LoadFirst(y + j, n), y + j, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void EightRows<V>(T* a, T* x, T* y, int columns)
        where V : unmanaged, ILanes<V, T>
    {
        T* a1 = a + Stride, a2 = a1 + Stride, a3 = a2 + Stride, a4 = a3 + Stride, a5 = a4 + Stride, a6 = a5 + Stride, a7 = a6 + Stride;
        V x0 = V.Create(Alpha * x[0]), x1 = V.Create(Alpha * x[1]), x2 = V.Create(Alpha * x[2]), x3 = V.Create(Alpha * x[3]);
        V x4 = V.Create(Alpha * x[4]), x5 = V.Create(Alpha * x[5]), x6 = V.Create(Alpha * x[6]), x7 = V.Create(Alpha * x[7]);
        int j = 0;
        for (; j <= columns - V.Count; j += V.Count)
        {
            V s = V.MultiplyAdd(x0, V.Load(a + j), V.Load(y + j));
            s = V.MultiplyAdd(x1, V.Load(a1 + j), s);
            s = V.MultiplyAdd(x2, V.Load(a2 + j), s);
            s = V.MultiplyAdd(x3, V.Load(a3 + j), s);
            s = V.MultiplyAdd(x4, V.Load(a4 + j), s);
            s = V.MultiplyAdd(x5, V.Load(a5 + j), s);
            s = V.MultiplyAdd(x6, V.Load(a6 + j), s);
            V.Store(V.MultiplyAdd(x7, V.Load(a7 + j), s), y + j);
        }
        if (j < columns)
        {
            int n = columns - j;
            V s = V.MultiplyAdd(x0, V.LoadFirst(a + j, n), V.LoadFirst(y + j, n));
            s = V.MultiplyAdd(x1, V.LoadFirst(a1 + j, n), s);
            s = V.MultiplyAdd(x2, V.LoadFirst(a2 + j, n), s);
            s = V.MultiplyAdd(x3, V.LoadFirst(a3 + j, n), s);
            s = V.MultiplyAdd(x4, V.LoadFirst(a4 + j, n), s);
            s = V.MultiplyAdd(x5, V.LoadFirst(a5 + j, n), s);
            s = V.MultiplyAdd(x6, V.LoadFirst(a6 + j, n), s);
            V.StoreFirst(V.MultiplyAdd(x7, V.LoadFirst(a7 + j, n), s), y + j, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V>(T* a, T x, T* y, int columns)
        where V : unmanaged, ILanes<V, T>
    {
        V factor = V.Create(Alpha * x);
        int j = 0;
        for (; j <= columns - V.Count; j += V.Count)
            V.Store(V.MultiplyAdd(factor, V.Load(a + j), V.Load(y + j)), y + j);
        if (j < columns)
        {
            int n = columns - j;
            V.StoreFirst(V.MultiplyAdd(factor, V.LoadFirst(a + j, n), V.LoadFirst(y + j, n)), y + j, n);
        }
    }
}
