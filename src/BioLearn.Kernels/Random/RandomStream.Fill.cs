using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Random;

/// <summary>Many numbers at once.</summary>
public sealed partial class RandomStream
{
    /// <summary>Words worked on at a time, on the stack.</summary>
    private const int ChunkWords = 1024;

    /// <summary>
    /// Fills with uniform numbers in [<paramref name="minimum"/>, <paramref name="maximum"/>); rounding may give the maximum itself.
    /// Each <see cref="float"/> takes one word, each <see cref="double"/> two, as <see cref="NextSingle"/> and <see cref="NextDouble"/> do.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is below <paramref name="minimum"/>, or one is not finite.</exception>
    public void FillUniform<T>(Span<T> destination, T minimum, T maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(minimum <= maximum) || !T.IsFinite(maximum - minimum))
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, $"must be finite and at least the minimum, {minimum}");
        AlignTo(WordsOf<T>());
        Span<uint> words = stackalloc uint[ChunkWords];
        while (!destination.IsEmpty)
        {
            Span<T> chunk = destination[..Math.Min(destination.Length, (ChunkWords - Philox.BlockWords) / WordsOf<T>())];
            ToUnit(Take(words, chunk.Length * WordsOf<T>()), chunk);
            TensorPrimitives.Multiply(chunk, maximum - minimum, chunk);
            TensorPrimitives.Add(chunk, minimum, chunk);
            destination = destination[chunk.Length..];
        }
    }

    /// <summary>
    /// Fills with normal numbers (Box and Muller's transform). Each <see cref="float"/> takes one word, each <see cref="double"/> two.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standardDeviation"/> is negative.</exception>
    public void FillNormal<T>(Span<T> destination, T mean, T standardDeviation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(standardDeviation >= T.Zero))
            throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "must be at least 0");
        AlignTo(WordsOf<T>());
        Span<uint> words = stackalloc uint[ChunkWords];
        Span<T> normals = stackalloc T[ChunkWords / WordsOf<T>()];
        while (!destination.IsEmpty)
        {
            // A pair of normals comes from two words that lie half a group apart, so that vectors need no shuffle: work on whole groups.
            int groupWords = BoxMuller.Group * WordsOf<T>();
            int skip = (int)(_position % (ulong)groupWords) / WordsOf<T>();
            int count = Math.Min(destination.Length, normals.Length - skip);
            Span<T> groups = normals[..((skip + count + BoxMuller.Group - 1) / BoxMuller.Group * BoxMuller.Group)];
            _position -= (ulong)(skip * WordsOf<T>());
            ToUnit(Take(words, groups.Length * WordsOf<T>()), groups);
            _position -= (ulong)((groups.Length - skip - count) * WordsOf<T>());
            BoxMuller.Transform(groups);
            TensorPrimitives.Multiply(groups.Slice(skip, count), standardDeviation, destination[..count]);
            TensorPrimitives.Add(destination[..count], mean, destination[..count]);
            destination = destination[count..];
        }
    }

    /// <summary>Fills with 1, with probability <paramref name="probability"/> (to 2^-32), or 0. Each takes one word, as <see cref="NextBernoulli"/> does.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1].</exception>
    public void FillBernoulli<T>(Span<T> destination, double probability)
        where T : INumberBase<T>
    {
        ulong threshold = Threshold(probability);
        Span<uint> words = stackalloc uint[ChunkWords];
        while (!destination.IsEmpty)
        {
            int count = Math.Min(destination.Length, ChunkWords - Philox.BlockWords);
            ReadOnlySpan<uint> taken = Take(words, count);
            for (int i = 0; i < taken.Length; i++)
                destination[i] = taken[i] < threshold ? T.One : T.Zero;
            destination = destination[count..];
        }
    }

    private static int WordsOf<T>() => Unsafe.SizeOf<T>() / sizeof(uint);

    private void AlignTo(int words) => _position = (_position + (ulong)words - 1) / (ulong)words * (ulong)words;

    /// <summary>The next <paramref name="count"/> words, somewhere in <paramref name="buffer"/>, which holds whole blocks.</summary>
    private Span<uint> Take(Span<uint> buffer, int count)
    {
        int skip = (int)(_position % Philox.BlockWords);
        int blocks = (skip + count + Philox.BlockWords - 1) / Philox.BlockWords;
        Philox.Fill(_key, _stream, _position / Philox.BlockWords, buffer[..(blocks * Philox.BlockWords)]);
        _position += (ulong)count;
        return buffer.Slice(skip, count);
    }

    /// <summary>Uniform in [0, 1): the upper 24 bits of a word, or 53 of two.</summary>
    private static void ToUnit<T>(Span<uint> words, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            TensorPrimitives.ShiftRightLogical(words, 8, words);
            // Below 2^24 the signed conversion is exact, and every width has it.
            TensorPrimitives.ConvertTruncating<int, T>(MemoryMarshal.Cast<uint, int>(words), destination);
            TensorPrimitives.Multiply(destination, T.CreateTruncating(1 / 16777216.0), destination);
        }
        else
        {
            Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(words);
            TensorPrimitives.ShiftRightLogical(pairs, 11, pairs);
            TensorPrimitives.ConvertTruncating<ulong, T>(pairs, destination);
            TensorPrimitives.Multiply(destination, T.CreateTruncating(1 / 9007199254740992.0), destination);
        }
    }
}
