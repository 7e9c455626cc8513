using System.Globalization;
using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.Studio.Remembering;

/// <summary>Patterns of 8 x 8 squares: a bit a square, the upper left one first.</summary>
internal static class Squares
{
    /// <summary>Squares a row.</summary>
    public const int Side = 8;

    /// <summary>Squares of a pattern.</summary>
    public const int Count = Side * Side;

    /// <summary>Whether a square is filled.</summary>
    public static bool IsFilled(ulong pattern, int square) => (pattern >> square & 1) != 0;

    /// <summary>Elements of -1 and +1.</summary>
    public static float[] Elements(ulong pattern) => [.. Enumerable.Range(0, Count).Select(square => IsFilled(pattern, square) ? 1f : -1f)];

    /// <summary>A pattern drawn by chance.</summary>
    public static ulong Random(long number) => new RandomStream(number, "squares").NextUInt64();

    /// <summary>A pattern from rows of # and dots.</summary>
    public static ulong Parse(string rows)
    {
        ulong pattern = 0;
        int square = 0;
        foreach (char sign in rows.Where(sign => sign is '#' or '.'))
        {
            if (sign == '#')
                pattern |= 1UL << square;
            square++;
        }
        return pattern;
    }

    /// <summary>As 16 hexadecimal digits.</summary>
    public static string Digits(ulong pattern) => pattern.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>From hexadecimal digits; null if they are none.</summary>
    public static ulong? FromDigits(string digits) =>
        digits.Length is > 0 and <= 16 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong pattern) ? pattern : null;

    /// <summary>How many squares two patterns have in common, from -1, none, to 1, all.</summary>
    public static double Overlap(ulong pattern, ReadOnlySpan<float> state)
    {
        double sum = 0;
        for (int square = 0; square < Count; square++)
            sum += IsFilled(pattern, square) ? state[square] : -state[square];
        return sum / Count;
    }

    /// <summary>How many squares are filled.</summary>
    public static int Filled(ulong pattern) => BitOperations.PopCount(pattern);

    /// <summary>As rows of # and dots, and ? where an element is 0.</summary>
    public static string Text(ReadOnlySpan<float> elements)
    {
        char[] signs = new char[Count + Side];
        int at = 0;
        for (int square = 0; square < Count; square++)
        {
            signs[at++] = elements[square] switch { > 0 => '#', < 0 => '.', _ => '?' };
            if (square % Side == Side - 1)
                signs[at++] = '\n';
        }
        return new(signs);
    }
}
