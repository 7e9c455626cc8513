using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Linear;

[EveryWidth]
public class GerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(32, 32)]
    [InlineData(33, 67)]
    public void Decay_and_two_pairs_equal_the_scalar_loop(int m, int n)
    {
        foreach ((double beta, bool second) in new[] { (0.0, false), (0.0, true), (1.0, true), (0.9, true), (0.9, false) })
        {
            double[] d = Reference.Numbers<double>(m * n, "d"), before = [.. d];
            double[] p1 = Reference.Numbers<double>(m, "p1"), q1 = Reference.Numbers<double>(n, "q1"), p2 = Reference.Numbers<double>(m, "p2"), q2 = Reference.Numbers<double>(n, "q2");
            if (second)
                Ger.Update(new(d, m, n), beta, 0.3, p1, q1, -0.2, p2, q2);
            else
                Ger.Update(new(d, m, n), beta, 0.3, p1, q1);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double e = Reference.MultiplyAdd(0.3 * p1[i], q1[j], beta == 0 ? 0 : beta * before[(i * n) + j]);
                    if (second)
                        e = Reference.MultiplyAdd(-0.2 * p2[i], q2[j], e);
                    Assert.Equal(e, d[(i * n) + j]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 7, 5)]
    [InlineData(3, 20, 33)]
    [InlineData(16, 64, 70)]
    [InlineData(5, 200, 1000)]
    public void Batch_of_two_pairs_equals_the_scalar_chain(int batch, int m, int n)
    {
        float[] d = Reference.Numbers<float>(m * n, "d"), before = [.. d];
        float[] p1 = Reference.Numbers<float>(batch * m, "p1"), q1 = Reference.Numbers<float>(batch * n, "q1");
        float[] p2 = Reference.Numbers<float>(batch * m, "p2"), q2 = Reference.Numbers<float>(batch * n, "q2");
        Ger.Update(new(d, m, n), 0.9f, 0.3f, new ReadOnlyMatrixSpan<float>(p1, batch, m), new(q1, batch, n), -0.2f, new(p2, batch, m), new(q2, batch, n));
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float e = 0.9f * before[(i * n) + j];
                for (int b = 0; b < batch; b++)
                    e = Reference.MultiplyAdd(0.3f * p1[(b * m) + i], q1[(b * n) + j], e);
                for (int b = 0; b < batch; b++)
                    e = Reference.MultiplyAdd(-0.2f * p2[(b * m) + i], q2[(b * n) + j], e);
                Assert.Equal(e, d[(i * n) + j]);
            }
        }
    }

    [Theory]
    [InlineData(1, 5, 7)]
    [InlineData(4, 33, 65)]
    public void Mask_clip_and_oja_equal_the_scalar_loop(int batch, int m, int n)
    {
        double[] mask = Reference.Numbers<double>(m * n, "mask");
        double[] p1 = Reference.Numbers<double>(batch * m, "p1"), q1 = Reference.Numbers<double>(batch * n, "q1");
        double[] p2 = Reference.Numbers<double>(batch * m, "p2"), q2 = Reference.Numbers<double>(batch * n, "q2");
        foreach (int choice in Enumerable.Range(0, 16))
        {
            bool oja = (choice & 1) != 0, masked = (choice & 2) != 0, second = (choice & 4) != 0;
            double limit = (choice & 8) != 0 ? 0.3 : double.PositiveInfinity;
            double[] d = Reference.Numbers<double>(m * n, "d"), before = [.. d];
            Ger.Update(
                new(d, m, n), 0.9, 0.4, new ReadOnlyMatrixSpan<double>(p1, batch, m), new(q1, batch, n),
                -0.2, second ? new(p2, batch, m) : default, second ? new(q2, batch, n) : default,
                new OuterConstraint<double> { Mask = masked ? new(mask, m, n) : default, Limit = limit, Oja = oja }, threads: 2);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0, old = before[(i * n) + j];
                    for (int b = 0; b < batch; b++)
                    {
                        sum += 0.4 * p1[(b * m) + i] * (q1[(b * n) + j] - (oja ? p1[(b * m) + i] * old : 0));
                        sum += second ? -0.2 * p2[(b * m) + i] * q2[(b * n) + j] : 0;
                    }
                    double e = Math.Clamp((0.9 * old) + (masked ? mask[(i * n) + j] * sum : sum), -limit, limit);
                    Assert.True(Math.Abs(e - d[(i * n) + j]) < 1e-14, $"choice {choice}, [{i}, {j}]: expected {e}, got {d[(i * n) + j]}");
                }
            }
        }
    }

    [Fact]
    public void Beta_zero_ignores_nan_and_nan_in_a_signal_comes_through()
    {
        float[] d = new float[33 * 17], p = Reference.Numbers<float>(33, "p"), q = Reference.Numbers<float>(17, "q");
        Array.Fill(d, float.NaN);
        Ger.Update(new(d, 33, 17), 0, 1, p, q);
        Assert.DoesNotContain(float.NaN, d);
        Array.Fill(d, float.NaN);
        Ger.Update(new(d, 33, 17), 0, 1, p, q, 1, p, q);
        Assert.DoesNotContain(float.NaN, d);
        Array.Fill(d, float.NaN);
        Ger.Update(new(d, 33, 17), 0, 1, new ReadOnlyMatrixSpan<float>(p, 1, 33), new(q, 1, 17), 0, default, default, new OuterConstraint<float> { Limit = 1 });
        Assert.DoesNotContain(float.NaN, d);
        q[16] = float.NaN;
        Ger.Update(new(d, 33, 17), 1, 1, new ReadOnlyMatrixSpan<float>(p, 1, 33), new(q, 1, 17), 0, default, default, new OuterConstraint<float> { Limit = 1 });
        Assert.All(Enumerable.Range(0, d.Length), i => Assert.Equal(i % 17 == 16, float.IsNaN(d[i])));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int m = 700, n = 900;
        float[] p = Reference.Numbers<float>(m, "p"), q = Reference.Numbers<float>(n, "q"), one = Reference.Numbers<float>(m * n, "d"), three = [.. one];
        Ger.Update(new(one, m, n), 0.9f, 0.1f, p, q);
        Ger.Update(new(three, m, n), 0.9f, 0.1f, p, q, threads: 3);
        Assert.Equal(one, three);
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var x = new float[100];
        Assert.Throws<ArgumentException>(() => Ger.Update(new(x, 3, 4), 1, 1, x.AsSpan(0, 4), x.AsSpan(0, 4)));
        Assert.Throws<ArgumentException>(() => Ger.Update(new(x, 3, 4), 1, 1, x.AsSpan(0, 3), x.AsSpan(0, 4), 1, x.AsSpan(0, 3), x.AsSpan(0, 3)));
        Assert.Throws<ArgumentException>(() => Ger.Update(new(x, 3, 4), 1, 1, new ReadOnlyMatrixSpan<float>(x, 2, 3), new(x, 3, 4)));
        Assert.Throws<ArgumentException>(() => Ger.Update(
            new(x, 3, 4), 1, 1, new ReadOnlyMatrixSpan<float>(x, 2, 3), new(x, 2, 4), 0, default, default, new OuterConstraint<float> { Mask = new(x, 3, 3) }));
    }
}
