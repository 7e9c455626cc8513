using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Elementwise;

[EveryWidth]
public sealed class ActivationTests
{
    // Every length up to 40 meets each vector width with every remainder.
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 41), 1000];

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-30)]
    [InlineData(1e-8)]
    [InlineData(1e-3)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(800)]
    public void Tanh_is_accurate_to_the_last_places(double range)
    {
        double units = Hardware.FusesMultiplyAdd ? 3.5 : 4.5;
        Accurate<double, Tanh<double>>(range, Math.Tanh, units);
        if (range > 1e-36)
            Accurate<float, Tanh<float>>(range, Math.Tanh, units);
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(0.3)]
    [InlineData(3)]
    [InlineData(25)]
    [InlineData(80)]
    public void Sigmoid_is_accurate_to_the_last_places(double range)
    {
        Accurate<double, Sigmoid<double>>(range, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 3);
        Accurate<float, Sigmoid<float>>(range, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 3);
    }

    [Fact]
    public void Tanh_saturates_exactly_where_the_nearest_number_is_one()
    {
        Assert.Equal([1, -1, 1, -1, 1, -1], Apply<double, Tanh<double>>([19.07, -19.07, 20, -200, 1e300, double.NegativeInfinity]));
        Assert.Equal([1, -1, 1, -1, 1, -1], Apply<float, Tanh<float>>([9.02f, -9.02f, 20, -200, 1e38f, float.NegativeInfinity]));
        Assert.True(Apply<double, Tanh<double>>([19.0])[0] < 1);
        Assert.True(Apply<float, Tanh<float>>([8.9f])[0] < 1);
        Assert.Equal(0, Derivative<double, Tanh<double>>([20.0])[0]);
    }

    [Fact]
    public void Tanh_keeps_zero_its_sign_and_NaN()
    {
        Assert.Equal([0, double.NegativeZero, double.NaN], Apply<double, Tanh<double>>([0, double.NegativeZero, double.NaN]));
        Assert.Equal([0, float.NegativeZero, float.NaN], Apply<float, Tanh<float>>([0, float.NegativeZero, float.NaN]));
        Assert.True(double.IsNegative(Apply<double, Tanh<double>>([double.NegativeZero])[0]));
    }

    [Fact]
    public void Hard_sigmoids_are_cut_at_zero_and_one_and_differ_in_their_slope()
    {
        Assert.Equal([0, 0, 0.5, 1, 1, double.NaN], Apply<double, HardSigmoid<double>>([-1, 0, 0.5, 1.5, 9, double.NaN]));
        Assert.Equal([0, 0, 0.25, 0.75, 1, double.NaN], Apply<double, WideHardSigmoid<double>>([-1, 0, 0.5, 1.5, 9, double.NaN]));
    }

    [Fact]
    public void Sigmoid_ends_at_zero_and_one_and_passes_NaN_on()
    {
        Assert.Equal([0, 1, 0.5, double.NaN], Apply<double, Sigmoid<double>>([-1000, 1000, 0, double.NaN]));
        Assert.Equal([0, 1, 0.5f, float.NaN], Apply<float, Sigmoid<float>>([-1000, 1000, 0, float.NaN]));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Every_length_gives_every_element_and_touches_nothing_behind(int length)
    {
        EveryLength<float>(length);
        EveryLength<double>(length);
    }

    [Fact]
    public void Kinks_have_the_derivatives_that_the_papers_take()
    {
        Assert.Equal([0, 0, 1], Derivative<double, ReLU<double>>([-1, 0, 1]));
        Assert.Equal([0.01, 0.01, 1], Derivative<double, LeakyReLU<double>>([-1, 0, 1]));
        Assert.Equal([0, 1, 1, 1, 0], Derivative<double, HardSigmoid<double>>([-0.1, 0, 0.5, 1, 1.1]));
        Assert.Equal([0, 0.5, 0.5, 0.5, 0], Derivative<double, WideHardSigmoid<double>>([-0.1, 0, 1.5, 2, 2.1]));
        Assert.Equal([1, 1], Derivative<double, Linear<double>>([-3, 7]));
    }

    [Fact]
    public void Derivatives_agree_with_central_differences()
    {
        DerivativeMatches<Tanh<double>>();
        DerivativeMatches<Sigmoid<double>>();
        DerivativeMatches<ShiftedSigmoid<double>>();
        DerivativeMatches<ReLU<double>>();
        DerivativeMatches<LeakyReLU<double>>();
        DerivativeMatches<HardSigmoid<double>>();
        DerivativeMatches<WideHardSigmoid<double>>();
        DerivativeMatches<Linear<double>>();
    }

    [Fact]
    public void Lengths_that_differ_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ActivationSweep.Apply<float, Tanh<float>>(new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => ActivationSweep.MultiplyByDerivative<float, HardSigmoid<float>>([], new float[4], new float[4]));
    }

    private static void EveryLength<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[length];
        for (int i = 0; i < length; i++)
            x[i] = T.CreateTruncating(Math.Sin(i * 1.7) * 4);
        T[] y = new T[length + 1], gradient = new T[length + 1];
        y[length] = gradient[length] = T.CreateTruncating(42);
        gradient.AsSpan(0, length).Fill(T.CreateTruncating(3));
        ActivationSweep.Apply<T, Sigmoid<T>>(x, y.AsSpan(0, length));
        ActivationSweep.MultiplyByDerivative<T, Sigmoid<T>>([], y.AsSpan(0, length), gradient.AsSpan(0, length));
        for (int i = 0; i < length; i++)
        {
            double s = 1 / (1 + Math.Exp(-double.CreateTruncating(x[i])));
            Assert.Equal(s, double.CreateTruncating(y[i]), 1e-6);
            Assert.Equal(3 * s * (1 - s), double.CreateTruncating(gradient[i]), 1e-6);
        }
        Assert.Equal(T.CreateTruncating(42), y[length]);
        Assert.Equal(T.CreateTruncating(42), gradient[length]);
    }

    // Compares 20,001 values in [-range, range] with the reference, in units in the last place of the result.
    private static void Accurate<T, TActivation>(double range, Func<double, double> reference, double allowed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        const int Half = 10_000;
        T[] x = new T[2 * Half + 1];
        for (int i = 0; i < x.Length; i++)
            x[i] = T.CreateTruncating((i - Half) * (range / Half));
        T[] y = Apply<T, TActivation>(x);
        double worst = 0, at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double expected = reference(double.CreateTruncating(x[i]));
            double unit = double.CreateTruncating(T.BitIncrement(T.Abs(T.CreateTruncating(expected))) - T.Abs(T.CreateTruncating(expected)));
            double error = Math.Abs(double.CreateTruncating(y[i]) - expected) / unit;
            if (!(error <= worst))
                (worst, at) = (error, double.CreateTruncating(x[i]));
        }
        Assert.True(worst <= allowed, $"{typeof(TActivation).Name} is {worst:F2} units off at {at:R}");
    }

    private static void DerivativeMatches<TActivation>()
        where TActivation : struct, IActivation<double>
    {
        const double H = 1e-6;
        double[] x = [-3.1, -0.9, -0.2, 0.1, 0.4, 0.7, 1.3, 2.9];
        double[] above = Apply<double, TActivation>([.. x.Select(v => v + H)]), below = Apply<double, TActivation>([.. x.Select(v => v - H)]);
        double[] derivative = Derivative<double, TActivation>(x);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal((above[i] - below[i]) / (2 * H), derivative[i], 1e-8);
    }

    private static T[] Apply<T, TActivation>(T[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        T[] y = new T[x.Length];
        ActivationSweep.Apply<T, TActivation>(x, y);
        return y;
    }

    private static T[] Derivative<T, TActivation>(T[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        T[] y = Apply<T, TActivation>(x), derivative = new T[x.Length];
        derivative.AsSpan().Fill(T.One);
        ActivationSweep.MultiplyByDerivative<T, TActivation>(x, y, derivative);
        return derivative;
    }
}
