using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// d = beta d + a p q', then y += d x, for some rows of d: a row is read and written once for both. Bit by bit what
/// <see cref="RankOne{T}"/> and then <see cref="InnerProducts{T}"/> give.
/// </summary>
internal unsafe struct UpdatedInnerProducts<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Columns;
    public T* D, P, Q, X, Y;
    public nint Stride;
    public T Beta, A;

    /// <summary>Whether to begin with the last row; changes no figure.</summary>
    public bool Upwards;

    private int _begin, _end;

    /// <summary>Bytes, and what has to find room there: four rows, the next four, q and x.</summary>
    private const int FirstLevelCache = 32 << 10, RowsAtOnce = 10;

    public readonly void Invoke(int piece, int begin, int end)
    {
        UpdatedInnerProducts<T> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, UpdatedInnerProducts<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        // The multiplication by 1 changes nothing, and there are two multiply-adds an element already.
        if (Beta == T.One)
            Rows<V, Kept>();
        else if (T.IsZero(Beta))
            Rows<V, Forgotten>();
        else
            Rows<V, Scaled>();
    }

    private readonly void Rows<V, TOld>()
        where V : unmanaged, ILanes<V, T>
        where TOld : IOld
    {
        int fours = _begin + ((_end - _begin) & ~3);
        for (int i = _end - 1; Upwards && i >= fours; i--)
            OneRow<V, TOld>(i);
        for (int i = _begin; i < fours; i += 4)
            FourRows<V, TOld>(Upwards ? fours - 4 - (i - _begin) : i);
        for (int i = fours; !Upwards && i < _end; i++)
            OneRow<V, TOld>(i);
    }

    // Short rows: those that come next are fetched meanwhile, because the hardware looks for the next row anew at each end. Long rows
    // would drive each other out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void FourRows<V, TOld>(int i)
        where V : unmanaged, ILanes<V, T>
        where TOld : IOld
    {
        T* d = D + (i * Stride), q = Q, x = X, end = d + Columns;
        nint stride = Stride, next4 = Upwards ? -4 * stride : 4 * stride;
        bool fetch = stride * sizeof(T) * RowsAtOnce <= FirstLevelCache;
        V beta = V.Create(Beta), p0 = V.Create(A * P[i]), p1 = V.Create(A * P[i + 1]), p2 = V.Create(A * P[i + 2]), p3 = V.Create(A * P[i + 3]);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, r0 = V.Zero, r1 = V.Zero, r2 = V.Zero, r3 = V.Zero;
        for (; d <= end - (2 * V.Count); d += 2 * V.Count, q += 2 * V.Count, x += 2 * V.Count)
        {
            T* d1 = d + stride, d2 = d1 + stride, d3 = d2 + stride;
            if (fetch)
            {
                Fetch<V>(d + next4);
                Fetch<V>(d1 + next4);
                Fetch<V>(d2 + next4);
                Fetch<V>(d3 + next4);
            }
            V pre = V.Load(q), next = V.Load(x);
            s0 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p0, pre, d, 0), next, s0);
            s1 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p1, pre, d1, 0), next, s1);
            s2 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p2, pre, d2, 0), next, s2);
            s3 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p3, pre, d3, 0), next, s3);
            pre = V.Load(q + V.Count);
            next = V.Load(x + V.Count);
            r0 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p0, pre, d + V.Count, 0), next, r0);
            r1 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p1, pre, d1 + V.Count, 0), next, r1);
            r2 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p2, pre, d2 + V.Count, 0), next, r2);
            r3 = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p3, pre, d3 + V.Count, 0), next, r3);
        }
        for (; d < end; d += V.Count, q += V.Count, x += V.Count)
        {
            int rest = (int)Math.Min(V.Count, end - d);
            T* d1 = d + stride, d2 = d1 + stride;
            V pre = V.LoadFirst(q, rest), next = V.LoadFirst(x, rest);
            s0 = V.MultiplyAdd(Move<V, TOld, First>(beta, p0, pre, d, rest), next, s0);
            s1 = V.MultiplyAdd(Move<V, TOld, First>(beta, p1, pre, d1, rest), next, s1);
            s2 = V.MultiplyAdd(Move<V, TOld, First>(beta, p2, pre, d2, rest), next, s2);
            s3 = V.MultiplyAdd(Move<V, TOld, First>(beta, p3, pre, d2 + stride, rest), next, s3);
        }
        Y[i] += V.Sum(s0 + r0);
        Y[i + 1] += V.Sum(s1 + r1);
        Y[i + 2] += V.Sum(s2 + r2);
        Y[i + 3] += V.Sum(s3 + r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V, TOld>(int i)
        where V : unmanaged, ILanes<V, T>
        where TOld : IOld
    {
        T* d = D + (i * Stride), q = Q, x = X, end = d + Columns;
        V beta = V.Create(Beta), p = V.Create(A * P[i]), s = V.Zero, r = V.Zero;
        for (; d <= end - (2 * V.Count); d += 2 * V.Count, q += 2 * V.Count, x += 2 * V.Count)
        {
            s = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p, V.Load(q), d, 0), V.Load(x), s);
            r = V.MultiplyAdd(Move<V, TOld, Whole>(beta, p, V.Load(q + V.Count), d + V.Count, 0), V.Load(x + V.Count), r);
        }
        for (; d < end; d += V.Count, q += V.Count, x += V.Count)
        {
            int rest = (int)Math.Min(V.Count, end - d);
            s = V.MultiplyAdd(Move<V, TOld, First>(beta, p, V.LoadFirst(q, rest), d, rest), V.LoadFirst(x, rest), s);
        }
        Y[i] += V.Sum(s + r);
    }

    /// <summary>Asks for two vectors; behind the matrix it does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<V>(T* at)
        where V : unmanaged, ILanes<V, T>
    {
        const int line = 64;
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(at);
        if (sizeof(V) == line)
            Sse.Prefetch0((byte*)at + line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Move<V, TOld, TAccess>(V beta, V p, V q, T* d, int count)
        where V : unmanaged, ILanes<V, T>
        where TOld : IOld
        where TAccess : IAccess
    {
        V moved = V.MultiplyAdd(p, q, TOld.Read<V, TAccess>(beta, d, count));
        TAccess.Store<V, T>(moved, d, count);
        return moved;
    }

    /// <summary>beta d.</summary>
    private interface IOld
    {
        static abstract V Read<V, TAccess>(V beta, T* d, int count)
            where V : unmanaged, ILanes<V, T>
            where TAccess : IAccess;
    }

    /// <summary>beta = 1.</summary>
    private readonly struct Kept : IOld
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Read<V, TAccess>(V beta, T* d, int count)
            where V : unmanaged, ILanes<V, T>
            where TAccess : IAccess => TAccess.Load<V, T>(d, count);
    }

    /// <summary>beta = 0: whatever d holds, NaN too, is forgotten.</summary>
    private readonly struct Forgotten : IOld
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Read<V, TAccess>(V beta, T* d, int count)
            where V : unmanaged, ILanes<V, T>
            where TAccess : IAccess => V.Zero;
    }

    private readonly struct Scaled : IOld
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Read<V, TAccess>(V beta, T* d, int count)
            where V : unmanaged, ILanes<V, T>
            where TAccess : IAccess => beta * TAccess.Load<V, T>(d, count);
    }
}
