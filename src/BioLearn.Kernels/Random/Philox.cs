using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Random;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
/// a bijection of a 128-bit counter under a 64-bit key, ten rounds of two 32 x 32 bit products. Any block can be computed at any time,
/// so threads and skips cost nothing.
/// </summary>
internal static partial class Philox
{
    public const uint Multiplier0 = 0xD2511F53;
    public const uint Multiplier1 = 0xCD9E8D57;
    public const uint Weyl0 = 0x9E3779B9;
    public const uint Weyl1 = 0xBB67AE85;
    public const int Rounds = 10;

    /// <summary>Words that one counter value gives.</summary>
    public const int BlockWords = 4;

    /// <summary>The four words of counter (<paramref name="counterHigh"/>, <paramref name="counterLow"/>) under <paramref name="key"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(ulong key, ulong counterHigh, ulong counterLow, out uint w0, out uint w1, out uint w2, out uint w3)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        w0 = (uint)counterLow;
        w1 = (uint)(counterLow >> 32);
        w2 = (uint)counterHigh;
        w3 = (uint)(counterHigh >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * w0, p1 = (ulong)Multiplier1 * w2;
            w0 = (uint)(p1 >> 32) ^ w1 ^ k0;
            w2 = (uint)(p0 >> 32) ^ w3 ^ k1;
            w1 = (uint)p1;
            w3 = (uint)p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
    }

    /// <summary>Fills <paramref name="words"/> with the blocks from <paramref name="counterLow"/> on; the length is a multiple of <see cref="BlockWords"/>.</summary>
    public static unsafe void Fill(ulong key, ulong counterHigh, ulong counterLow, Span<uint> words)
    {
        fixed (uint* begin = words)
        {
            uint* p = begin, end = begin + words.Length;
            if (Hardware.VectorBits == 512)
                p = Fill512(key, counterHigh, ref counterLow, p, end);
            if (Hardware.VectorBits >= 256)
                p = Fill256(key, counterHigh, ref counterLow, p, end);
            for (; p < end; p += BlockWords)
                Block(key, counterHigh, counterLow++, out p[0], out p[1], out p[2], out p[3]);
        }
    }
}
