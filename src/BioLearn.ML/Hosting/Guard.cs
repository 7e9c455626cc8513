using System.Runtime.CompilerServices;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Range checks of options, the only ones there are: the error names the option, its value and what was expected. NaN fails every check.
/// Every room may use it without an import (the project gives it to all files), as a learning rule should read like its paper.
/// </summary>
internal static class Guard
{
    public static void AboveZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value > 0 && double.IsFinite(value), value, "must be above 0", name);

    public static void AtLeastZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value >= 0 && double.IsFinite(value), value, "must be at least 0", name);

    /// <summary>In [0, 1).</summary>
    public static void Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value is >= 0 and < 1, value, "must be in [0, 1)", name);

    /// <summary>In (0, 1].</summary>
    public static void Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value is > 0 and <= 1, value, "must be in (0, 1]", name);

    /// <summary>In [0, 1].</summary>
    public static void Probability(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value is >= 0 and <= 1, value, "must be between 0 and 1", name);

    public static void Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(double.IsFinite(value), value, "must be finite", name);

    public static void AtLeast(long value, long least, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value >= least, value, $"must be at least {least}", name);

    public static void Between(long value, long least, long most, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Holds(value >= least && value <= most, value, $"must be between {least} and {most}", name);

    /// <summary>Refuses numbers that no name of the enumeration stands for.</summary>
    public static void Defined<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string name = "")
        where TEnum : struct, Enum =>
        Holds(Enum.IsDefined(value), value, $"must be one of {string.Join(", ", Enum.GetNames<TEnum>())}", name);

    /// <summary>Numbers of units, a layer each: at least one layer, and at least one unit in each.</summary>
    public static void Layers(IReadOnlyList<int> units, [CallerArgumentExpression(nameof(units))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(units, name);
        Holds(units.Count > 0 && units.All(count => count >= 1), string.Join(", ", units), "must be at least one layer of at least one unit", name);
    }

    /// <summary>Numbers of units, a layer each: at least one unit in each, and no layer is one less to connect.</summary>
    public static void Units(IReadOnlyList<int> units, [CallerArgumentExpression(nameof(units))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(units, name);
        Holds(units.All(count => count >= 1), string.Join(", ", units), "must be at least 1 in every layer", name);
        for (int l = 1; l < units.Count; l++)
            Holds((long)units[l - 1] * units[l] <= Array.MaxLength, string.Join(", ", units), $"must not make more than {Array.MaxLength} weights between two layers, but {units[l - 1]} x {units[l]}", name);
    }

    /// <summary>Refuses layers whose weights no array can hold.</summary>
    /// <param name="from">Features, or units of the layer below.</param>
    /// <param name="to">Units.</param>
    /// <param name="name">The option that gives the units.</param>
    public static void Connections(long from, long to, string name) =>
        Holds(from <= Array.MaxLength / Math.Max(to, 1), to, $"must not make more than {Array.MaxLength} weights, but {from} x {to}", name);

    /// <summary>Any other condition.</summary>
    /// <param name="condition">Whether the value can be used.</param>
    /// <param name="value">The option's value.</param>
    /// <param name="expected">What is expected of it, such as "must be odd, 3 to 63".</param>
    /// <param name="name">The option.</param>
    public static void Holds(bool condition, object? value, string expected, string name)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, expected);
    }
}
