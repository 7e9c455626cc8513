using System.Numerics;
using BioLearn.Kernels.Linear;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Numbers of groups, [groups, numbers], turned so that a vector is one number of neighbouring groups. Lanes go through the groups of one picture after
/// another, so that behind the last group the first ones follow again.
/// </summary>
internal static unsafe class LaneWeights
{
    /// <summary>Distance between a number's vectors and the next one's.</summary>
    public static int Pitch(int groups, int lanes) => groups + lanes;

    /// <summary>turned[n, i] = numbers[i mod groups, n].</summary>
    public static void Turn<T>(int groups, int count, int lanes, T* numbers, T* turned)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int pitch = Pitch(groups, lanes);
        Transposition.Run(groups, count, numbers, count, turned, pitch);
        for (int n = 0; n < count; n++, turned += pitch)
        {
            for (int i = groups; i < pitch; i++) turned[i] = turned[i - groups];
        }
    }

    /// <summary>numbers[g, n] = Σ over i that equal g, modulo groups, of turned[n, i].</summary>
    public static void Fold<T>(int groups, int count, int lanes, T* turned, T* numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int pitch = Pitch(groups, lanes);
        for (int n = 0; n < count; n++)
        {
            T* row = turned + (nint)n * pitch;
            for (int i = groups, g = 0; i < pitch; i++, g = g + 1 == groups ? 0 : g + 1) row[g] += row[i];
        }

        Transposition.Run(count, groups, turned, pitch, numbers, count);
    }
}
