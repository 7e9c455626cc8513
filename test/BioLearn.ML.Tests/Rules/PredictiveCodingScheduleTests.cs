using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>When the weights of predictive coding move, and where its activities begin.</summary>
public class PredictiveCodingScheduleTests
{
    private const int Batch = 3, Steps = 6;

    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(4, [5, 6], 2, Activation.Tanh, OutputHead.LinearSquaredError);

    private static readonly NetworkSpec Pooled = new(
        new TensorShape(1, 4, 4), [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(2, 2), new Dense(2, Activation.Linear)], OutputHead.LinearSquaredError);

    [Theory]
    [InlineData(WeightUpdateSchedule.Every, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(WeightUpdateSchedule.LastHalf, new[] { 3, 4, 5 })]
    [InlineData(WeightUpdateSchedule.Last, new[] { 5 })]
    public void Listed_steps_are_the_schedule_that_names_them(WeightUpdateSchedule schedule, int[] steps)
    {
        double[] named = Learned(new PredictiveCoding { InferenceSteps = Steps, WeightUpdates = schedule });
        double[] listed = Learned(new PredictiveCoding { InferenceSteps = Steps, WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = steps });
        Assert.All(named.Zip(listed), w => Assert.Equal(w.First, w.Second, 1e-12));
    }

    [Fact]
    public void Weights_move_at_listed_steps_and_no_later()
    {
        double[] early = Learned(new PredictiveCoding { InferenceSteps = Steps, RateDiscount = 1, WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [2] });
        Assert.Equal(early, Learned(new PredictiveCoding { InferenceSteps = Steps + 5, RateDiscount = 1, WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [2] }));
        double[] last = Learned(new PredictiveCoding { InferenceSteps = 3, RateDiscount = 1 });
        Assert.All(early.Zip(last), w => Assert.Equal(w.First, w.Second, 1e-12));
        Assert.NotEqual(early, Learned(new PredictiveCoding { InferenceSteps = Steps, RateDiscount = 1, WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [2, 4] }));
    }

    [Fact]
    public void Kept_activities_go_on_where_they_stopped()
    {
        foreach (NetworkSpec spec in new[] { Spec, Pooled })
        {
            foreach (ValueNodePosition position in Enum.GetValues<ValueNodePosition>())
            {
                using RuleBench<double> kept = Bench(spec, new PredictiveCoding { InferenceSteps = Steps, RateDiscount = 1, KeepActivities = true, NodePosition = position });
                using RuleBench<double> once = Bench(spec, new PredictiveCoding { InferenceSteps = 3 * Steps, RateDiscount = 1, NodePosition = position });
                for (int batch = 0; batch < 3; batch++)
                {
                    if (batch > 0)
                        kept.Begin();
                    kept.Credit(); // nothing is applied: the weights stay
                }
                once.Credit();
                foreach ((Parameter<double> of, Parameter<double> other) in kept.Network.Parameters.Zip(once.Network.Parameters))
                    Close.To<double>(once.Step.GradientOf(other).ToArray(), kept.Step.GradientOf(of), 1e-12, $"{position} {of}");
            }
        }
    }

    [Fact]
    public void Momentum_of_activities_is_the_recursion_that_its_doc_says()
    {
        // One hidden layer, linear: ∂E/∂x = (x − μ₁) + (x W₂' − t) W₂.
        NetworkSpec spec = NetworkSpec.Perceptron(4, [5], 2, Activation.Linear, OutputHead.LinearSquaredError);
        using RuleBench<double> bench = Bench(spec, new PredictiveCoding { InferenceSteps = Steps, RateDiscount = 1, InferenceRate = .1, InferenceMomentum = .5 });
        bench.Credit();
        double[] w = bench.Network.Weights(2).Values.ToArray();
        for (int b = 0; b < Batch; b++)
        {
            double[] mu = Hidden(b), x = [.. mu], velocity = new double[5], target = bench.Step.Target.Row(b).ToArray();
            for (int t = 1; t < Steps; t++)
            {
                double[] error = [.. Enumerable.Range(0, 2).Select(o => Enumerable.Range(0, 5).Sum(i => w[(o * 5) + i] * x[i]) - target[o])];
                double[] slope = [.. Enumerable.Range(0, 5).Select(i => x[i] - mu[i] + (w[i] * error[0]) + (w[5 + i] * error[1]))];
                for (int i = 0; i < 5; i++)
                    x[i] -= .1 * (velocity[i] = (.5 * velocity[i]) + slope[i]);
            }
            Close.To<double>(x, bench.Step.Scratch(PredictiveCoding.Activities, 1, 5).Row(b), 1e-12, $"x of sample {b}");
        }

        double[] Hidden(int b) => [.. Enumerable.Range(0, 5).Select(o => Enumerable.Range(0, 4).Sum(i => bench.Network.Weights(1).Values[(o * 4) + i] * bench.Step.Input.Row(b)[i]))];
    }

    [Fact]
    public void Activities_of_another_number_of_samples_begin_at_the_prediction()
    {
        double[][] after = [.. new[] { 3, 2 }.Select(first =>
        {
            PredictiveCoding rule = new() { InferenceSteps = Steps, KeepActivities = true };
            using Network<double> network = new(Spec, rule, Initializer.GlorotNormal, 1);
            using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(1e-300), 3);
            (double[] input, double[] target) = Samples(Spec, 3);
            trainer.Step(input.AsSpan(0, first * Spec.Input.Size), target.AsSpan(0, first * Spec.Outputs));
            trainer.Step(input.AsSpan(0, 2 * Spec.Input.Size), target.AsSpan(0, 2 * Spec.Outputs));
            return trainer.Context.GradientOf(network.Weights(1)).ToArray();
        })];
        Assert.NotEqual(after[0], after[1]);
        PredictiveCoding fresh = new() { InferenceSteps = Steps };
        using Network<double> same = new(Spec, fresh, Initializer.GlorotNormal, 1);
        using RuleBench<double> bench = new(same, fresh, Samples(Spec, 3).Input[..(2 * Spec.Input.Size)], Samples(Spec, 3).Target[..(2 * Spec.Outputs)], 2);
        bench.Credit();
        Close.To<double>(bench.Step.GradientOf(bench.Network.Weights(1)).ToArray(), after[0], 1e-12, "after three samples, two begin anew");
    }

    [Fact]
    public void Schedules_without_sense_are_refused_by_name()
    {
        PredictiveCoding[] wrong =
        [
            new() { WeightUpdates = WeightUpdateSchedule.Listed }, new() { UpdateSteps = [1] }, new() { WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [3, 3] },
            new() { WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [-1] }, new() { WeightUpdates = WeightUpdateSchedule.Listed, UpdateSteps = [4], InferenceSteps = 4 },
        ];
        Assert.All(wrong, rule => Assert.Contains("UpdateSteps", Assert.Throws<ArgumentException>(() => Bench(Spec, rule)).Message));
        Assert.Contains("KeepActivities", Assert.Throws<ArgumentException>(() => Bench(Spec, new PredictiveCoding { KeepActivities = true, WeightUpdates = WeightUpdateSchedule.ErrorArrival })).Message);
    }

    private static double[] Learned(PredictiveCoding rule)
    {
        using Network<double> network = new(Spec, rule, Initializer.GlorotNormal, 1);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(.1), Batch);
        (double[] input, double[] target) = Samples(Spec, Batch);
        trainer.Step(input, target);
        trainer.Step(input, target);
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        (double[] input, double[] target) = Samples(spec, Batch);
        return new(spec, rule, input, target, Batch);
    }

    private static (double[] Input, double[] Target) Samples(NetworkSpec spec, int batch)
    {
        double[] input = new double[batch * spec.Input.Size], target = new double[batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        return (input, target);
    }
}
