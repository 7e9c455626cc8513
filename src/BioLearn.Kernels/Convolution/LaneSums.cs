using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>Weight gradients whose sums lie in the lanes of one vector a tap until all pictures are met.</summary>
internal static unsafe class LaneSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>gradient[t] = the sum of the lanes of sums[t].</summary>
    /// <param name="taps">Vectors, one a tap.</param>
    /// <param name="sums">They, behind each other.</param>
    /// <param name="gradient">[taps].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(int taps, T* sums, T* gradient)
        where V : unmanaged, ILanes<V, T>
    {
        int t = 0;
        for (; t + 4 <= taps; t += 4, sums += 4 * V.Count)
            V.StoreSums(V.Load(sums), V.Load(sums + V.Count), V.Load(sums + 2 * V.Count), V.Load(sums + 3 * V.Count), gradient + t);
        for (; t < taps; t++, sums += V.Count) gradient[t] = V.Sum(V.Load(sums));
    }
}
