using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Outputs of single samples that have no target.</summary>
public class TargetMaskTests
{
    private const int Rows = 7, Outputs = 3;

    /// <summary>All rules but those of classes, which no squared error has.</summary>
    public static TheoryData<string> Rules() => [.. LearningRules.All.Where(r => r is not (ForwardForward or LocalErrorSignals)).Select(r => r.Name), "incremental"];

    /// <summary>Targets count from the first step.</summary>
    private static LearningRule Rule(string name) => name == "incremental" ? new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Every } : LearningRules.All.Single(r => r.Name == name) switch
    {
        DirectDifferenceTargetPropagation => new DirectDifferenceTargetPropagation { FeedbackOnlySteps = 0 },
        TargetPropagation => new TargetPropagation { InverseOnlySteps = 0 },
        var rule => rule,
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Target_of_a_free_output_makes_no_difference_or_the_rule_refuses(string name)
    {
        LearningRule rule = Rule(name);
        bool[] mask = [.. Enumerable.Range(0, Rows * Outputs).Select(i => i % 4 != 1)];
        double[] targets = Numbers("targets", Rows * Outputs), others = [.. targets.Select((t, i) => mask[i] ? t : double.NaN)];
        if (!rule.AllowsFreeOutputs)
        {
            Assert.Contains(rule.Name, Assert.Throws<ArgumentException>(() => After(rule, targets, mask)).Message);
            return;
        }
        double[] weights = After(rule, targets, mask);
        Assert.Equal(weights, After(rule, others, mask));
        Assert.All(weights, w => Assert.True(double.IsFinite(w)));
        Assert.NotEqual(weights, After(rule, targets, []));
        Assert.Equal(After(rule, targets, []), After(rule, targets, [.. mask.Select(_ => true)]));
    }

    [Fact]
    public void Synapses_of_an_output_that_is_always_free_stay_and_the_rest_learns_as_if_it_were_not_there()
    {
        bool[] mask = [.. Enumerable.Range(0, Rows * Outputs).Select(i => i % Outputs != 1)];
        foreach (LearningRule rule in (LearningRule[])[new Backpropagation(), new PredictiveCoding(), new PredictiveCoding { FuseSmallNetworks = false }, new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Every }])
        {
            using Network<double> before = Make(rule), after = Make(rule), without = new(Spec(2), rule, Initializer.Zeros, 5);
            foreach (int l in new[] { 1, 2 })
                before.Weights(l).Values.CopyTo(without.Weights(l).Values);
            double[] top = before.Weights(3).Values.ToArray(), targets = Numbers("targets", Rows * Outputs);
            int width = before.Weights(3).Columns;
            top.AsSpan(0, width).CopyTo(without.Weights(3).Values);
            top.AsSpan(2 * width).CopyTo(without.Weights(3).Values[width..]);
            Learn(after, rule, targets, mask);
            Learn(without, rule, [.. targets.Where((_, i) => mask[i])], []);
            Assert.Equal(top[width..(2 * width)], after.Weights(3).Values.Slice(width, width).ToArray());
            Assert.Equal(0, after.Biases(3).Values[1]);
            for (int l = 1; l <= 2; l++)
            {
                foreach ((double got, double want) in after.Weights(l).Values.ToArray().Zip(without.Weights(l).Values.ToArray()))
                    Assert.Equal(want, got, 1e-12);
            }
        }
    }

    [Fact]
    public void Samples_carry_the_mask_of_the_rows_that_are_taken()
    {
        bool[] mask = [.. Enumerable.Range(0, Rows * Outputs).Select(i => i % 5 != 0)];
        double[] inputs = Numbers("inputs", Rows * 4), targets = Numbers("targets", Rows * Outputs);
        Samples<double> samples = Samples<double>.OfTargets(inputs, targets, Rows).WithTargetMask(mask);
        Backpropagation rule = new();
        using Network<double> one = Make(rule), other = Make(rule), third = Make(rule);
        int[] rows = [5, 1, 2];
        using NetworkTrainer<double> a = new(one, rule, OptimizerSettings.Sgd(0.5), Rows), b = new(other, rule, OptimizerSettings.Sgd(0.5), Rows), c = new(third, rule, OptimizerSettings.Sgd(0.5), Rows);
        a.Step(samples, rows);
        b.Step(Taken(inputs, 4), Taken(targets, Outputs), targetMask: Taken(mask, Outputs));
        c.Step(samples.Take(rows), [0, 1, 2]);
        Assert.Equal(one.Weights(1).Values.ToArray(), other.Weights(1).Values.ToArray());
        Assert.Equal(one.Weights(1).Values.ToArray(), third.Weights(1).Values.ToArray());
        Assert.Equal(a.Evaluate(samples).Loss, a.Evaluate(Samples<double>.OfTargets(inputs, targets.Select((t, i) => mask[i] ? t : 1e6).ToArray(), Rows).WithTargetMask(mask)).Loss);

        TItem[] Taken<TItem>(TItem[] from, int width) => [.. rows.SelectMany(r => from[(r * width)..((r + 1) * width)])];
    }

    [Fact]
    public void Mask_that_does_not_fit_is_refused_in_words()
    {
        Assert.Contains("20 entries", Assert.Throws<ArgumentException>(() => Samples<double>.OfTargets(new double[8], new double[6], 2).WithTargetMask(new bool[20])).Message);
        Backpropagation rule = new();
        using Network<double> network = Make(rule);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), 2);
        Assert.Contains("5 entries", Assert.Throws<ArgumentException>(() => trainer.Step(new double[8], new double[6], targetMask: new bool[5])).Message);
        using Network<double> classes = new(NetworkSpec.Perceptron(4, [5], Outputs, Activation.Tanh, OutputHead.SoftmaxCrossEntropy), rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<double> teacher = new(classes, rule, OptimizerSettings.Sgd(0.1), 2);
        Assert.Contains("SoftmaxCrossEntropy", Assert.Throws<ArgumentException>(() => teacher.Step(new double[8], new double[6], targetMask: new bool[6])).Message);
    }

    [Fact]
    public void Mask_is_forgotten_with_the_next_rows()
    {
        Backpropagation rule = new();
        using Network<double> one = Make(rule), other = Make(rule);
        using NetworkTrainer<double> masked = new(one, rule, OptimizerSettings.Sgd(0.1), Rows), plain = new(other, rule, OptimizerSettings.Sgd(0.1), Rows);
        double[] inputs = Numbers("inputs", Rows * 4), targets = Numbers("targets", Rows * Outputs);
        masked.Step(inputs, targets, targetMask: new bool[Rows * Outputs]);
        masked.Step(inputs, targets);
        plain.Step(inputs, targets);
        Assert.Equal(other.Weights(1).Values.ToArray(), one.Weights(1).Values.ToArray());
    }

    private static double[] After(LearningRule rule, double[] targets, bool[] mask)
    {
        using Network<double> network = Make(rule);
        Learn(network, rule, targets, mask);
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static void Learn(Network<double> network, LearningRule rule, double[] targets, bool[] mask)
    {
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), Rows);
        for (int i = 0; i < 3; i++)
            trainer.Step(Numbers("inputs", Rows * 4), targets, targetMask: mask);
    }

    private static Network<double> Make(LearningRule rule) => new(Spec(Outputs, rule is BurstDependentPlasticity ? OutputHead.SigmoidSquaredError : null), rule, Initializer.GlorotUniform, 5);

    private static NetworkSpec Spec(int outputs, OutputHead? head = null) => NetworkSpec.Perceptron(4, [6, 5], outputs, Activation.Sigmoid, head ?? OutputHead.LinearSquaredError);

    private static double[] Numbers(string name, int count)
    {
        double[] numbers = new double[count];
        new RandomStream(2, name).FillUniform<double>(numbers, 0, 1);
        return numbers;
    }
}
