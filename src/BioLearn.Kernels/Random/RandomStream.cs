using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Random;

/// <summary>
/// A named stream of random numbers. Seed and name alone decide its numbers: another stream, another option or another thread never
/// changes them. <c>new RandomStream(seed, "weights/2")</c> gives the same weights tomorrow.
/// </summary>
/// <remarks>
/// The generator is Philox4x32-10 with the seed as its key; the upper half of the counter is a hash of the name, the lower half counts.
/// The stream is a sequence of 32-bit words: a <see cref="float"/> takes one word, a <see cref="double"/> two, whether asked for one by
/// one or in bulk. An instance is not safe for use by several threads at once; give each its own, with <see cref="At"/> or <see cref="Derive"/>.
/// </remarks>
public sealed partial class RandomStream
{
    private readonly ulong _key;
    private readonly ulong _stream;
    private ulong _position;
    private ulong _blockIndex = ulong.MaxValue;
    private uint _w0, _w1, _w2, _w3;

    /// <summary>The stream <paramref name="name"/> of <paramref name="seed"/>, at its beginning.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="name">What the numbers are for, such as "weights/2" or "noise/epoch/3".</param>
    public RandomStream(long seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _key = (ulong)seed;
        Name = name;
        _stream = Hash(name);
    }

    /// <summary>What the numbers are for.</summary>
    public string Name { get; }

    /// <summary>The seed that all streams of one run share.</summary>
    public long Seed => (long)_key;

    /// <summary>Words taken so far. Setting it skips forward or back at no cost.</summary>
    public long Position
    {
        get => (long)_position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = (ulong)value;
        }
    }

    /// <summary>The stream "this name/<paramref name="name"/>" of the same seed, at its beginning.</summary>
    public RandomStream Derive(string name) => new(Seed, $"{Name}/{name}");

    /// <summary>Another reader of this stream, <paramref name="position"/> words from its beginning, for another thread.</summary>
    public RandomStream At(long position) => new(Seed, Name) { Position = position };

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        ulong block = _position / Philox.BlockWords;
        if (block != _blockIndex)
        {
            Philox.Block(_key, _stream, block, out _w0, out _w1, out _w2, out _w3);
            _blockIndex = block;
        }
        return (_position++ % Philox.BlockWords) switch { 0 => _w0, 1 => _w1, 2 => _w2, _ => _w3 };
    }

    /// <summary>The next 64 bits from two words, the first of which is the lower half. Skips a word if the position is odd.</summary>
    public ulong NextUInt64()
    {
        _position += _position & 1;
        ulong low = NextUInt32();
        return low | ((ulong)NextUInt32() << 32);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-24. Takes one word.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * 5.9604644775390625E-08f;

    /// <summary>Uniform in [0, 1), a multiple of 2^-53. Takes two words.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * 1.1102230246251565E-16;

    /// <summary>Normal with mean 0 and variance 1. Takes two words. Many at once cost far less: <see cref="FillNormal{T}"/>.</summary>
    public double NextNormal()
    {
        double value = 0;
        FillNormal(new Span<double>(ref value), 0, 1);
        return value;
    }

    /// <summary>True with probability <paramref name="probability"/>, to 2^-32. Takes one word.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1].</exception>
    public bool NextBernoulli(double probability) => NextUInt32() < Threshold(probability);

    /// <summary>Uniform in 0 to <paramref name="exclusiveMaximum"/> - 1, without bias. Takes one word, rarely more.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int NextInt(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        // Lemire, "Fast random integer generation in an interval" (2019): the high half of word * n, rejecting the 2^32 mod n lowest products.
        uint n = (uint)exclusiveMaximum;
        ulong product = (ulong)NextUInt32() * n;
        if ((uint)product < n)
        {
            uint rejectBelow = (uint)-(int)n % n;
            while ((uint)product < rejectBelow)
                product = (ulong)NextUInt32() * n;
        }
        return (int)(product >> 32);
    }

    /// <summary>Puts <paramref name="items"/> in random order, all orders equally likely (Fisher and Yates).</summary>
    public void Shuffle<TItem>(Span<TItem> items)
    {
        // The numbers that NextInt(i + 1) would give, from words that are made many at a time.
        Span<uint> words = stackalloc uint[Math.Min(ChunkWords, (items.Length / Philox.BlockWords * Philox.BlockWords) + (2 * Philox.BlockWords))];
        int next = 0, end = 0;
        ref TItem first = ref MemoryMarshal.GetReference(items);
        for (int i = items.Length - 1; i > 0; i--)
        {
            uint n = (uint)i + 1;
            ulong product = (ulong)Word(words, ref next, ref end, i) * n;
            if ((uint)product < n)
            {
                uint rejectBelow = (uint)-(int)n % n;
                while ((uint)product < rejectBelow)
                    product = (ulong)Word(words, ref next, ref end, i) * n;
            }
            ref TItem a = ref Unsafe.Add(ref first, i), b = ref Unsafe.Add(ref first, (nint)(product >> 32));
            (a, b) = (b, a);
        }
        // What was made and not used is still to come.
        _position -= (ulong)(end - next);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Word(Span<uint> words, ref int next, ref int end, int wanted)
    {
        if (next == end)
        {
            next = (int)(_position % Philox.BlockWords);
            end = next + Take(words, Math.Min(wanted, words.Length - Philox.BlockWords)).Length;
        }
        return words[next++];
    }

    /// <summary>Writes the numbers 0 to length - 1 in random order.</summary>
    public void FillPermutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        Shuffle(destination);
    }

    private static ulong Threshold(double probability)
    {
        if (!(probability >= 0 && probability <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "must be in [0, 1]");
        return (ulong)(probability * 4294967296.0);
    }

    /// <summary>FNV-1a over the characters, then the finalizer of SplitMix64, so that names that differ in one digit lie far apart.</summary>
    private static ulong Hash(string name)
    {
        ulong h = 0xCBF29CE484222325;
        foreach (char c in name)
            h = (h ^ c) * 0x100000001B3;
        h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
        h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
        return h ^ (h >> 31);
    }
}
