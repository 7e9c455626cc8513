using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// a b with few columns in a: the gradient of a batch of one or a handful. Tiles would walk down c, a cache line wide, for a few
/// multiply-adds each; here c passes row by row, and b stays in the first-level cache. An element is the chain that it is everywhere else.
/// </summary>
internal static unsafe class ShallowProduct<T, V, TActivation>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
    where TActivation : struct, IUnaryOperator<T>
{
    /// <summary>Columns of a up to which this is faster than tiles, whatever the number of rows, and for a few rows.</summary>
    private const int Most = 8, MostOfFewRows = 16, Few = 4;

    /// <summary>Columns of a that meet a row of c while it is in registers.</summary>
    private const int Together = 4;

    public static bool Serves(in GemmCall<T, TActivation> g) =>
        g.K > 0 && g.K <= (g.M <= Few ? MostOfFewRows : Most) && g.PackedB == null && g.ColumnStrideB == 1 && g.N >= 2 * V.Count;

    public static void Run(in GemmCall<T, TActivation> g)
    {
        T* x = stackalloc T[Together];
        for (int i = 0; i < g.M; i++)
        {
            T* c = g.C + (i * g.StrideC);
            for (int k = 0; k < g.K; k += Together)
            {
                int depth = Math.Min(Together, g.K - k);
                for (int q = 0; q < depth; q++)
                    x[q] = g.Alpha * g.A[(i * g.RowStrideA) + ((k + q) * g.ColumnStrideA)];
                T* b = g.B + (k * g.RowStrideB);
                T beta = k == 0 ? g.Beta : T.One;
                switch (depth)
                {
                    case 1: One(g.N, x, b, beta, c); break;
                    case 2: Two(g.N, x, b, g.RowStrideB, beta, c); break;
                    case 3: Three(g.N, x, b, g.RowStrideB, beta, c); break;
                    default: Four(g.N, x, b, g.RowStrideB, beta, c); break;
                }
            }
            if (g.HasEpilogue)
                GemmBlocks<T, V, TActivation>.Finish(c, g.StrideC, 1, g.N, g.Bias, g.Gate == null ? null : g.Gate + (i * g.StrideGate), g.StrideGate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Start<TAccess>(T* c, int count, bool fresh, V beta)
        where TAccess : IAccess => fresh ? V.Zero : beta * TAccess.Load<V, T>(c, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One(int n, T* x, T* b, T factor, T* c)
    {
        V x0 = V.Create(x[0]), beta = V.Create(factor);
        bool fresh = T.IsZero(factor);
        int j = 0;
        for (; j <= n - V.Count; j += V.Count)
            V.Store(V.MultiplyAdd(x0, V.Load(b + j), Start<Whole>(c + j, V.Count, fresh, beta)), c + j);
        if (j < n)
            V.StoreFirst(V.MultiplyAdd(x0, V.LoadFirst(b + j, n - j), Start<First>(c + j, n - j, fresh, beta)), c + j, n - j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two(int n, T* x, T* b, nint stride, T factor, T* c)
    {
        V x0 = V.Create(x[0]), x1 = V.Create(x[1]), beta = V.Create(factor);
        T* b1 = b + stride;
        bool fresh = T.IsZero(factor);
        int j = 0;
        for (; j <= n - V.Count; j += V.Count)
        {
            V s = V.MultiplyAdd(x0, V.Load(b + j), Start<Whole>(c + j, V.Count, fresh, beta));
            V.Store(V.MultiplyAdd(x1, V.Load(b1 + j), s), c + j);
        }
        if (j < n)
        {
            V s = V.MultiplyAdd(x0, V.LoadFirst(b + j, n - j), Start<First>(c + j, n - j, fresh, beta));
            V.StoreFirst(V.MultiplyAdd(x1, V.LoadFirst(b1 + j, n - j), s), c + j, n - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Three(int n, T* x, T* b, nint stride, T factor, T* c)
    {
        V x0 = V.Create(x[0]), x1 = V.Create(x[1]), x2 = V.Create(x[2]), beta = V.Create(factor);
        T* b1 = b + stride, b2 = b1 + stride;
        bool fresh = T.IsZero(factor);
        int j = 0;
        for (; j <= n - V.Count; j += V.Count)
        {
            V s = V.MultiplyAdd(x0, V.Load(b + j), Start<Whole>(c + j, V.Count, fresh, beta));
            s = V.MultiplyAdd(x1, V.Load(b1 + j), s);
            V.Store(V.MultiplyAdd(x2, V.Load(b2 + j), s), c + j);
        }
        if (j < n)
        {
            V s = V.MultiplyAdd(x0, V.LoadFirst(b + j, n - j), Start<First>(c + j, n - j, fresh, beta));
            s = V.MultiplyAdd(x1, V.LoadFirst(b1 + j, n - j), s);
            V.StoreFirst(V.MultiplyAdd(x2, V.LoadFirst(b2 + j, n - j), s), c + j, n - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four(int n, T* x, T* b, nint stride, T factor, T* c)
    {
        V x0 = V.Create(x[0]), x1 = V.Create(x[1]), x2 = V.Create(x[2]), x3 = V.Create(x[3]), beta = V.Create(factor);
        T* b1 = b + stride, b2 = b1 + stride, b3 = b2 + stride;
        bool fresh = T.IsZero(factor);
        int j = 0;
        for (; j <= n - V.Count; j += V.Count)
        {
            V s = V.MultiplyAdd(x0, V.Load(b + j), Start<Whole>(c + j, V.Count, fresh, beta));
            s = V.MultiplyAdd(x1, V.Load(b1 + j), s);
            s = V.MultiplyAdd(x2, V.Load(b2 + j), s);
            V.Store(V.MultiplyAdd(x3, V.Load(b3 + j), s), c + j);
        }
        if (j < n)
        {
            V s = V.MultiplyAdd(x0, V.LoadFirst(b + j, n - j), Start<First>(c + j, n - j, fresh, beta));
            s = V.MultiplyAdd(x1, V.LoadFirst(b1 + j, n - j), s);
            s = V.MultiplyAdd(x2, V.LoadFirst(b2 + j, n - j), s);
            V.StoreFirst(V.MultiplyAdd(x3, V.LoadFirst(b3 + j, n - j), s), c + j, n - j);
        }
    }
}
