using System.Globalization;
using System.Numerics;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>Elementwise comparison that reports the worst element.</summary>
internal static class Near
{
    /// <summary>|actual - expected| &lt;= absolute + relative |expected| in every element.</summary>
    public static void Equal<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, double absolute, double relative, string what)
        where T : INumberBase<T>
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} elements, expected {expected.Length}");
        int worst = -1;
        double worstExcess = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(double.CreateChecked(actual[i]) - expected[i]);
            double allowed = absolute + relative * Math.Abs(expected[i]);
            double excess = double.IsNaN(difference) ? double.PositiveInfinity : difference / allowed;
            if (excess > worstExcess)
                (worst, worstExcess) = (i, excess);
        }

        Assert.True(worstExcess <= 1, worst < 0 ? what : string.Create(CultureInfo.InvariantCulture,
            $"{what}: element {worst} is {double.CreateChecked(actual[worst]):R}, expected {expected[worst]:R}, {worstExcess:G3} times the tolerance"));
    }

    /// <summary>Outputs, traces and losses in double: 1e-12 absolute.</summary>
    public static void Output<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, string what)
        where T : INumberBase<T> => Equal(expected, actual, 1e-12, 0, what);

    /// <summary>Gradients in double: 1e-10 absolute plus 1e-9 relative.</summary>
    public static void Gradient<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, string what)
        where T : INumberBase<T> => Equal(expected, actual, 1e-10, 1e-9, what);

    /// <summary>Parameters after a whole training trace in double: 1e-9 absolute.</summary>
    public static void Trained<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, string what)
        where T : INumberBase<T> => Equal(expected, actual, 1e-9, 0, what);

    /// <summary>Gradients in float: 1e-4 of the largest expected magnitude.</summary>
    public static void MaxNorm<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, double relative, string what)
        where T : INumberBase<T>
    {
        double scale = 0;
        foreach (double value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        Equal(expected, actual, relative * scale, 0, what);
    }
}
