using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Plastic;

/// <summary>The forward sweeps against plain loops in double precision.</summary>
[EveryWidth]
public sealed class PlasticForwardTests
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 1 }, { 1, 33 }, { 2, 3 }, { 3, 8 }, { 5, 16 }, { 7, 17 }, { 8, 32 }, { 29, 29 }, { 6, 67 }, { 301, 257 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Excitation_is_the_product_with_fixed_and_plastic_weights(int targets, int sources)
    {
        Excites<double>(targets, sources, 1e-13);
        Excites<float>(targets, sources, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Updates_are_seen_by_the_product_of_the_same_sweep(int targets, int sources)
    {
        Updates<double>(targets, sources, 1e-13);
        Updates<float>(targets, sources, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Any_rule_updates_the_trace_of_its_sweep(int targets, int sources)
    {
        Rules<double>(targets, sources, 1e-13);
        Rules<float>(targets, sources, 2e-5);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int N = 700;
        float[] one = Run(1), three = Run(3);
        Assert.Equal(one, three);

        static float[] Run(int threads)
        {
            var weights = new TestMatrix<float>(N, N, "w");
            var alpha = new TestMatrix<float>(N, N, "alpha");
            var trace = new TestMatrix<float>(N, N, "trace");
            float[] x = new float[N];
            var update = new TraceUpdate<float>(Near.Vector<float>(N, "b"), Near.Vector<float>(N, "a1"), Near.Vector<float>(N, "q1"));
            PlasticForward.UpdateAndExcite(new(weights.Span, alpha.Span, trace.Span), update, Near.Vector<float>(N, "s"), x, threads);
            return [.. x, .. trace.Data];
        }
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        const int N = 40;
        float[] w = new float[N * N], a = new float[N * N], h = new float[N * N], x = new float[N], y = new float[N], b = new float[N];
        Step();
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10; i++)
                Step();
        }));

        void Step() => PlasticForward.UpdateAndExcite(new(new(w, N, N), new(a, N, N), new(h, N, N)), new TraceUpdate<float>(b, x, y), y, x);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        float[] m = new float[12];
        Assert.Throws<ArgumentException>(() => new PlasticLayer<float>(new(m, 3, 4), new(m, 4, 3), new(m, 3, 4)));
        Assert.Throws<ArgumentException>(() => new PlasticLayer<float>(new(m, 2, 4), new(m, 2, 4), new(m, 2, 4, 5)));
        Assert.Throws<ArgumentException>(() => PlasticForward.Excite(new(new(m, 3, 4), new(m, 3, 4), new(m, 3, 4)), new float[3], new float[3]));
        Assert.Throws<ArgumentException>(() => PlasticForward.Excite(new(new(m, 3, 4), new(m, 3, 4), new(m, 3, 4)), new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => PlasticForward.UpdateAndExcite(
            new(new(m, 3, 4), new(m, 3, 4), new(m, 3, 4)), new TraceUpdate<float>(new float[4], new float[3], new float[4]), new float[4], new float[3]));
    }

    private static void Excites<T>(int targets, int sources, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (w, a, h, s) = Layer<T>(targets, sources);
        double[] fixedPart = new double[targets], plasticPart = new double[targets];
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
            {
                fixedPart[i] += w[i, j] * double.CreateTruncating(s[j]);
                plasticPart[i] += a[i, j] * h[i, j] * double.CreateTruncating(s[j]);
            }
        }
        T[] x = new T[targets], f = new T[targets], p = new T[targets];
        PlasticForward.Excite(new(w.Span, a.Span, h.Span), s, x);
        PlasticForward.Excite(new(w.Span, a.Span, h.Span), s, f, p);
        Near.Equal([.. fixedPart.Zip(plasticPart, (u, v) => u + v)], x, tolerance, "x");
        Near.Equal(fixedPart, f, tolerance, "W s");
        Near.Equal(plasticPart, p, tolerance, "(A∘H) s");
    }

    private static void Updates<T>(int targets, int sources, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] b = Near.Vector<T>(targets, "b"), a1 = Near.Vector<T>(targets, "a1"), a2 = Near.Vector<T>(targets, "a2");
        T[] q1 = Near.Vector<T>(sources, "q1"), q2 = Near.Vector<T>(sources, "q2");
        foreach (bool second in (bool[])[false, true])
        {
            foreach (bool apart in (bool[])[false, true])
            {
                var (w, a, h, s) = Layer<T>(targets, sources);
                double[,] expected = new double[targets, sources];
                double[] x = new double[targets];
                for (int i = 0; i < targets; i++)
                {
                    for (int j = 0; j < sources; j++)
                    {
                        expected[i, j] = D(b[i]) * h[i, j] + D(a1[i]) * D(q1[j]) + (second ? D(a2[i]) * D(q2[j]) : 0);
                        x[i] += (w[i, j] + a[i, j] * expected[i, j]) * D(s[j]);
                    }
                }
                T[] sum = new T[targets], plasticSum = new T[targets];
                var update = second ? new TraceUpdate<T>(b, a1, q1, a2, q2) : new TraceUpdate<T>(b, a1, q1);
                if (apart)
                    PlasticForward.UpdateAndExcite(new(w.Span, a.Span, h.Span), update, s, sum, plasticSum);
                else
                    PlasticForward.UpdateAndExcite(new(w.Span, a.Span, h.Span), update, s, sum);
                h.AssertNear(expected, tolerance, "H");
                Near.Equal(x, [.. sum.Zip(plasticSum, (u, v) => u + v)], tolerance, "x");
            }
        }
    }

    private static void Rules<T>(int targets, int sources, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Follows<T, HebbRule<T>>(targets, sources, default, (h, m, p, q) => (1 - m) * h + m * p * q, tolerance);
        Follows<T, OjaRule<T>>(targets, sources, default, (h, m, p, q) => h + m * p * (q - p * h), tolerance);
        Follows<T, ClipRule<T>>(targets, sources, new(T.CreateTruncating(0.5)), (h, m, p, q) => Math.Clamp(h + m * p * q, -0.5, 0.5), tolerance);
    }

    private static void Follows<T, TRule>(int targets, int sources, TRule rule, Func<double, double, double, double, double> formula, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, ITraceRule<T>
    {
        var (w, a, h, s) = Layer<T>(targets, sources);
        T[] m = Near.Vector<T>(targets, "m"), p = Near.Vector<T>(targets, "p"), q = Near.Vector<T>(sources, "q");
        double[,] expected = new double[targets, sources];
        double[] x = new double[targets];
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
            {
                expected[i, j] = formula(h[i, j], D(m[i]), D(p[i]), D(q[j]));
                x[i] += (w[i, j] + a[i, j] * expected[i, j]) * D(s[j]);
            }
        }
        T[] sum = new T[targets];
        PlasticForward.UpdateAndExcite(new(w.Span, a.Span, h.Span), rule, m, p, q, s, sum);
        h.AssertNear(expected, tolerance, $"{typeof(TRule).Name} H");
        Near.Equal(x, sum, tolerance, $"{typeof(TRule).Name} x");
    }

    private static (TestMatrix<T> W, TestMatrix<T> A, TestMatrix<T> H, T[] S) Layer<T>(int targets, int sources)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (new(targets, sources, "w"), new(targets, sources, "alpha"), new(targets, sources, "trace"), Near.Vector<T>(sources, "s"));

    private static double D<T>(T value)
        where T : INumberBase<T> => double.CreateTruncating(value);
}
