using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Elementwise;

/// <summary>Each optimizer against its textbook formula, one parameter at a time in double precision.</summary>
[EveryWidth]
public sealed class OptimizerTests
{
    private const int Steps = 7;

    [Fact]
    public void Gradient_descent_clips_each_step()
    {
        Follows(_ => new GradientDescent<double>(0.1, double.PositiveInfinity), 0, (p, g, _, _) => p - 0.1 * g);
        Follows(_ => new GradientDescent<double>(0.1, 0.05), 0, (p, g, _, _) => p - Math.Clamp(0.1 * g, -0.05, 0.05));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(200)]
    public void Unbounded_descent_has_the_bits_of_one_whose_bound_is_never_met(int count)
    {
        float[] unbounded = [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))], bounded = [.. unbounded], gradient = [.. Enumerable.Range(0, count).Select(i => MathF.Cos(i * 3))];
        OptimizerSweep.Step(new GradientDescent<float>(0.037f, float.PositiveInfinity), unbounded, gradient, [], [], 0);
        OptimizerSweep.Step(new GradientDescent<float>(0.037f, float.MaxValue), bounded, gradient, [], [], 0);
        Assert.Equal(bounded, unbounded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_follows_its_formula(bool nesterov) =>
        Follows(_ => new Momentum<double>(0.1, 0.9, nesterov), 1, (p, g, s, _) =>
        {
            s[0] = 0.9 * s[0] + g;
            return p - 0.1 * (nesterov ? g + 0.9 * s[0] : s[0]);
        });

    [Fact]
    public void RmsProp_follows_its_formula() =>
        Follows(_ => new RmsProp<double>(0.01, 0.99, 1e-8), 1, (p, g, s, _) =>
        {
            s[0] = 0.99 * s[0] + 0.01 * g * g;
            return p - 0.01 * g / (Math.Sqrt(s[0]) + 1e-8);
        });

    [Fact]
    public void Adam_and_its_relatives_follow_their_formulas()
    {
        Follows(t => Adam<double>.Standard(0.01, t), 2, (p, g, s, t) => AdamStep(p, g, s, t, 0.999, 0));
        Follows(t => Adam<double>.DecoupledDecay(0.01, 0.1, t), 2, (p, g, s, t) => AdamStep(p, g, s, t, 0.999, 0.1));
        Follows(t => Adam<double>.AsCoded(0.01, t), 2, (p, g, s, t) => AdamStep(p, g, s, t, 0.9, 0));
    }

    [Fact]
    public void Clipped_RmsProp_fills_its_mean_square_at_first() =>
        Follows(t => new ClippedRmsProp<double>(0.03, 0.02, t == 1), 1, (p, g, s, t) =>
        {
            s[0] += (t == 1 ? 1 : 0.01) * (g * g - s[0]);
            return p - Math.Clamp(0.03 * g / Math.Sqrt(s[0] + 1e-8), -0.02, 0.02);
        });

    [Fact]
    public void Weight_decay_enters_through_the_gradient()
    {
        double[] p = [2, -4];
        OptimizerSweep.Step(new GradientDescent<double>(0.5, double.PositiveInfinity), p, [1, 1], [], [], 0.1);
        Assert.Equal([2 - 0.5 * 1.2, -4 - 0.5 * 0.6], p);
    }

    [Fact]
    public void Shrinkage_pulls_to_zero_and_leaves_zero()
    {
        double[] p = [2, -4, 0, 1, 1, 1, 1, 1, -1];
        WeightShrinkage.Apply(p, 0.5, 0.1);
        Assert.Equal([2 - 0.7, -4 + 0.9, 0, 0.4, 0.4, 0.4, 0.4, 0.4, -0.4], p);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(100)]
    public void Every_length_moves_every_parameter_and_nothing_behind(int length)
    {
        float[] p = new float[length + 1], g = new float[length], m = new float[length + 1], v = new float[length + 1];
        g.AsSpan().Fill(3);
        p[length] = m[length] = v[length] = 42;
        OptimizerSweep.Step(Adam<float>.Standard(0.25, 1), p.AsSpan(0, length), g, m.AsSpan(0, length), v.AsSpan(0, length), 0);
        for (int i = 0; i < length; i++)
            Assert.Equal(-0.25f, p[i], 1e-5f);
        Assert.Equal([42, 42, 42], new[] { p[length], m[length], v[length] });
    }

    [Fact]
    public void States_that_the_rule_does_not_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => OptimizerSweep.Step(Adam<float>.Standard(0.1, 1), new float[4], new float[4], new float[4], [], 0));
        Assert.Throws<ArgumentException>(() => OptimizerSweep.Step(new RmsProp<float>(0.1f, 0.9f, 0), new float[4], new float[4], new float[4], new float[4], 0));
    }

    private static double AdamStep(double p, double g, double[] s, int t, double decay2, double weightDecay)
    {
        s[0] = 0.9 * s[0] + 0.1 * g;
        s[1] = decay2 * s[1] + 0.001 * g * g;
        double step = 0.01 * (s[0] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(s[1] / (1 - Math.Pow(0.999, t))) + 1e-8);
        return p - 0.01 * weightDecay * p - step;
    }

    private delegate double Formula(double parameter, double gradient, double[] states, int step);

    // Runs several steps with other gradients each, 21 parameters so that whole vectors and remainders take part.
    private static void Follows<TRule>(Func<int, TRule> rule, int states, Formula formula)
        where TRule : struct, IOptimizerRule<double>
    {
        const int Length = 21;
        var random = new System.Random(5);
        double[] p = [.. Enumerable.Range(0, Length).Select(_ => random.NextDouble() * 2 - 1)], expected = [.. p];
        double[] first = new double[states >= 1 ? Length : 0], second = new double[states >= 2 ? Length : 0];
        double[][] expectedStates = [.. Enumerable.Range(0, Length).Select(_ => new double[2])];
        for (int t = 1; t <= Steps; t++)
        {
            double[] g = [.. Enumerable.Range(0, Length).Select(_ => random.NextDouble() * 4 - 2)];
            OptimizerSweep.Step(rule(t), p, g, first, second, 0);
            for (int i = 0; i < Length; i++)
            {
                expected[i] = formula(expected[i], g[i], expectedStates[i], t);
                Assert.Equal(expected[i], p[i], 1e-13);
            }
        }
    }
}
