using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tests.Linear;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Elementwise;

/// <summary>Steps of gradient 0, many at once.</summary>
[EveryWidth]
public class MissedStepsTests
{
    private const int Length = 75;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(9, false)]
    [InlineData(9, true)]
    public void Repeat_makes_the_bits_of_single_steps(int steps, bool keeps)
    {
        Adam<float>[] adam = [.. Enumerable.Range(1, steps).Select(s => Adam<float>.DecoupledDecay(0.01 / s, 0.1, s + 3))];
        Momentum<float>[] momentum = [.. Enumerable.Range(1, steps).Select(s => new Momentum<float>(0.1f / s, 0.9f, nesterov: s % 2 == 0))];
        RmsProp<float>[] rms = [.. Enumerable.Range(1, steps).Select(s => new RmsProp<float>(0.1f / s, 0.99f, 1e-8f))];
        GradientDescent<float>[] descent = [.. Enumerable.Range(1, steps).Select(s => new GradientDescent<float>(0.1f / s, float.PositiveInfinity))];
        float[] keep = keeps ? [.. Enumerable.Range(1, steps).Select(s => 1 - (0.01f * s))] : [];
        foreach (float penalty in new[] { 0f, 0.05f })
        {
            Check(adam);
            Check(momentum);
            Check(rms);
            Check(descent);

            void Check<TRule>(TRule[] rules)
                where TRule : unmanaged, IOptimizerRule<float>
            {
                float[] p = Reference.Numbers<float>(Length, "p"), m = TRule.States >= 1 ? Reference.Numbers<float>(Length, "m") : [], v = TRule.States >= 2 ? Positive("v") : [];
                if (TRule.States == 1)
                    m = Positive("v");
                float[] p2 = [.. p], m2 = [.. m], v2 = [.. v];
                OptimizerSweep.Repeat<float, TRule>(rules, keep, p, m, v, penalty);
                for (int s = 0; s < rules.Length; s++)
                {
                    for (int i = 0; i < Length && keeps; i++)
                        p2[i] *= keep[s];
                    OptimizerSweep.Step(rules[s], p2, new float[Length], m2, v2, penalty);
                }
                Assert.Equal(p2, p);
                Assert.Equal(m2, m);
                Assert.Equal(v2, v);
            }
        }
    }

    /// <summary>
    /// Against the published steps in double, one by one. Where second moments are far below ε, steps are made one by one in float, too, and
    /// each is rounded.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 0, false, 4)]
    [InlineData(1, 30, 0, false, 4)]
    [InlineData(400, 1, 0, false, 6)]
    [InlineData(400, 31, 0, false, 6)]
    [InlineData(5000, 180, 0, false, 7)]
    [InlineData(5000, 180, 0, false, 13)]
    [InlineData(1, 30, 0, false, 13)]
    [InlineData(400, 60, 0.5, false, 7)]
    [InlineData(400, 60, 0.5, true, 13)]
    public void Coasting_ends_where_single_steps_end(int begin, int steps, double weightDecay, bool keeps, int scales)
    {
        const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        double Rate(int j) => 0.01 / (1 + (0.01 * j));
        double Keep(int j) => keeps ? 1 - (0.001 * j) : 1;
        float[] p = Reference.Numbers<float>(Length, "p"), m = Reference.Numbers<float>(Length, "m"), v = Positive("v");
        for (int i = 0; i < Length; i++)
        {
            float scale = MathF.Pow(10, -(i % scales));
            m[i] *= scale;
            v[i] *= scale * scale;
            if (i % 17 == 3)
                (m[i], v[i]) = (0, i % 2 == 0 ? 0 : v[i]);
        }
        double[] expected = new double[Length], way = new double[Length];
        for (int i = 0; i < Length; i++)
        {
            double pi = p[i], mi = m[i], vi = v[i];
            for (int j = 1; j <= steps; j++)
            {
                mi *= beta1;
                vi *= beta2;
                double step = Rate(j) * (mi / (1 - Math.Pow(beta1, begin + j))) / (Math.Sqrt(vi / (1 - Math.Pow(beta2, begin + j))) + epsilon);
                pi = (Keep(j) * (1 - (Rate(j) * weightDecay)) * pi) - step;
                way[i] += Math.Abs(step);
            }
            expected[i] = pi;
        }

        double w = 0, we = 0, wee = 0, kept = 1;
        for (int j = steps; j >= 1; j--)
        {
            double c1 = 1 / (1 - Math.Pow(beta1, begin + j)), c2 = 1 / (1 - Math.Pow(beta2, begin + j));
            double weight = Rate(j) * c1 / Math.Sqrt(c2) * Math.Pow(beta1 / Math.Sqrt(beta2), j) * kept, e = epsilon / Math.Sqrt(c2) / Math.Pow(beta2, j / 2.0);
            (w, we, wee) = (w + weight, we + (weight * e), wee + (weight * e * e));
            kept *= Keep(j) * (1 - (Rate(j) * weightDecay));
        }
        AdamCoast coast = new()
        {
            Way = w,
            Shift = we / w,
            Spread = Math.Max(0, (wee / w) - (we / w * (we / w))),
            Kept = kept,
            Decay1 = Math.Pow(beta1, steps),
            Decay2 = Math.Pow(beta2, steps),
        };
        Adam<float>[] rules = [.. Enumerable.Range(1, steps).Select(j => Adam<float>.DecoupledDecay(Rate(j), weightDecay, begin + j, beta1, beta2, epsilon))];
        float[] keep = keeps ? [.. Enumerable.Range(1, steps).Select(j => (float)Keep(j))] : [];
        float[] m2 = [.. m], v2 = [.. v];
        coast.Run(rules, keep, p, m2, v2);
        for (int i = 0; i < Length; i++)
        {
            double tolerance = (1e-6 * way[i]) + (1e-7 * (scales > 7 ? steps : 1) * Math.Max(1, Math.Abs(expected[i])));
            Assert.True(Math.Abs(expected[i] - p[i]) <= tolerance, $"{i}: {p[i]:R}, expected {expected[i]:R}, m {m[i]}, v {v[i]}");
            Assert.Equal(m[i] * Math.Pow(beta1, steps), m2[i], Math.Abs(m[i]) * 1e-5);
            Assert.Equal(v[i] * Math.Pow(beta2, steps), v2[i], v[i] * 1e-4);
        }
    }

    private static float[] Positive(string name) => [.. Reference.Numbers<float>(Length, name).Select(x => (x * x) + 1e-3f)];
}
