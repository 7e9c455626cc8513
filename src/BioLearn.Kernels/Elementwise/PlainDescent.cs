using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Elementwise;

/// <summary>p ← p - lr g and nothing else, with the bits of <see cref="GradientDescent{T}"/>: as fast as the memory gives the numbers.</summary>
internal unsafe struct PlainDescent<T> : IVectorKernel<T>, IRangeJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Rate;
    public T* Parameters, Gradients;
    public int Length;

    public readonly void Invoke(int piece, int begin, int end)
    {
        PlainDescent<T> part = this;
        part.Parameters += begin;
        part.Gradients += begin;
        part.Length = end - begin;
        Hardware.Run<T, PlainDescent<T>>(ref part);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        T* p = Parameters, g = Gradients;
        V rate = V.Create(Rate);
        int i = 0, length = Length;
        for (; i <= length - (4 * V.Count); i += 4 * V.Count)
        {
            T* to = p + i, from = g + i;
            V a = V.Load(to) - (rate * V.Load(from)), b = V.Load(to + V.Count) - (rate * V.Load(from + V.Count));
            V c = V.Load(to + (2 * V.Count)) - (rate * V.Load(from + (2 * V.Count))), d = V.Load(to + (3 * V.Count)) - (rate * V.Load(from + (3 * V.Count)));
            V.Store(a, to);
            V.Store(b, to + V.Count);
            V.Store(c, to + (2 * V.Count));
            V.Store(d, to + (3 * V.Count));
        }
        for (; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V.StoreFirst(V.LoadFirst(p + i, rest) - (rate * V.LoadFirst(g + i, rest)), p + i, rest);
        }
    }
}
