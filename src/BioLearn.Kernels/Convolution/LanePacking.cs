using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// For processors without compressed stores: for each choice of the eight lanes of a vector, the permutation that moves the chosen ones to the
/// front, in order.
/// </summary>
internal static unsafe class LanePacking
{
    private const int Lanes = 8;

    /// <summary>Eight lane numbers for each of 256 masks; kept as long as the process lives.</summary>
    public static readonly byte* Orders = Make();

    private static byte* Make()
    {
        const int masks = 1 << Lanes;
        var orders = (byte*)NativeMemory.AlignedAlloc(masks * Lanes, 64);
        new Span<byte>(orders, masks * Lanes).Clear();
        for (int mask = 0; mask < masks; mask++)
        {
            byte* next = orders + mask * Lanes;
            for (int lane = 0; lane < Lanes; lane++)
            {
                if ((mask >> lane & 1) != 0) *next++ = (byte)lane;
            }
        }

        return orders;
    }
}
