using System.Globalization;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>φ(a) = a for a > 0, else slope · a: fixtures have other slopes than the library's 0.01.</summary>
internal sealed class LeakyRectifier(double slope) : Activation(string.Create(CultureInfo.InvariantCulture, $"LeakyRectifier{slope}"))
{
    public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y)
    {
        for (int i = 0; i < a.Length; i++)
            y[i] = a[i] > T.Zero ? a[i] : T.CreateChecked(slope) * a[i];
    }

    public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal)
    {
        // The sign of φ(a) is that of a.
        for (int i = 0; i < y.Length; i++)
            signal[i] *= y[i] > T.Zero ? T.One : T.CreateChecked(slope);
    }
}
