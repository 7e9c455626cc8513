using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Plastic;

/// <summary>The sweep over matrices with a target neuron a column, against plain loops in double precision.</summary>
[EveryWidth]
public sealed class PlasticForwardByColumnTests
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 1 }, { 1, 33 }, { 2, 3 }, { 3, 8 }, { 5, 16 }, { 7, 17 }, { 8, 32 }, { 29, 29 }, { 6, 67 }, { 9, 131 }, { 301, 257 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Updates_are_seen_by_the_product_of_the_same_sweep(int sources, int targets)
    {
        Updates<double>(sources, targets, 1e-13);
        Updates<float>(sources, targets, 2e-5);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int N = 700;
        Assert.Equal(Run(1), Run(3));

        static float[] Run(int threads)
        {
            TestMatrix<float> w = new(N, N, "w"), alpha = new(N, N, "alpha"), h = new(N, N, "trace");
            float[] x = new float[N];
            PlasticForwardByColumn.UpdateAndExcite(
                new(w.Span, alpha.Span, h.Span), Near.Vector<float>(N, "b"), Near.Vector<float>(N, "a"), Near.Vector<float>(N, "p"), Near.Vector<float>(N, "s"), x, threads);
            return [.. x, .. h.Data];
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        float[] m = new float[12];
        Assert.Throws<ArgumentException>(() => PlasticForwardByColumn.UpdateAndExcite(
            new(new(m, 3, 4), new(m, 3, 4), new(m, 3, 4)), new float[3], new float[4], new float[3], new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => PlasticForwardByColumn.UpdateAndExcite(
            new(new(m, 3, 4), new(m, 3, 4), new(m, 3, 4)), new float[4], new float[4], new float[3], new float[4], new float[4]));
    }

    private static void Updates<T>(int sources, int targets, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TestMatrix<T> w = new(sources, targets, "w"), alpha = new(sources, targets, "alpha"), h = new(sources, targets, "trace");
        T[] b = Near.Vector<T>(targets, "b"), a = Near.Vector<T>(targets, "a"), p = Near.Vector<T>(sources, "p"), s = Near.Vector<T>(sources, "s");
        T[] x = Near.Vector<T>(targets, "x");
        double[,] expected = new double[sources, targets];
        double[] expectedX = new double[targets];
        for (int i = 0; i < sources; i++)
        {
            for (int j = 0; j < targets; j++)
            {
                expected[i, j] = double.CreateTruncating(b[j]) * h[i, j] + double.CreateTruncating(a[j]) * double.CreateTruncating(p[i]);
                expectedX[j] += double.CreateTruncating(s[i]) * (w[i, j] + alpha[i, j] * expected[i, j]);
            }
        }
        PlasticForwardByColumn.UpdateAndExcite(new(w.Span, alpha.Span, h.Span), b, a, p, s, x);
        h.AssertNear(expected, tolerance, "H");
        Near.Equal(expectedX, x, tolerance, "x");
    }
}
