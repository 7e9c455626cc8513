using BioLearn.Kernels.Random;

namespace BioLearn.ML.Diagnostics;

/// <summary>How patterns are damaged before a memory is asked for them: of the elements, in an order drawn by chance, the first are hidden and the next flipped.</summary>
/// <param name="HiddenShare">Share of the elements that are set to 0, unknown; 0 to 1.</param>
/// <param name="FlippedShare">Share of the elements whose sign is turned; 0 to 1, and with the hidden ones at most 1.</param>
public readonly record struct PatternDamage(double HiddenShare, double FlippedShare = 0)
{
    /// <summary>Damages a pattern.</summary>
    /// <param name="pattern">Elements of -1 and +1.</param>
    /// <param name="random">Draws the order of the elements: more damage from the same stream harms the same elements and further ones.</param>
    /// <returns>The damaged pattern; numbers of elements are rounded down.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range.</exception>
    public float[] Apply(ReadOnlySpan<float> pattern, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check();
        int[] order = new int[pattern.Length];
        random.FillPermutation(order);
        float[] damaged = pattern.ToArray();
        int hidden = (int)(HiddenShare * pattern.Length), flipped = (int)(FlippedShare * pattern.Length);
        foreach (int element in order.AsSpan(0, hidden))
            damaged[element] = 0;
        foreach (int element in order.AsSpan(hidden, flipped))
            damaged[element] = -damaged[element];
        return damaged;
    }

    internal void Check()
    {
        Guard.Holds(HiddenShare is >= 0 and <= 1, HiddenShare, "must be between 0 and 1", nameof(HiddenShare));
        Guard.Holds(FlippedShare >= 0 && HiddenShare + FlippedShare <= 1, FlippedShare, "must be 0 or more, and with the hidden elements at most 1", nameof(FlippedShare));
    }
}
