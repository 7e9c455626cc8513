using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>dst = clip(beta dst + mask * (both pairs summed over the batch - c dst)) for some rows; c is Oja's correction a1 sum_b p1_bi^2, or 0.</summary>
internal unsafe struct ConstrainedOuterProduct<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Columns;
    public T* D, Mask;
    public nint Stride, MaskStride;
    public T Beta, Limit;
    public bool Oja;
    public Factors First, Second;
    private int _begin, _end;

    public readonly void Invoke(int piece, int begin, int end)
    {
        ConstrainedOuterProduct<T> part = this;
        (part._begin, part._end) = (begin, end);
        Hardware.Run<T, ConstrainedOuterProduct<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        for (int i = _begin; i < _end; i++)
        {
            T correction = T.Zero;
            for (int b = 0; Oja && b < First.Count; b++)
            {
                T p = First.P[(b * First.PStride) + i];
                correction += First.Coefficient * p * p;
            }
            Row<V>(i, correction);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Row<V>(int i, T ojaCorrection)
        where V : unmanaged, ILanes<V, T>
    {
        T* d = D + (i * Stride), mask = Mask == null ? null : Mask + (i * MaskStride);
        V beta = V.Create(Beta), correction = V.Create(ojaCorrection), limit = V.Create(Limit), least = -limit;
        bool fresh = T.IsZero(Beta) && !Oja;
        for (int j = 0; j < Columns; j += V.Count)
        {
            int n = Math.Min(V.Count, Columns - j);
            V sum = First.AddTo(Second.AddTo(V.Zero, i, j, n), i, j, n);
            V old = fresh ? V.Zero : V.LoadFirst(d + j, n);
            V m = mask == null ? V.Create(T.One) : V.LoadFirst(mask + j, n);
            if (Oja)
                sum = V.SubtractProduct(correction, old, sum);
            V value = V.MultiplyAdd(m, sum, fresh ? V.Zero : beta * old);
            V.StoreFirst(V.Min(V.Max(value, least), limit), d + j, n);
        }
    }

    /// <summary>One pair of signals over a batch.</summary>
    internal struct Factors
    {
        public int Count;
        public T Coefficient;
        public T* P, Q;
        public nint PStride, QStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V AddTo<V>(V sum, int i, int j, int columns)
            where V : unmanaged, ILanes<V, T>
        {
            for (int b = 0; b < Count; b++)
                sum = V.MultiplyAdd(V.Create(Coefficient * P[(b * PStride) + i]), V.LoadFirst(Q + (b * QStride) + j, columns), sum);
            return sum;
        }
    }
}
