using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Random;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
/// a bijection of a 128-bit counter under a 64-bit key, ten rounds of two 32 x 32 bit products. Any block can be computed at any time,
/// so threads and skips cost nothing.
/// </summary>
internal static class Philox
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
    public static void Fill(ulong key, ulong counterHigh, ulong counterLow, Span<uint> words)
    {
        for (int i = 0; i < words.Length; i += BlockWords)
            Block(key, counterHigh, counterLow++, out words[i], out words[i + 1], out words[i + 2], out words[i + 3]);
    }
}
