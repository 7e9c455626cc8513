using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Checks of lengths that cost one comparison where they hold.</summary>
internal static class Lengths
{
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MustMatch(int expected, int actual, string name)
    {
        if (expected != actual)
            Throw(expected, actual, name);
    }

    [DoesNotReturn]
    private static void Throw(int expected, int actual, string name) =>
        throw new ArgumentException($"{name} has {actual} elements, expected {expected}", name);
}
