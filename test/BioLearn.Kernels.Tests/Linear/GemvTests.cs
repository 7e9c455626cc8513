using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Linear;

[EveryWidth]
public class GemvTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(7, 33)]
    [InlineData(32, 32)]
    [InlineData(65, 130)]
    [InlineData(129, 63)]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    public void Both_orientations_equal_the_scalar_sums(int m, int n)
    {
        foreach ((double alpha, double beta) in new[] { (1.0, 0.0), (0.5, 1.0), (-0.3, 0.7) })
        {
            Check<float>(m, n, alpha, beta, 1e-5);
            Check<double>(m, n, alpha, beta, 1e-13);
        }
    }

    [Fact]
    public void Beta_zero_ignores_nan_in_the_destination()
    {
        float[] a = Reference.Numbers<float>(20 * 20, "a"), x = Reference.Numbers<float>(20, "x"), y = new float[20];
        Array.Fill(y, float.NaN);
        Gemv.N(new(a, 20, 20), x, y, 1, 0);
        Assert.DoesNotContain(float.NaN, y);
        Array.Fill(y, float.NaN);
        Gemv.T(new(a, 20, 20), x, y, 1, 0);
        Assert.DoesNotContain(float.NaN, y);
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var x = new float[20];
        Assert.Throws<ArgumentException>(() => Gemv.N(new(x, 2, 3), x.AsSpan(0, 2), x.AsSpan(10, 2), 1, 0));
        Assert.Throws<ArgumentException>(() => Gemv.N(new(x, 2, 3), x.AsSpan(0, 3), x.AsSpan(10, 3), 1, 0));
        Assert.Throws<ArgumentException>(() => Gemv.T(new(x, 2, 3), x.AsSpan(0, 3), x.AsSpan(10, 2), 1, 0));
    }

    private static void Check<T>(int m, int n, double alphaValue, double betaValue, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int pad = 2;
        T alpha = T.CreateTruncating(alphaValue), beta = T.CreateTruncating(betaValue);
        T[] a = Reference.Numbers<T>((m * (n + pad)) + 1, "a");
        foreach (bool transposed in new[] { false, true })
        {
            (int ins, int outs) = transposed ? (m, n) : (n, m);
            T[] x = Reference.Numbers<T>(ins, "x"), y = Reference.Numbers<T>(outs, "y"), before = [.. y];
            if (transposed)
                Gemv.T(new ReadOnlyMatrixSpan<T>(a, m, n, n + pad), x, y, alpha, beta);
            else
                Gemv.N(new ReadOnlyMatrixSpan<T>(a, m, n, n + pad), x, y, alpha, beta);
            for (int i = 0; i < outs; i++)
            {
                double e = double.CreateTruncating(beta * before[i]);
                for (int q = 0; q < ins; q++)
                    e += double.CreateTruncating(alpha * x[q] * (transposed ? a[(q * (n + pad)) + i] : a[(i * (n + pad)) + q]));
                Assert.InRange(double.CreateTruncating(y[i]) - e, -tolerance * Math.Max(1, Math.Sqrt(ins)), tolerance * Math.Max(1, Math.Sqrt(ins)));
            }
        }
    }
}
