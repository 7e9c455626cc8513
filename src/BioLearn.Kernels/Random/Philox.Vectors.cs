using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Random;

/// <summary>
/// Several blocks at once. A 64-bit lane holds one word of one block, so that a lane's product is the 64-bit product a round needs;
/// lanes are given their counters in the order in which unpacking lays the words down.
/// </summary>
internal static partial class Philox
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe uint* Fill512(ulong key, ulong counterHigh, ref ulong counterLow, uint* words, uint* end)
    {
        Vector512<ulong> low = Vector512.Create(0xFFFFFFFFUL), order = Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        Vector512<uint> m0 = Vector512.Create((ulong)Multiplier0).AsUInt32(), m1 = Vector512.Create((ulong)Multiplier1).AsUInt32();
        for (; end - words >= 8 * BlockWords; words += 8 * BlockWords, counterLow += 8)
        {
            uint k0 = (uint)key, k1 = (uint)(key >> 32);
            Vector512<ulong> counter = Vector512.Create(counterLow) + order;
            Vector512<ulong> w0 = counter & low, w1 = counter >> 32, w2 = Vector512.Create(counterHigh & 0xFFFFFFFF), w3 = Vector512.Create(counterHigh >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector512<ulong> p0 = Avx512F.Multiply(w0.AsUInt32(), m0), p1 = Avx512F.Multiply(w2.AsUInt32(), m1);
                // Upper halves of the lanes may hold anything until the end: products do not read them.
                w0 = (p1 >> 32) ^ w1 ^ Vector512.Create((ulong)k0);
                w2 = (p0 >> 32) ^ w3 ^ Vector512.Create((ulong)k1);
                w1 = p1;
                w3 = p0;
                k0 += Weyl0;
                k1 += Weyl1;
            }
            Vector512<ulong> first = (w0 & low) | (w1 << 32), second = (w2 & low) | (w3 << 32);
            Avx512F.UnpackLow(first, second).AsUInt32().Store(words);
            Avx512F.UnpackHigh(first, second).AsUInt32().Store(words + 16);
        }
        return words;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe uint* Fill256(ulong key, ulong counterHigh, ref ulong counterLow, uint* words, uint* end)
    {
        Vector256<ulong> low = Vector256.Create(0xFFFFFFFFUL), order = Vector256.Create(0UL, 2, 1, 3);
        Vector256<uint> m0 = Vector256.Create((ulong)Multiplier0).AsUInt32(), m1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        for (; end - words >= 4 * BlockWords; words += 4 * BlockWords, counterLow += 4)
        {
            uint k0 = (uint)key, k1 = (uint)(key >> 32);
            Vector256<ulong> counter = Vector256.Create(counterLow) + order;
            Vector256<ulong> w0 = counter & low, w1 = counter >> 32, w2 = Vector256.Create(counterHigh & 0xFFFFFFFF), w3 = Vector256.Create(counterHigh >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector256<ulong> p0 = Avx2.Multiply(w0.AsUInt32(), m0), p1 = Avx2.Multiply(w2.AsUInt32(), m1);
                w0 = (p1 >> 32) ^ w1 ^ Vector256.Create((ulong)k0);
                w2 = (p0 >> 32) ^ w3 ^ Vector256.Create((ulong)k1);
                w1 = p1;
                w3 = p0;
                k0 += Weyl0;
                k1 += Weyl1;
            }
            Vector256<ulong> first = (w0 & low) | (w1 << 32), second = (w2 & low) | (w3 << 32);
            Avx2.UnpackLow(first, second).AsUInt32().Store(words);
            Avx2.UnpackHigh(first, second).AsUInt32().Store(words + 8);
        }
        return words;
    }
}
