using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// y = start + Σ_j x_j row_j for a small matrix with padded rows: the sums stay in registers, eight chains of multiply-adds at a time.
/// </summary>
internal static unsafe class WeightedRows<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
{
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="columns">A multiple of <see cref="StackedLayers{T}.Line"/>.</param>
    /// <param name="x">[rows].</param>
    /// <param name="rows">Rows that count.</param>
    /// <param name="start">[columns].</param>
    /// <param name="y">[columns]; may be <paramref name="start"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sum(T* matrix, int columns, T* x, int rows, T* start, T* y)
    {
        int c = 0;
        for (; c <= columns - (4 * V.Count); c += 4 * V.Count)
            Four(matrix + c, columns, x, rows, start + c, y + c);
        for (; c <= columns - (2 * V.Count); c += 2 * V.Count)
            Two(matrix + c, columns, x, rows, start + c, y + c);
        for (; c < columns; c += V.Count)
            One(matrix + c, columns, x, rows, start + c, y + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(T* a, nint stride, T* x, int rows, T* start, T* y)
    {
        V s0 = V.Load(start), s1 = V.Load(start + V.Count), s2 = V.Load(start + (2 * V.Count)), s3 = V.Load(start + (3 * V.Count));
        V t0 = V.Zero, t1 = V.Zero, t2 = V.Zero, t3 = V.Zero;
        int j = 0;
        for (; j + 1 < rows; j += 2, a += 2 * stride)
        {
            V x0 = V.Create(x[j]), x1 = V.Create(x[j + 1]);
            T* b = a + stride;
            s0 = V.MultiplyAdd(x0, V.Load(a), s0);
            t0 = V.MultiplyAdd(x1, V.Load(b), t0);
            s1 = V.MultiplyAdd(x0, V.Load(a + V.Count), s1);
            t1 = V.MultiplyAdd(x1, V.Load(b + V.Count), t1);
            s2 = V.MultiplyAdd(x0, V.Load(a + (2 * V.Count)), s2);
            t2 = V.MultiplyAdd(x1, V.Load(b + (2 * V.Count)), t2);
            s3 = V.MultiplyAdd(x0, V.Load(a + (3 * V.Count)), s3);
            t3 = V.MultiplyAdd(x1, V.Load(b + (3 * V.Count)), t3);
        }
        if (j < rows)
        {
            V x0 = V.Create(x[j]);
            s0 = V.MultiplyAdd(x0, V.Load(a), s0);
            s1 = V.MultiplyAdd(x0, V.Load(a + V.Count), s1);
            s2 = V.MultiplyAdd(x0, V.Load(a + (2 * V.Count)), s2);
            s3 = V.MultiplyAdd(x0, V.Load(a + (3 * V.Count)), s3);
        }
        V.Store(s0 + t0, y);
        V.Store(s1 + t1, y + V.Count);
        V.Store(s2 + t2, y + (2 * V.Count));
        V.Store(s3 + t3, y + (3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(T* a, nint stride, T* x, int rows, T* start, T* y)
    {
        V s0 = V.Load(start), s1 = V.Load(start + V.Count);
        V t0 = V.Zero, t1 = V.Zero, u0 = V.Zero, u1 = V.Zero, v0 = V.Zero, v1 = V.Zero;
        int j = 0;
        for (; j + 3 < rows; j += 4, a += 4 * stride)
        {
            V x0 = V.Create(x[j]), x1 = V.Create(x[j + 1]), x2 = V.Create(x[j + 2]), x3 = V.Create(x[j + 3]);
            T* b = a + stride, c = b + stride, d = c + stride;
            s0 = V.MultiplyAdd(x0, V.Load(a), s0);
            s1 = V.MultiplyAdd(x0, V.Load(a + V.Count), s1);
            t0 = V.MultiplyAdd(x1, V.Load(b), t0);
            t1 = V.MultiplyAdd(x1, V.Load(b + V.Count), t1);
            u0 = V.MultiplyAdd(x2, V.Load(c), u0);
            u1 = V.MultiplyAdd(x2, V.Load(c + V.Count), u1);
            v0 = V.MultiplyAdd(x3, V.Load(d), v0);
            v1 = V.MultiplyAdd(x3, V.Load(d + V.Count), v1);
        }
        for (; j < rows; j++, a += stride)
        {
            V x0 = V.Create(x[j]);
            s0 = V.MultiplyAdd(x0, V.Load(a), s0);
            s1 = V.MultiplyAdd(x0, V.Load(a + V.Count), s1);
        }
        V.Store(s0 + t0 + (u0 + v0), y);
        V.Store(s1 + t1 + (u1 + v1), y + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(T* a, nint stride, T* x, int rows, T* start, T* y)
    {
        V s = V.Load(start), t = V.Zero, u = V.Zero, v = V.Zero;
        int j = 0;
        for (; j + 3 < rows; j += 4, a += 4 * stride)
        {
            s = V.MultiplyAdd(V.Create(x[j]), V.Load(a), s);
            t = V.MultiplyAdd(V.Create(x[j + 1]), V.Load(a + stride), t);
            u = V.MultiplyAdd(V.Create(x[j + 2]), V.Load(a + (2 * stride)), u);
            v = V.MultiplyAdd(V.Create(x[j + 3]), V.Load(a + (3 * stride)), v);
        }
        for (; j < rows; j++, a += stride)
            s = V.MultiplyAdd(V.Create(x[j]), V.Load(a), s);
        V.Store(s + t + (u + v), y);
    }
}
