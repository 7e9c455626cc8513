using System.Runtime.CompilerServices;

namespace BioLearn.ML.Networks;

/// <summary>Range checks of options; the error names the option and what was expected.</summary>
internal static class Guard
{
    public static void AboveZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > 0 && double.IsFinite(value), value, "must be above 0", name);

    public static void AtLeastZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= 0 && double.IsFinite(value), value, "must be at least 0", name);

    public static void Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value is >= 0 and < 1, value, "must be in [0, 1)", name);

    /// <summary>Refuses convolutions for rules that are defined on fully connected layers.</summary>
    public static void DenseOnly(NetworkSpec network, string rule)
    {
        if (network.Synaptic.Any(l => l.IsConvolution))
            throw new ArgumentException($"{rule} is implemented for fully connected layers; use Dense layers.", nameof(network));
    }

    private static void Require(bool condition, double value, string expected, string name)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, expected);
    }
}
