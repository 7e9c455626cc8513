using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Both ways through a weight matrix [units, units below] as it lies in memory, unpadded: what the units receive from below, a dot product
/// a row, and what comes back from them, a sum of rows. Rows pass in groups, whose sums stay in registers; a group that would end behind
/// the matrix repeats its last row with factor zero.
/// </summary>
/// <remarks>
/// Vectors are padded to a multiple of <see cref="StackedLayers{T}.Line"/>. An element depends on neither threads nor other samples;
/// its order of additions depends on the vector width.
/// </remarks>
internal static unsafe class TwoWayRows<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
{
    private const int Many = 6, Few = 4, Wide = 8;

    /// <summary>up = below W' and back = start + above W in one pass over W: each number is read once.</summary>
    /// <param name="matrix">W, [rows, columns].</param>
    /// <param name="rows">Units above.</param>
    /// <param name="columns">Units below.</param>
    /// <param name="below">[columns], padded.</param>
    /// <param name="above">[rows].</param>
    /// <param name="start">[columns], padded; may be <paramref name="back"/>.</param>
    /// <param name="back">[columns], padded.</param>
    /// <param name="up">[rows].</param>
    public static void Exchange(T* matrix, int rows, int columns, T* below, T* above, T* start, T* back, T* up)
    {
        T* factors = stackalloc T[Wide], sums = stackalloc T[Wide];
        for (int i = 0; i < rows;)
        {
            int rest = rows - i, count = Math.Min(rest, rest > Few ? Many : Few);
            for (int k = 0; k < Many; k++)
                factors[k] = k < count ? above[i + k] : T.Zero;
            // Sums come in fours: the last may end behind the vector.
            T* into = rest >= Wide ? up + i : sums;
            if (rest > Few)
                ExchangeSix(matrix, columns, count - 1, below, factors, start, back, into);
            else
                ExchangeFour(matrix, columns, count - 1, below, factors, start, back, into);
            for (int k = 0; into == sums && k < count; k++)
                up[i + k] = sums[k];
            start = back;
            matrix += (nint)count * columns;
            i += count;
        }
    }

    /// <summary>up = below W'.</summary>
    public static void Send(T* matrix, int rows, int columns, T* below, T* up)
    {
        T* sums = stackalloc T[Wide];
        for (int i = 0; i < rows;)
        {
            int rest = rows - i, count = Math.Min(rest, rest > Few ? Wide : Few);
            T* into = rest >= Wide ? up + i : sums;
            if (rest > Few)
                SendEight(matrix, columns, count - 1, below, into);
            else
                SendFour(matrix, columns, count - 1, below, into);
            for (int k = 0; into == sums && k < count; k++)
                up[i + k] = sums[k];
            matrix += (nint)count * columns;
            i += count;
        }
    }

    /// <summary>back = start + above W.</summary>
    public static void Return(T* matrix, int rows, int columns, T* above, T* start, T* back)
    {
        T* factors = stackalloc T[Wide];
        for (int i = 0; i < rows;)
        {
            int rest = rows - i, count = Math.Min(rest, rest > Few ? Wide : Few);
            for (int k = 0; k < Wide; k++)
                factors[k] = k < count ? above[i + k] : T.Zero;
            if (rest > Few)
                ReturnEight(matrix, columns, count - 1, factors, start, back);
            else
                ReturnFour(matrix, columns, count - 1, factors, start, back);
            start = back;
            matrix += (nint)count * columns;
            i += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ExchangeSix(T* r0, nint stride, int last, T* below, T* factors, T* start, T* back, T* sums)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        T* r4 = r0 + (Math.Min(4, last) * stride), r5 = r0 + (Math.Min(5, last) * stride);
        V x0 = V.Create(factors[0]), x1 = V.Create(factors[1]), x2 = V.Create(factors[2]), x3 = V.Create(factors[3]);
        V x4 = V.Create(factors[4]), x5 = V.Create(factors[5]);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero;
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V h = V.Load(below + j), b = V.Load(start + j);
            V w = V.Load(r0 + j);
            s0 = V.MultiplyAdd(w, h, s0);
            b = V.MultiplyAdd(w, x0, b);
            w = V.Load(r1 + j);
            s1 = V.MultiplyAdd(w, h, s1);
            b = V.MultiplyAdd(w, x1, b);
            w = V.Load(r2 + j);
            s2 = V.MultiplyAdd(w, h, s2);
            b = V.MultiplyAdd(w, x2, b);
            w = V.Load(r3 + j);
            s3 = V.MultiplyAdd(w, h, s3);
            b = V.MultiplyAdd(w, x3, b);
            w = V.Load(r4 + j);
            s4 = V.MultiplyAdd(w, h, s4);
            b = V.MultiplyAdd(w, x4, b);
            w = V.Load(r5 + j);
            s5 = V.MultiplyAdd(w, h, s5);
            b = V.MultiplyAdd(w, x5, b);
            V.Store(b, back + j);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V h = V.Load(below + j), b = V.Load(start + j);
            V w = V.LoadFirst(r0 + j, rest);
            s0 = V.MultiplyAdd(w, h, s0);
            b = V.MultiplyAdd(w, x0, b);
            w = V.LoadFirst(r1 + j, rest);
            s1 = V.MultiplyAdd(w, h, s1);
            b = V.MultiplyAdd(w, x1, b);
            w = V.LoadFirst(r2 + j, rest);
            s2 = V.MultiplyAdd(w, h, s2);
            b = V.MultiplyAdd(w, x2, b);
            w = V.LoadFirst(r3 + j, rest);
            s3 = V.MultiplyAdd(w, h, s3);
            b = V.MultiplyAdd(w, x3, b);
            w = V.LoadFirst(r4 + j, rest);
            s4 = V.MultiplyAdd(w, h, s4);
            b = V.MultiplyAdd(w, x4, b);
            w = V.LoadFirst(r5 + j, rest);
            s5 = V.MultiplyAdd(w, h, s5);
            b = V.MultiplyAdd(w, x5, b);
            V.Store(b, back + j);
        }
        V.StoreSums(s0, s1, s2, s3, sums);
        V.StoreSums(s4, s5, s4, s5, sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ExchangeFour(T* r0, nint stride, int last, T* below, T* factors, T* start, T* back, T* sums)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        V x0 = V.Create(factors[0]), x1 = V.Create(factors[1]), x2 = V.Create(factors[2]), x3 = V.Create(factors[3]);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero;
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V h = V.Load(below + j), b = V.Load(start + j);
            V w = V.Load(r0 + j);
            s0 = V.MultiplyAdd(w, h, s0);
            b = V.MultiplyAdd(w, x0, b);
            w = V.Load(r1 + j);
            s1 = V.MultiplyAdd(w, h, s1);
            b = V.MultiplyAdd(w, x1, b);
            w = V.Load(r2 + j);
            s2 = V.MultiplyAdd(w, h, s2);
            b = V.MultiplyAdd(w, x2, b);
            w = V.Load(r3 + j);
            s3 = V.MultiplyAdd(w, h, s3);
            b = V.MultiplyAdd(w, x3, b);
            V.Store(b, back + j);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V h = V.Load(below + j), b = V.Load(start + j);
            V w = V.LoadFirst(r0 + j, rest);
            s0 = V.MultiplyAdd(w, h, s0);
            b = V.MultiplyAdd(w, x0, b);
            w = V.LoadFirst(r1 + j, rest);
            s1 = V.MultiplyAdd(w, h, s1);
            b = V.MultiplyAdd(w, x1, b);
            w = V.LoadFirst(r2 + j, rest);
            s2 = V.MultiplyAdd(w, h, s2);
            b = V.MultiplyAdd(w, x2, b);
            w = V.LoadFirst(r3 + j, rest);
            s3 = V.MultiplyAdd(w, h, s3);
            b = V.MultiplyAdd(w, x3, b);
            V.Store(b, back + j);
        }
        V.StoreSums(s0, s1, s2, s3, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SendEight(T* r0, nint stride, int last, T* below, T* sums)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        T* r4 = r0 + (Math.Min(4, last) * stride), r5 = r0 + (Math.Min(5, last) * stride), r6 = r0 + (Math.Min(6, last) * stride), r7 = r0 + (Math.Min(7, last) * stride);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero;
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V h = V.Load(below + j);
            s0 = V.MultiplyAdd(h, V.Load(r0 + j), s0);
            s1 = V.MultiplyAdd(h, V.Load(r1 + j), s1);
            s2 = V.MultiplyAdd(h, V.Load(r2 + j), s2);
            s3 = V.MultiplyAdd(h, V.Load(r3 + j), s3);
            s4 = V.MultiplyAdd(h, V.Load(r4 + j), s4);
            s5 = V.MultiplyAdd(h, V.Load(r5 + j), s5);
            s6 = V.MultiplyAdd(h, V.Load(r6 + j), s6);
            s7 = V.MultiplyAdd(h, V.Load(r7 + j), s7);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V h = V.Load(below + j);
            s0 = V.MultiplyAdd(h, V.LoadFirst(r0 + j, rest), s0);
            s1 = V.MultiplyAdd(h, V.LoadFirst(r1 + j, rest), s1);
            s2 = V.MultiplyAdd(h, V.LoadFirst(r2 + j, rest), s2);
            s3 = V.MultiplyAdd(h, V.LoadFirst(r3 + j, rest), s3);
            s4 = V.MultiplyAdd(h, V.LoadFirst(r4 + j, rest), s4);
            s5 = V.MultiplyAdd(h, V.LoadFirst(r5 + j, rest), s5);
            s6 = V.MultiplyAdd(h, V.LoadFirst(r6 + j, rest), s6);
            s7 = V.MultiplyAdd(h, V.LoadFirst(r7 + j, rest), s7);
        }
        V.StoreSums(s0, s1, s2, s3, sums);
        V.StoreSums(s4, s5, s6, s7, sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SendFour(T* r0, nint stride, int last, T* below, T* sums)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero;
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V h = V.Load(below + j);
            s0 = V.MultiplyAdd(h, V.Load(r0 + j), s0);
            s1 = V.MultiplyAdd(h, V.Load(r1 + j), s1);
            s2 = V.MultiplyAdd(h, V.Load(r2 + j), s2);
            s3 = V.MultiplyAdd(h, V.Load(r3 + j), s3);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V h = V.Load(below + j);
            s0 = V.MultiplyAdd(h, V.LoadFirst(r0 + j, rest), s0);
            s1 = V.MultiplyAdd(h, V.LoadFirst(r1 + j, rest), s1);
            s2 = V.MultiplyAdd(h, V.LoadFirst(r2 + j, rest), s2);
            s3 = V.MultiplyAdd(h, V.LoadFirst(r3 + j, rest), s3);
        }
        V.StoreSums(s0, s1, s2, s3, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ReturnEight(T* r0, nint stride, int last, T* factors, T* start, T* back)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        T* r4 = r0 + (Math.Min(4, last) * stride), r5 = r0 + (Math.Min(5, last) * stride), r6 = r0 + (Math.Min(6, last) * stride), r7 = r0 + (Math.Min(7, last) * stride);
        V x0 = V.Create(factors[0]), x1 = V.Create(factors[1]), x2 = V.Create(factors[2]), x3 = V.Create(factors[3]);
        V x4 = V.Create(factors[4]), x5 = V.Create(factors[5]), x6 = V.Create(factors[6]), x7 = V.Create(factors[7]);
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V b = V.MultiplyAdd(x0, V.Load(r0 + j), V.Load(start + j)), c = x4 * V.Load(r4 + j);
            b = V.MultiplyAdd(x1, V.Load(r1 + j), b);
            c = V.MultiplyAdd(x5, V.Load(r5 + j), c);
            b = V.MultiplyAdd(x2, V.Load(r2 + j), b);
            c = V.MultiplyAdd(x6, V.Load(r6 + j), c);
            b = V.MultiplyAdd(x3, V.Load(r3 + j), b);
            c = V.MultiplyAdd(x7, V.Load(r7 + j), c);
            V.Store(b + c, back + j);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V b = V.MultiplyAdd(x0, V.LoadFirst(r0 + j, rest), V.Load(start + j)), c = x4 * V.LoadFirst(r4 + j, rest);
            b = V.MultiplyAdd(x1, V.LoadFirst(r1 + j, rest), b);
            c = V.MultiplyAdd(x5, V.LoadFirst(r5 + j, rest), c);
            b = V.MultiplyAdd(x2, V.LoadFirst(r2 + j, rest), b);
            c = V.MultiplyAdd(x6, V.LoadFirst(r6 + j, rest), c);
            b = V.MultiplyAdd(x3, V.LoadFirst(r3 + j, rest), b);
            c = V.MultiplyAdd(x7, V.LoadFirst(r7 + j, rest), c);
            V.Store(b + c, back + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ReturnFour(T* r0, nint stride, int last, T* factors, T* start, T* back)
    {
        T* r1 = r0 + (Math.Min(1, last) * stride), r2 = r0 + (Math.Min(2, last) * stride), r3 = r0 + (Math.Min(3, last) * stride);
        V x0 = V.Create(factors[0]), x1 = V.Create(factors[1]), x2 = V.Create(factors[2]), x3 = V.Create(factors[3]);
        nint j = 0;
        for (; j <= stride - V.Count; j += V.Count)
        {
            V b = V.MultiplyAdd(x0, V.Load(r0 + j), V.Load(start + j));
            b = V.MultiplyAdd(x1, V.Load(r1 + j), b);
            b = V.MultiplyAdd(x2, V.Load(r2 + j), b);
            V.Store(V.MultiplyAdd(x3, V.Load(r3 + j), b), back + j);
        }
        if (j < stride)
        {
            int rest = (int)(stride - j);
            V b = V.MultiplyAdd(x0, V.LoadFirst(r0 + j, rest), V.Load(start + j));
            b = V.MultiplyAdd(x1, V.LoadFirst(r1 + j, rest), b);
            b = V.MultiplyAdd(x2, V.LoadFirst(r2 + j, rest), b);
            V.Store(V.MultiplyAdd(x3, V.LoadFirst(r3 + j, rest), b), back + j);
        }
    }
}
