using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Elementwise;

/// <summary>
/// Half-precision weights to single precision, exactly. Compiled in full at once: as unoptimised code, which a process that loads one model would run, this is
/// a fifth of the time in which a picture is recollected.
/// </summary>
internal static class HalfPrecision
{
    private const int Infinite = 0x7C00 << 13; // a half's exponent of infinity, where it lies in a float
    private const float Rebase = 5.192296858534828e33f; // 2^112: the difference of the exponents' offsets; also makes subnormal halves normal

    /// <summary>Widens every number.</summary>
    /// <param name="halves">Bits of half-precision numbers.</param>
    /// <param name="floats">As many floats; overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<ushort> halves, Span<float> floats)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= halves.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
            {
                (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.LoadUnsafe(in halves[i]));
                Vector256<int> bits = Vector256.Create(low, high).AsInt32();
                Vector256<int> sign = (bits & Vector256.Create(0x8000)) << 16, magnitude = (bits & Vector256.Create(0x7FFF)) << 13;
                Vector256<int> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(Infinite)) & Vector256.Create(0x7F800000);
                Vector256<int> value = (magnitude.AsSingle() * Vector256.Create(Rebase)).AsInt32();
                (value | special | sign).AsSingle().StoreUnsafe(ref floats[i]);
            }
        }

        for (; i < halves.Length; i++) floats[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
    }
}
