using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Plastic;

/// <summary>The backward sweeps against plain loops in double precision.</summary>
[EveryWidth]
public sealed class PlasticBackwardTests
{
    public static TheoryData<int, int> Shapes => PlasticForwardTests.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_step_back_gives_all_its_gradients(int targets, int sources)
    {
        foreach (int sourcesOfUndo in (int[])[0, 1, 2])
        {
            foreach (int contraction in (int[])[0, 1, 2])
            {
                Steps<double>(targets, sources, sourcesOfUndo, contraction, 1e-12);
                Steps<float>(targets, sources, sourcesOfUndo, contraction, 5e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Contractions_are_the_sums_that_they_say(int targets, int sources)
    {
        Contracts<double>(targets, sources, 1e-13);
        Contracts<float>(targets, sources, 2e-5);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int N = 700;
        Assert.Equal(Run(1), Run(3));

        static float[] Run(int threads)
        {
            var (w, a, h) = (new TestMatrix<float>(N, N, "w"), new TestMatrix<float>(N, N, "alpha"), new TestMatrix<float>(N, N, "trace"));
            var (g, da) = (new TestMatrix<float>(N, N, "g"), new TestMatrix<float>(N, N, "da"));
            float[] r = new float[N], ahead = new float[N], gs = new float[N], gh = new float[N];
            var undo = new TraceUpdate<float>(Near.Vector<float>(N, "b"), Near.Vector<float>(N, "a1"), Near.Vector<float>(N, "q1"));
            var next = new Contraction<float>(Near.Vector<float>(N, "ns"), Near.Vector<float>(N, "k"), ahead, gs, gh);
            PlasticBackward.Step(
                new(w.Span, a.Span, h.Span), Near.Vector<float>(N, "s"), Near.Vector<float>(N, "d"), Near.Vector<float>(N, "decay"), g.Span, da.Span, r, undo, next, threads);
            PlasticBackward.Contract(g.Span, h.Span, next, threads);
            return [.. r, .. ahead, .. gs, .. gh, .. g.Data, .. da.Data, .. h.Data];
        }
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        const int N = 40;
        float[] w = new float[N * N], a = new float[N * N], h = new float[N * N], g = new float[N * N], da = new float[N * N];
        float[] x = new float[N], y = new float[N], b = new float[N], r = new float[N];
        Step();
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10; i++)
                Step();
        }));

        void Step() => PlasticBackward.Step(
            new(new(w, N, N), new(a, N, N), new(h, N, N)), y, x, b, new(g, N, N), new(da, N, N), r, new TraceUpdate<float>(b, x, y), new Contraction<float>(y, x, r, x));
    }

    private static void Steps<T>(int targets, int sources, int sourcesOfUndo, int contraction, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TestMatrix<T> w = new(targets, sources, "w"), a = new(targets, sources, "alpha"), h = new(targets, sources, "trace");
        TestMatrix<T> g = new(targets, sources, "g"), da = new(targets, sources, "da");
        T[] s = Near.Vector<T>(sources, "s"), d = Near.Vector<T>(targets, "d"), b = Near.Vector<T>(targets, "b"), r = Near.Vector<T>(sources, "r");
        T[] beta = Near.Vector<T>(targets, "beta"), a1 = Near.Vector<T>(targets, "a1"), a2 = Near.Vector<T>(targets, "a2");
        T[] q1 = Near.Vector<T>(sources, "q1"), q2 = Near.Vector<T>(sources, "q2"), ns = Near.Vector<T>(sources, "ns"), k = Near.Vector<T>(targets, "k");
        T[] ahead = Near.Vector<T>(sources, "ahead"), gs = new T[targets], gh = new T[contraction == 2 ? targets : 0];

        double[] expectedR = Near.ToDouble(r), expectedAhead = Near.ToDouble(ahead), expectedGs = new double[targets], expectedGh = new double[targets];
        double[,] expectedH = h.ToDouble(), expectedG = g.ToDouble(), expectedDa = da.ToDouble();
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
            {
                expectedR[j] += D(d[i]) * (w[i, j] + a[i, j] * h[i, j]);
                expectedDa[i, j] += D(d[i]) * h[i, j] * D(s[j]);
                expectedG[i, j] = D(b[i]) * expectedG[i, j] + D(d[i]) * a[i, j] * D(s[j]);
                if (sourcesOfUndo > 0)
                    expectedH[i, j] = D(beta[i]) * h[i, j] + D(a1[i]) * D(q1[j]) + (sourcesOfUndo > 1 ? D(a2[i]) * D(q2[j]) : 0);
                expectedGs[i] += expectedG[i, j] * D(ns[j]);
                expectedGh[i] += expectedG[i, j] * expectedH[i, j];
                expectedAhead[j] += D(k[i]) * expectedG[i, j];
            }
        }

        var undo = sourcesOfUndo switch
        {
            0 => default,
            1 => new TraceUpdate<T>(beta, a1, q1),
            _ => new TraceUpdate<T>(beta, a1, q1, a2, q2),
        };
        var next = contraction == 0 ? default : new Contraction<T>(ns, k, ahead, gs, gh);
        PlasticBackward.Step(new(w.Span, a.Span, h.Span), s, d, b, g.Span, da.Span, r, undo, next);

        Near.Equal(expectedR, r, tolerance, "source gradient");
        g.AssertNear(expectedG, tolerance, "G");
        da.AssertNear(expectedDa, tolerance, "alpha gradient");
        h.AssertNear(expectedH, tolerance, "H");
        if (contraction == 0)
            return;
        Near.Equal(expectedGs, gs, tolerance, "G s");
        Near.Equal(expectedAhead, ahead, tolerance, "G' k");
        if (contraction == 2)
            Near.Equal(expectedGh, gh, tolerance, "G H");
    }

    private static void Contracts<T>(int targets, int sources, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TestMatrix<T> g = new(targets, sources, "g"), h = new(targets, sources, "h");
        T[] s = Near.Vector<T>(sources, "s"), k = Near.Vector<T>(targets, "k");
        double[] expectedGs = new double[targets], expectedGh = new double[targets], sums = Near.ToDouble(Near.Vector<T>(sources, "r"));
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
            {
                expectedGs[i] += g[i, j] * D(s[j]);
                expectedGh[i] += g[i, j] * h[i, j];
                sums[j] += D(k[i]) * g[i, j];
            }
        }
        foreach (bool withTrace in (bool[])[false, true])
        {
            T[] r = Near.Vector<T>(sources, "r"), gs = new T[targets], gh = new T[withTrace ? targets : 0];
            PlasticBackward.Contract(g.Span, h.Span, new Contraction<T>(s, k, r, gs, gh));
            Near.Equal(sums, r, tolerance, "G' k");
            Near.Equal(expectedGs, gs, tolerance, "G s");
            if (withTrace)
                Near.Equal(expectedGh, gh, tolerance, "G H");
        }
    }

    private static double D<T>(T value)
        where T : INumberBase<T> => double.CreateTruncating(value);
}
