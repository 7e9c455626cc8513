using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Rules without a backward pass: forward-forward, PEPITA and burst-dependent plasticity against their files.</summary>
public class LocalRuleFixtureTests
{
    private const double Tolerance = 1e-11;

    public static TheoryData<string, int> ForwardForwardCases() => CreditFixture.Cases("forward_forward*.json");

    public static TheoryData<string, int> PepitaCases() => CreditFixture.Cases("pepita*.json");

    public static TheoryData<string, int> BurstCases() => CreditFixture.Cases("burstprop*.json");

    [Theory]
    [MemberData(nameof(ForwardForwardCases))]
    public unsafe void Forward_forward_on_fixture_gives_goodness_and_gradients_of_every_layer(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        int[] units = [.. f.At("inputs/W").EnumerateArray().Select(w => w.GetArrayLength())];
        int features = f.Shape("inputs/X_pos")[1], batch = f.Shape("inputs/X_pos")[0];
        NetworkSpec spec = NetworkSpec.Perceptron(features, units, 2, Activation.ReLU, OutputHead.SoftmaxCrossEntropy);
        ForwardForward rule = new() { Goodness = f.At("inputs/goodness").GetString()!.StartsWith("mean", StringComparison.Ordinal) ? Goodness.MeanOfSquares : Goodness.SumOfSquares };
        using RuleBench<double> bench = new(spec, rule, new double[batch * features], new double[batch * 2], batch);
        Phase<double> positive = bench.Step.Phase("positive"), negative = bench.Step.Phase("negative");
        fixed (double* right = f.Numbers("inputs/X_pos"), wrong = f.Numbers("inputs/X_neg"))
        {
            positive.Input = new Signal<double>(right, batch, features);
            negative.Input = new Signal<double>(wrong, batch, features);
            for (int l = 1; l <= units.Length; l++)
            {
                bench.Set(bench.Network.Weights(l), f.Layers("inputs/W")[l - 1]);
                bench.Set(bench.Network.Biases(l), f.Layers("inputs/b")[l - 1]);
            }
            rule.Pass(bench.Step, positive, default);
            rule.Pass(bench.Step, negative, default);
            for (int l = 1; l <= units.Length; l++)
            {
                string at = $"expected/layers/{l - 1}";
                Close.To<double>(f.Numbers($"{at}/h_pos"), positive.Units(l).Span, Tolerance, $"h_pos {l}");
                Close.To<double>(f.Numbers($"{at}/h_neg"), negative.Units(l).Span, Tolerance, $"h_neg {l}");
                Close.To<double>(f.Numbers($"{at}/goodness_pos"), Goodnesses(rule, positive.Units(l)), Tolerance, $"goodness_pos {l}");
                Close.To<double>(f.Numbers($"{at}/goodness_neg"), Goodnesses(rule, negative.Units(l)), Tolerance, $"goodness_neg {l}");
                Assert.Equal(f.Number($"{at}/theta"), rule.ThresholdOf(units[l - 1]));
                rule.LearnGoodness(bench.Step, l, positive, negative);
                Close.To(f.Numbers($"{at}/grad_W"), bench.Step.GradientOf(bench.Network.Weights(l)), Tolerance, $"grad_W_{l}");
                Close.To(f.Numbers($"{at}/grad_b"), bench.Step.GradientOf(bench.Network.Biases(l)), Tolerance, $"grad_b_{l}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(PepitaCases))]
    public void Pepita_on_fixture_gives_its_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        foreach (bool second in new[] { true, false })
        {
            using RuleBench<double> bench = RuleBench<double>.For(f, new Pepita { SecondPassError = second }, f.Perceptron("relu", "softmax_ce"));
            bench.SetSide("F", 1, Transposed(f.Numbers("inputs/F"), f.Shape("inputs/F")[1]));
            bench.Credit();
            Phase<double> modulated = bench.Step.Phase("modulated");
            for (int l = 1; l <= bench.Step.Depth; l++)
            {
                Close.To<double>(f.Layers("expected/activations_pass1")[l - 1], bench.Step.Clean.Units(l).Span, Tolerance, $"h_{l}");
                Close.To<double>(f.Layers("expected/activations_pass2")[l - 1], modulated.Units(l).Span, Tolerance, $"h'_{l}");
                double[] want = l == bench.Step.Depth && !second
                    ? f.Numbers("expected/grad_W_last_layer_using_pass1_error")
                    : f.Layers("expected/grad_W_repo_convention")[l - 1];
                Close.To(want, bench.Step.GradientOf(bench.Network.Weights(l)), Tolerance, $"grad_W_{l}");
            }
        }
    }

    [Fact]
    public void Dropout_of_pepita_silences_the_same_units_in_both_passes_and_none_in_predictions()
    {
        const int Batch = 50, Hidden = 40;
        NetworkSpec spec = NetworkSpec.Perceptron(3, [Hidden], 2, Activation.Sigmoid, OutputHead.SoftmaxCrossEntropy);
        double[] input = [.. Enumerable.Range(0, Batch * 3).Select(i => Math.Sin(i))];
        double[] target = [.. Enumerable.Range(0, Batch * 2).Select(i => i % 2 == i / 2 % 2 ? 1.0 : 0)];
        using RuleBench<double> bench = new(spec, new Pepita { Dropout = 0.25 }, input, target, Batch);
        bench.Step.Forward();
        double[] whole = bench.Step.Clean.Units(1).Span.ToArray();
        bench.Credit();
        double[] first = bench.Step.Clean.Units(1).Span.ToArray(), second = bench.Step.Phase("modulated").Units(1).Span.ToArray();
        Assert.InRange(first.Count(h => h == 0) / (double)first.Length, 0.2, 0.3);
        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(first[i] == 0, second[i] == 0);
            Assert.Equal(first[i] == 0 ? 0 : whole[i] / 0.75, first[i], 12);
        }
        Assert.NotEqual(first, second);
        bench.Rule.Predict(bench.Step);
        Assert.Equal(whole, bench.Step.Clean.Units(1).Span.ToArray());
    }

    [Fact]
    public void Readout_of_forward_forward_learns_at_the_rate_of_the_output_layer_from_every_layer()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(2, [3, 4, 5], 2, Activation.ReLU, OutputHead.SoftmaxCrossEntropy);
        using RuleBench<double> bench = new(spec, new ForwardForward(), [0.5, 1], [1, 0], 1);
        bench.Network.Weights(4).LearningRateScale = 10;
        bench.Credit();
        Assert.Equal(10, bench.Network.Side("R", 2).LearningRateScale);
        Assert.Equal(1, bench.Network.Side("U", 1).LearningRateScale);
    }

    [Theory]
    [MemberData(nameof(BurstCases))]
    public void Burst_dependent_plasticity_on_fixture_gives_bursts_and_gradients(string file, int index)
    {
        CreditFixture f = CreditFixture.Load(file, index);
        BurstDependentPlasticity rule = new() { BaselineBurstProbability = f.Number("inputs/p_baseline") };
        using RuleBench<double> bench = RuleBench<double>.For(f, rule, f.Perceptron("sigmoid", "sigmoid_mse"));
        for (int l = 2; l <= bench.Step.Depth; l++)
            bench.SetSide("Y", l, f.Layers("inputs/Y_feedback_from_layer_2_up")[l - 2]);
        bench.Credit();
        for (int l = 1; l <= bench.Step.Depth; l++)
        {
            Close.To<double>(f.Layers("expected/event_rates")[l - 1], bench.Step.Clean.Units(l).Span, Tolerance, $"e_{l}");
            Close.To<double>(f.Layers("expected/burst_probability_no_teacher")[l - 1], BurstDependentPlasticity.Burst(bench.Step, "p", l).Span, Tolerance, $"p_{l}");
            Close.To<double>(f.Layers("expected/burst_probability_teacher")[l - 1], BurstDependentPlasticity.Burst(bench.Step, "p with teacher", l).Span, Tolerance, $"p^_{l}");
            Close.To<double>(f.Layers("expected/delta")[l - 1], bench.Step.Delta(l).Span, Tolerance, $"delta_{l}");
            Close.To(Mean(f.Layers("expected/grad_W_sum_over_batch")[l - 1]), bench.Step.GradientOf(bench.Network.Weights(l)), Tolerance, $"grad_W_{l}");
            Close.To(Mean(f.Layers("expected/grad_b_sum_over_batch")[l - 1]), bench.Step.GradientOf(bench.Network.Biases(l)), Tolerance, $"grad_b_{l}");
        }

        double[] Mean(double[] sum) => [.. sum.Select(v => v / bench.Step.Batch)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Wrong_label_of_forward_forward_is_never_the_right_one(int outputs)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(2, [3], outputs, Activation.ReLU, outputs == 1 ? OutputHead.SigmoidCrossEntropy : OutputHead.SoftmaxCrossEntropy);
        const int Batch = 400;
        double[] targets = new double[Batch * outputs];
        for (int b = 0; b < Batch; b++)
            targets[outputs == 1 ? b : (b * outputs) + (b % outputs)] = outputs == 1 ? b % 2 : 1;
        using RuleBench<double> bench = new(spec, new ForwardForward(), new double[Batch * 2], targets, Batch);
        bench.Credit();
        int classes = Math.Max(2, outputs);
        Signal<double> right = bench.Step.Scratch("label", 1, classes), wrong = bench.Step.Scratch("wrong label", 1, classes);
        int[] seen = new int[classes];
        for (int b = 0; b < Batch; b++)
        {
            int at = wrong.Row(b).IndexOf(1.0);
            seen[at]++;
            Assert.Equal(b % classes, right.Row(b).IndexOf(1.0));
            Assert.NotEqual(b % classes, at);
        }
        Assert.All(seen, n => Assert.True(n > Batch / classes / 2, $"class drawn {n} times"));
    }

    private static double[] Goodnesses(ForwardForward rule, Signal<double> activities)
    {
        double[] all = new double[activities.Batch];
        for (int b = 0; b < all.Length; b++)
            all[b] = rule.GoodnessOf<double>(activities.Row(b));
        return all;
    }

    private static double[] Transposed(double[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        double[] transposed = new double[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            transposed[((i % columns) * rows) + (i / columns)] = matrix[i];
        return transposed;
    }
}
