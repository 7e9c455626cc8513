using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>y = alpha a x + beta y for some rows of a.</summary>
internal unsafe struct InnerProducts<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Columns;
    public T* A, X, Y;
    public nint Stride;
    public T Alpha, Beta;
    private int _begin, _end;

    public readonly void Invoke(int piece, int begin, int end)
    {
        InnerProducts<T> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, InnerProducts<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int i = _begin;
        for (; i + 4 <= _end; i += 4)
            FourRows<V>(A + (i * Stride), Y + i);
        for (; i < _end; i++)
            OneRow<V>(A + (i * Stride), Y + i);
    }

    // Each row has two sums, of the even and the odd vectors, whether it is computed alone or beside others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void FourRows<V>(T* a, T* y)
        where V : unmanaged, ILanes<V, T>
    {
        T* x = X, a1 = a + Stride, a2 = a1 + Stride, a3 = a2 + Stride;
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, r0 = V.Zero, r1 = V.Zero, r2 = V.Zero, r3 = V.Zero;
        int n = Columns, j = 0;
        for (; j <= n - (2 * V.Count); j += 2 * V.Count)
        {
            V even = V.Load(x + j), odd = V.Load(x + j + V.Count);
            s0 = V.MultiplyAdd(V.Load(a + j), even, s0);
            s1 = V.MultiplyAdd(V.Load(a1 + j), even, s1);
            s2 = V.MultiplyAdd(V.Load(a2 + j), even, s2);
            s3 = V.MultiplyAdd(V.Load(a3 + j), even, s3);
            r0 = V.MultiplyAdd(V.Load(a + j + V.Count), odd, r0);
            r1 = V.MultiplyAdd(V.Load(a1 + j + V.Count), odd, r1);
            r2 = V.MultiplyAdd(V.Load(a2 + j + V.Count), odd, r2);
            r3 = V.MultiplyAdd(V.Load(a3 + j + V.Count), odd, r3);
        }
        for (; j < n; j += V.Count)
        {
            int last = Math.Min(V.Count, n - j);
            V rest = V.LoadFirst(x + j, last);
            s0 = V.MultiplyAdd(V.LoadFirst(a + j, last), rest, s0);
            s1 = V.MultiplyAdd(V.LoadFirst(a1 + j, last), rest, s1);
            s2 = V.MultiplyAdd(V.LoadFirst(a2 + j, last), rest, s2);
            s3 = V.MultiplyAdd(V.LoadFirst(a3 + j, last), rest, s3);
        }
        Put(y, V.Sum(s0 + r0));
        Put(y + 1, V.Sum(s1 + r1));
        Put(y + 2, V.Sum(s2 + r2));
        Put(y + 3, V.Sum(s3 + r3));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V>(T* a, T* y)
        where V : unmanaged, ILanes<V, T>
    {
        T* x = X;
        V s = V.Zero, r = V.Zero;
        int n = Columns, j = 0;
        for (; j <= n - (2 * V.Count); j += 2 * V.Count)
        {
            s = V.MultiplyAdd(V.Load(a + j), V.Load(x + j), s);
            r = V.MultiplyAdd(V.Load(a + j + V.Count), V.Load(x + j + V.Count), r);
        }
        for (; j < n; j += V.Count)
        {
            int last = Math.Min(V.Count, n - j);
            s = V.MultiplyAdd(V.LoadFirst(a + j, last), V.LoadFirst(x + j, last), s);
        }
        Put(y, V.Sum(s + r));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Put(T* y, T product) => *y = T.IsZero(Beta) ? Alpha * product : (Beta * *y) + (Alpha * product);
}
