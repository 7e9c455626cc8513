using System.Numerics;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Linear;

/// <summary>One sweep against the two kernels that it stands for, bit by bit.</summary>
[EveryWidth]
public class UpdateThenMultiplyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(2, 16)]
    [InlineData(3, 5)]
    [InlineData(10, 256)]
    [InlineData(7, 33)]
    [InlineData(33, 67)]
    [InlineData(32, 24)]
    [InlineData(65, 129)]
    public void Has_the_bits_of_an_update_and_then_a_product(int m, int n)
    {
        foreach (double beta in new[] { 1, 0.97, 0 })
        {
            foreach (double a in new[] { -0.01, 0, 1 })
            {
                foreach (bool upwards in new[] { false, true })
                {
                    Check<float>(m, n, beta, a, upwards);
                    Check<double>(m, n, beta, a, upwards);
                }
            }
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int m = 701, n = 900;
        float[] one = Reference.Numbers<float>(m * n, "d"), three = [.. one];
        float[] p = Reference.Numbers<float>(m, "p"), q = Reference.Numbers<float>(n, "q"), x = Reference.Numbers<float>(n, "x");
        float[] first = new float[m], third = new float[m];
        Ger.UpdateThenMultiply<float>(new(one, m, n), 1, 0.1f, p, q, x, first);
        Ger.UpdateThenMultiply<float>(new(three, m, n), 1, 0.1f, p, q, x, third, threads: 3, upwards: true);
        Assert.Equal(one, three);
        Assert.Equal(first, third);
    }

    [Fact]
    public void Infinities_and_nan_come_through_as_in_two_sweeps()
    {
        foreach ((float post, float weight) in new[] { (float.NaN, 1f), (float.PositiveInfinity, 1f), (0f, float.NaN), (1f, float.NegativeInfinity) })
        {
            foreach (float beta in new[] { 1f, 0.5f, 0f })
            {
                float[] d = Reference.Numbers<float>(5 * 19, "d"), p = Reference.Numbers<float>(5, "p"), q = Reference.Numbers<float>(19, "q"), x = Reference.Numbers<float>(19, "x"), y = new float[5];
                p[2] = post;
                d[(2 * 19) + 3] = weight;
                float[] d2 = [.. d], y2 = [.. y];
                Ger.UpdateThenMultiply<float>(new(d, 5, 19), beta, 1, p, q, x, y);
                Ger.Update<float>(new(d2, 5, 19), beta, 1, p, q);
                Gemv.N<float>(new(d2, 5, 19), x, y2, 1, 1);
                Assert.Equal(d2, d);
                Assert.Equal(y2, y);
            }
        }
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var v = new float[12];
        foreach ((int p, int q, int x, int y) in new[] { (4, 4, 4, 3), (3, 3, 4, 3), (3, 4, 3, 3), (3, 4, 4, 4) })
            Assert.Throws<ArgumentException>(() => Ger.UpdateThenMultiply(new(new float[12], 3, 4), 1, 1, v.AsSpan(0, p), v.AsSpan(0, q), v.AsSpan(0, x), new float[y]));
    }

    private static void Check<T>(int m, int n, double beta, double a, bool upwards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int pad = 3;
        T keep = T.CreateTruncating(beta), coefficient = T.CreateTruncating(a);
        T[] d = Reference.Numbers<T>((m * (n + pad)) + 1, "d"), d2 = [.. d];
        T[] p = Reference.Numbers<T>(m, "p"), q = Reference.Numbers<T>(n, "q"), x = Reference.Numbers<T>(n, "x"), y = Reference.Numbers<T>(m, "y"), y2 = [.. y];
        Ger.UpdateThenMultiply(new MatrixSpan<T>(d, m, n, n + pad), keep, coefficient, p, q, x, y, upwards: upwards);
        Ger.Update(new MatrixSpan<T>(d2, m, n, n + pad), keep, coefficient, p, q);
        Gemv.N(new ReadOnlyMatrixSpan<T>(d2, m, n, n + pad), x, y2, T.One, T.One);
        Assert.Equal(MemoryMarshal.AsBytes<T>(d2).ToArray(), MemoryMarshal.AsBytes<T>(d).ToArray());
        Assert.Equal(MemoryMarshal.AsBytes<T>(y2).ToArray(), MemoryMarshal.AsBytes<T>(y).ToArray());
    }
}
