using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Plastic;

/// <summary>Updates of a trace by each rule, and the way back through them, against formulas and central differences.</summary>
[EveryWidth]
public sealed class TraceSweepTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 33 }, { 2, 3 }, { 3, 8 }, { 5, 16 }, { 7, 17 }, { 6, 67 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Linear_updates_follow_their_formula(int targets, int sources)
    {
        TestMatrix<double> from = new(targets, sources, "h"), to = new(targets, sources, "other");
        double[] b = Near.Vector<double>(targets, "b"), a1 = Near.Vector<double>(targets, "a1"), a2 = Near.Vector<double>(targets, "a2");
        double[] q1 = Near.Vector<double>(sources, "q1"), q2 = Near.Vector<double>(sources, "q2");
        foreach (double second in (double[])[0, 1])
        {
            double[,] expected = new double[targets, sources];
            for (int i = 0; i < targets; i++)
            {
                for (int j = 0; j < sources; j++)
                    expected[i, j] = b[i] * from[i, j] + a1[i] * q1[j] + second * a2[i] * q2[j];
            }
            TraceSweep.Update(from.Span, to.Span, second == 0 ? new TraceUpdate<double>(b, a1, q1) : new TraceUpdate<double>(b, a1, q1, a2, q2));
            to.AssertNear(expected, 1e-14, "H");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rules_follow_their_formulas_and_derivatives(int targets, int sources)
    {
        Follows(targets, sources, new HebbRule<double>(), (h, m, p, q) => (1 - m) * h + m * p * q);
        Follows(targets, sources, new OjaRule<double>(), (h, m, p, q) => h + m * p * (q - p * h));
        Follows(targets, sources, new AdditiveRule<double>(), (h, m, p, q) => h + m * p * q);
        Follows(targets, sources, new ClipRule<double>(0.5), (h, m, p, q) => Math.Clamp(h + m * p * q, -0.5, 0.5));
        Follows(targets, sources, new SoftClipRule<double>(), (h, m, p, q) => h + Math.Max(m * p * q, 0) * (1 - h) + Math.Min(m * p * q, 0) * (1 + h));
    }

    [Fact]
    public void Float_rules_agree_with_double()
    {
        const int Rows = 9, Columns = 35;
        TestMatrix<float> h = new(Rows, Columns, "h"), to = new(Rows, Columns, "to");
        float[] m = Near.Vector<float>(Rows, "m"), p = Near.Vector<float>(Rows, "p"), q = Near.Vector<float>(Columns, "q");
        double[,] expected = new double[Rows, Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                expected[i, j] = h[i, j] + m[i] * (double)p[i] * (q[j] - p[i] * h[i, j]);
        }
        TraceSweep.Update(h.Span, to.Span, new OjaRule<float>(), m, p, q);
        to.AssertNear(expected, 1e-6, "H");
    }

    [Fact]
    public void Clipped_traces_pass_the_gradient_at_the_bound_and_not_beyond()
    {
        double[] h = [0.5, 0.5, 0.5, -1], g = [1, 1, 1, 1], gate = [0], post = [0];
        double[] q = [0.5, 0.25, 0.75, 0];
        TraceSweepBackward.Back<double, ClipRule<double>>(new(h, 1, 4), new(g, 1, 4), new(1), [1], [1], q, gate, post, new double[4]);
        Assert.Equal([1, 1, 0, 1], g);
        Assert.Equal([0.75], gate);
        Assert.Equal([0.75], post);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int N = 700;
        Assert.Equal(Run(1), Run(3));

        static float[] Run(int threads)
        {
            TestMatrix<float> h = new(N, N, "h"), g = new(N, N, "g");
            float[] dm = new float[N], dp = new float[N], dq = new float[N];
            TraceSweepBackward.Back(
                h.Span, g.Span, new OjaRule<float>(), Near.Vector<float>(N, "m"), Near.Vector<float>(N, "p"), Near.Vector<float>(N, "q"), dm, dp, dq, threads);
            return [.. g.Data, .. dm, .. dp, .. dq];
        }
    }

    private delegate double Formula(double h, double m, double p, double q);

    private static void Follows<TRule>(int targets, int sources, TRule rule, Formula formula)
        where TRule : struct, ITraceRule<double>
    {
        string name = typeof(TRule).Name;
        TestMatrix<double> h = new(targets, sources, "h"), to = new(targets, sources, "to"), g = new(targets, sources, "g"), e = new(targets, sources, "e");
        double[] m = Near.Vector<double>(targets, "m"), p = Near.Vector<double>(targets, "p"), q = Near.Vector<double>(sources, "q");
        double[,] expected = new double[targets, sources], expectedEligible = new double[targets, sources];
        double[,] back = new double[targets, sources], eligibleBack = new double[targets, sources], de = new double[targets, sources];
        double[] dm = new double[targets], dp = new double[targets], dq = new double[sources], eligibleDm = new double[targets];
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
            {
                expected[i, j] = formula(h[i, j], m[i], p[i], q[j]);
                expectedEligible[i, j] = formula(h[i, j], m[i], 1, e[i, j]);
                back[i, j] = g[i, j] * Slope(x => formula(x, m[i], p[i], q[j]), h[i, j]);
                dm[i] += g[i, j] * Slope(x => formula(h[i, j], x, p[i], q[j]), m[i]);
                dp[i] += g[i, j] * Slope(x => formula(h[i, j], m[i], x, q[j]), p[i]);
                dq[j] += g[i, j] * Slope(x => formula(h[i, j], m[i], p[i], x), q[j]);
                eligibleBack[i, j] = g[i, j] * Slope(x => formula(x, m[i], 1, e[i, j]), h[i, j]);
                eligibleDm[i] += g[i, j] * Slope(x => formula(h[i, j], x, 1, e[i, j]), m[i]);
                de[i, j] = g[i, j] * Slope(x => formula(h[i, j], m[i], 1, x), e[i, j]);
            }
        }

        TraceSweep.Update(h.Span, to.Span, rule, m, p, q);
        to.AssertNear(expected, 1e-14, $"{name} H");
        TraceSweep.Update(h.Span, to.Span, rule, m, e.Span);
        to.AssertNear(expectedEligible, 1e-14, $"{name} H by eligibility");

        var gradient = g.Copy();
        double[] gate = new double[targets], post = new double[targets], pre = new double[sources];
        TraceSweepBackward.Back(h.Span, gradient.Span, rule, m, p, q, gate, post, pre);
        gradient.AssertNear(back, 1e-8, $"{name} dH");
        Near.Equal(dm, gate, 1e-8, $"{name} dm");
        Near.Equal(dp, post, 1e-8, $"{name} dp");
        Near.Equal(dq, pre, 1e-8, $"{name} dq");

        gradient = g.Copy();
        var eligibilityGradient = new TestMatrix<double>(targets, sources, "de");
        for (int i = 0; i < targets; i++)
        {
            for (int j = 0; j < sources; j++)
                eligibilityGradient[i, j] = 0;
        }
        gate.AsSpan().Clear();
        TraceSweepBackward.Back(h.Span, gradient.Span, rule, m, e.Span, gate, eligibilityGradient.Span);
        gradient.AssertNear(eligibleBack, 1e-8, $"{name} dH by eligibility");
        eligibilityGradient.AssertNear(de, 1e-8, $"{name} dE");
        Near.Equal(eligibleDm, gate, 1e-8, $"{name} dm by eligibility");
    }

    private static double Slope(Func<double, double> f, double x) => (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
}
