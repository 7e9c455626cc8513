using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>When gates are drawn, for whom they hold, and when they do not.</summary>
public sealed class GatingTests
{
    private static readonly LayerSpec[] Plain = [new Dense(40, Activation.Sigmoid), new Dense(3)];
    private static readonly LayerSpec[] Dropped = [new Dense(40, Activation.Sigmoid), new Dropout(0.25), new Dense(3)];

    [Fact]
    public void Gates_are_drawn_once_a_step_for_all_its_phases_and_anew_for_the_next()
    {
        using RuleBench<double> bench = Bench(Dropped);
        bench.Step.Forward();
        double[] first = Gates(bench.Step, bench.Step.Clean);
        foreach (string name in new[] { "noisy", "free" })
        {
            Phase<double> phase = bench.Step.Phase(name);
            bench.Step.Forward(phase);
            Assert.Equal(first, Gates(bench.Step, phase));
        }
        bench.Begin();
        bench.Step.Forward();
        Assert.NotEqual(first, Gates(bench.Step, bench.Step.Clean));
        Assert.NotEqual(first[..40], first[40..]);
    }

    [Fact]
    public void Silent_units_are_the_share_asked_for_and_the_others_make_up_for_them()
    {
        using RuleBench<double> bench = Bench(Dropped);
        int silent = 0, all = 0;
        for (int step = 0; step < 50; step++)
        {
            bench.Begin();
            bench.Step.Forward();
            double[] gates = Gates(bench.Step, bench.Step.Clean);
            Assert.All(gates, g => Assert.True(g == 0 || Math.Abs(g - (1 / 0.75)) < 1e-12, $"a gate is {g}"));
            silent += gates.Count(g => g == 0);
            all += gates.Length;
        }
        // 4,000 draws: four deviations of a share of a quarter are 0.027.
        Assert.Equal(0.25, silent / (double)all, 0.028);
    }

    [Fact]
    public void Predictions_use_all_units_and_draw_nothing()
    {
        Backpropagation rule = new();
        double[] features = [.. Enumerable.Range(0, 8).Select(i => Math.Sin(i))], targets = [1, 0, 0, 0, 0, 1];
        using Network<double> plain = new(Spec(Plain), rule, Initializer.GlorotUniform, 1), dropped = new(Spec(Dropped), rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<double> a = new(plain, rule, OptimizerSettings.Sgd(0.1), 2), b = new(dropped, rule, OptimizerSettings.Sgd(0.1), 2);
        double[] prediction = a.Predict(features).Span.ToArray();
        Assert.Equal(prediction, b.Predict(features).Span.ToArray());
        b.Step(features, targets);
        Assert.NotEqual(prediction, b.Context.Clean.Units(2).Span.ToArray());
        double[] after = b.Predict(features).Span.ToArray();
        Assert.Equal(after, b.Predict(features).Span.ToArray());
        Samples<double> samples = Samples<double>.OfTargets(features, targets, 2);
        Assert.Equal(b.Evaluate(samples).Loss, b.Evaluate(samples).Loss);
    }

    [Fact]
    public void Gating_is_asked_once_a_step_however_many_phases_read_it()
    {
        Halved halved = new(true);
        using RuleBench<double> bench = Bench([new Dense(40, Activation.Sigmoid), halved, new Dense(3)]);
        bench.Step.Forward();
        bench.Step.Forward(bench.Step.Phase("free"));
        bench.Rule.ComputeCredit(bench.Step);
        Assert.Equal(1, halved.Asked);
        bench.Begin();
        bench.Rule.ComputeCredit(bench.Step);
        Assert.Equal(2, halved.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gating_says_itself_whether_it_holds_in_predictions(bool inPrediction)
    {
        using RuleBench<double> bench = Bench([new Dense(40, Activation.Sigmoid), new Halved(inPrediction), new Dense(3)]);
        bench.Step.Forward();
        Assert.All(Gates(bench.Step, bench.Step.Clean), g => Assert.Equal(0.5, g, 1e-12));
        bench.Step.Observe(bench.Step.Input, bench.Step.Target);
        bench.Step.Forward();
        Assert.All(Gates(bench.Step, bench.Step.Clean), g => Assert.Equal(inPrediction ? 0.5 : 1, g, 1e-12));
    }

    private static NetworkSpec Spec(LayerSpec[] layers) => new(new TensorShape(4), layers, OutputHead.SoftmaxCrossEntropy);

    private static RuleBench<double> Bench(LayerSpec[] layers) =>
        new(Spec(layers), new Backpropagation(), [.. Enumerable.Range(0, 8).Select(i => Math.Sin(i))], [1, 0, 0, 0, 0, 1], 2);

    /// <summary>What readers see over what the units are; sigmoids are never 0.</summary>
    private static double[] Gates(LearningContext<double> step, Phase<double> phase)
    {
        Assert.Equal(80, phase.Activity(1).Span.Length);
        Assert.Equal(2, step.Depth);
        return [.. phase.Activity(1).Span.ToArray().Zip(phase.Units(1).Span.ToArray(), (h, y) => h / y)];
    }

    private sealed record Halved(bool InPrediction) : LayerSpec
    {
        public int Asked { get; private set; }

        public override LayerParts Resolve(TensorShape input) => new() { Gating = new HalvedGating(this) };

        private sealed class HalvedGating(Halved halved) : Gating
        {
            public override bool InPrediction => halved.InPrediction;

            public override void Fill<T>(LearningContext<T> step, int layer, Signal<T> gates)
            {
                halved.Asked++;
                gates.Span.Fill(T.CreateChecked(0.5));
            }
        }
    }
}
