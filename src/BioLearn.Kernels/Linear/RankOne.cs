using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>dst = beta dst + a1 p1 q1' + a2 p2 q2' for some rows.</summary>
internal unsafe struct RankOne<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Columns;
    public T* D, P1, Q1, P2, Q2;
    public nint Stride;
    public T Beta, A1, A2;
    private int _begin, _end;

    public readonly void Invoke(int piece, int begin, int end)
    {
        RankOne<T> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, RankOne<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        if (P2 != null)
            Pair<V>();
        else if (T.IsZero(Beta))
            Fresh<V>();
        else
            Single<V>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Single<V>()
        where V : unmanaged, ILanes<V, T>
    {
        V beta = V.Create(Beta);
        T* q1 = Q1;
        int n = Columns;
        for (int i = _begin; i < _end; i++)
        {
            T* d = D + (i * Stride);
            V x = V.Create(A1 * P1[i]);
            int j = 0;
            for (; j <= n - (2 * V.Count); j += 2 * V.Count)
            {
                V.Store(V.MultiplyAdd(x, V.Load(q1 + j), beta * V.Load(d + j)), d + j);
                V.Store(V.MultiplyAdd(x, V.Load(q1 + j + V.Count), beta * V.Load(d + j + V.Count)), d + j + V.Count);
            }
            for (; j < n; j += V.Count)
            {
                int rest = Math.Min(V.Count, n - j);
                V.StoreFirst(V.MultiplyAdd(x, V.LoadFirst(q1 + j, rest), beta * V.LoadFirst(d + j, rest)), d + j, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Fresh<V>()
        where V : unmanaged, ILanes<V, T>
    {
        T* q1 = Q1;
        int n = Columns;
        for (int i = _begin; i < _end; i++)
        {
            T* d = D + (i * Stride);
            V x = V.Create(A1 * P1[i]);
            int j = 0;
            for (; j <= n - V.Count; j += V.Count)
                V.Store(V.MultiplyAdd(x, V.Load(q1 + j), V.Zero), d + j);
            if (j < n)
                V.StoreFirst(V.MultiplyAdd(x, V.LoadFirst(q1 + j, n - j), V.Zero), d + j, n - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Pair<V>()
        where V : unmanaged, ILanes<V, T>
    {
        V beta = V.Create(Beta);
        bool fresh = T.IsZero(Beta);
        T* q1 = Q1, q2 = Q2;
        int n = Columns;
        for (int i = _begin; i < _end; i++)
        {
            T* d = D + (i * Stride);
            V x = V.Create(A1 * P1[i]), y = V.Create(A2 * P2[i]);
            int j = 0;
            for (; j <= n - V.Count; j += V.Count)
            {
                V old = fresh ? V.Zero : beta * V.Load(d + j);
                V.Store(V.MultiplyAdd(y, V.Load(q2 + j), V.MultiplyAdd(x, V.Load(q1 + j), old)), d + j);
            }
            if (j < n)
            {
                int rest = n - j;
                V old = fresh ? V.Zero : beta * V.LoadFirst(d + j, rest);
                V.StoreFirst(V.MultiplyAdd(y, V.LoadFirst(q2 + j, rest), V.MultiplyAdd(x, V.LoadFirst(q1 + j, rest), old)), d + j, rest);
            }
        }
    }
}
