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
    public void Vector_matrix_product_is_the_one_row_matrix_product_bit_by_bit()
    {
        foreach ((int m, int n) in new[] { (1, 1), (8, 16), (37, 101), (600, 130) })
        {
            float[] a = Reference.Numbers<float>(m * n, "a"), x = Reference.Numbers<float>(m, "x"), y = Reference.Numbers<float>(n, "y"), z = [.. y];
            Gemv.T(new(a, m, n), x, y, 0.7f, 0.3f);
            Gemm.NN(new(x, 1, m), new(a, m, n), new MatrixSpan<float>(z, 1, n), 0.7f, 0.3f);
            Assert.Equal(z, y);
        }
    }

    [Fact]
    public void Threads_and_number_of_rows_change_no_bit()
    {
        const int m = 600, n = 701;
        float[] a = Reference.Numbers<float>(m * n, "a"), x = Reference.Numbers<float>(m + n, "x"), one = new float[m], three = new float[m], single = new float[1];
        Gemv.N(new(a, m, n), x.AsSpan(0, n), one, 1, 0);
        Gemv.N(new(a, m, n), x.AsSpan(0, n), three, 1, 0, threads: 3);
        Assert.Equal(one, three);
        for (int i = 0; i < m; i += 7)
        {
            Gemv.N(new(a.AsSpan(i * n, n), 1, n), x.AsSpan(0, n), single, 1, 0);
            Assert.Equal(one[i], single[0]);
        }
        float[] columns = new float[n], threaded = new float[n];
        Gemv.T(new(a, m, n), x.AsSpan(0, m), columns, 1, 0);
        Gemv.T(new(a, m, n), x.AsSpan(0, m), threaded, 1, 0, threads: 3);
        Assert.Equal(columns, threaded);
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
