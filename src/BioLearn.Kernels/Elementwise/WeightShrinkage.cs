using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Penalties that act on the weights themselves, after the optimizer's step.</summary>
internal static unsafe class WeightShrinkage
{
    /// <summary>p ← p - (l1 sign(p) + l2 p); zero stays zero.</summary>
    public static void Apply<T>(Span<T> parameters, T l1, T l2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* p = parameters)
        {
            var kernel = new Kernel<T> { Parameters = p, Length = parameters.Length, L1 = l1, L2 = l2 };
            Hardware.Run<T, Kernel<T>>(ref kernel);
        }
    }

    private struct Kernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Parameters;
        public int Length;
        public T L1, L2;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T* p = Parameters;
            V l1 = V.Create(L1), l2 = V.Create(L2);
            int i = 0, length = Length;
            for (; i <= length - V.Count; i += V.Count)
                V.Store(Shrink(V.Load(p + i), l1, l2), p + i);
            if (i < length)
                V.StoreFirst(Shrink(V.LoadFirst(p + i, length - i), l1, l2), p + i, length - i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Shrink<V>(V p, V l1, V l2)
            where V : unmanaged, ILanes<V, T>
        {
            V pull = (V.LessThan(V.Zero, p) & l1) - (V.LessThan(p, V.Zero) & l1);
            return p - V.MultiplyAdd(l2, p, pull);
        }
    }
}
