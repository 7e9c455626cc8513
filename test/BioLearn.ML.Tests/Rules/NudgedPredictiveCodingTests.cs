using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Predictive coding whose outputs are drawn towards the target, or pushed away from it.</summary>
public class NudgedPredictiveCodingTests
{
    private const int Batch = 3;

    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(4, [5, 6], 2, Activation.Tanh, OutputHead.LinearSquaredError);

    [Theory]
    [InlineData(WeightUpdateSchedule.Last)]
    [InlineData(WeightUpdateSchedule.Every)]
    public void Positive_nudge_is_an_energy_coefficient_of_one_over_beta(WeightUpdateSchedule schedule)
    {
        double[] nudged = Gradients(new PredictiveCoding { Nudging = OutputNudging.Positive, Beta = 0.25, InferenceRate = 0.2, InferenceSteps = 12, WeightUpdates = schedule });
        double[] scaled = Gradients(new PredictiveCoding { EnergyCoefficient = 4, InferenceRate = 0.05, InferenceSteps = 12, WeightUpdates = schedule });
        Assert.All(nudged.Zip(scaled), g => Assert.Equal(g.Second, g.First, 1e-12));
        Assert.NotEqual(nudged, Gradients(new PredictiveCoding { InferenceRate = 0.2, InferenceSteps = 12, WeightUpdates = schedule }));
    }

    [Theory]
    [InlineData(OutputNudging.Positive, 0.4)]
    [InlineData(OutputNudging.Negative, -0.4)]
    public void Output_s_error_settles_where_the_closed_form_of_a_linear_network_says(OutputNudging nudging, double beta)
    {
        // (μ − t) = (W₂ W₁ x − t) / (1 + β ‖W₂‖²) for one output.
        NetworkSpec spec = NetworkSpec.Perceptron(3, [4], 1, Activation.Linear, OutputHead.LinearSquaredError);
        using RuleBench<double> bench = Bench(spec, new PredictiveCoding { Nudging = nudging, Beta = 0.4, InferenceSteps = 2_000, RateDiscount = 1 });
        bench.Step.Forward();
        double[] before = [.. Enumerable.Range(0, Batch).Select(b => bench.Step.Clean.Units(2).Row(b)[0] - bench.Step.Target.Row(b)[0])];
        bench.Credit();
        double stiffness = 1 + (beta * bench.Network.Weights(2).Values.ToArray().Sum(w => w * w));
        for (int b = 0; b < Batch; b++)
            Assert.Equal(beta * before[b] / stiffness, bench.Step.Delta(2).Row(b)[0], 1e-10);
    }

    [Fact]
    public void Small_nudges_give_backpropagation_s_gradient_and_err_in_opposite_directions()
    {
        double[] back = Gradients(new Backpropagation()), errors = Errors(OutputNudging.Positive, .01), others = Errors(OutputNudging.Negative, .01);
        Assert.True(errors.Zip(others, (e, o) => e * o).Sum() < -0.9 * errors.Sum(e => e * e));
        // The error goes with the nudge: a tenth of the nudge, a tenth of the error.
        Assert.InRange(Errors(OutputNudging.Positive, .001).Max(Math.Abs) / errors.Max(Math.Abs), .08, .12);
        Assert.True(Errors(OutputNudging.Positive, .001).Max(Math.Abs) < .01 * back.Max(Math.Abs));

        double[] Errors(OutputNudging nudging, double beta) =>
            [.. Gradients(new PredictiveCoding { Nudging = nudging, Beta = beta, InferenceSteps = 500, RateDiscount = 1 }).Zip(back, (settled, b) => settled - b)];
    }

    [Fact]
    public void Centred_nudges_alternate()
    {
        PredictiveCoding centred = new() { Nudging = OutputNudging.Centred };
        using RuleBench<double> bench = Bench(Spec, centred);
        Assert.Equal(Gradients(new PredictiveCoding { Nudging = OutputNudging.Positive }), Credit(bench));
        bench.Begin();
        Assert.Equal(Gradients(new PredictiveCoding { Nudging = OutputNudging.Negative }), Credit(bench));
        bench.Begin();
        Assert.Equal(Gradients(new PredictiveCoding { Nudging = OutputNudging.Positive }), Credit(bench));
    }

    [Fact]
    public void What_a_nudge_cannot_go_with_is_refused()
    {
        Assert.Contains("clamped", Assert.Throws<ArgumentException>(() => Bench(Spec, new PredictiveCoding { Nudging = OutputNudging.Positive, WeightUpdates = WeightUpdateSchedule.ErrorArrival })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Bench(Spec, new PredictiveCoding { Nudging = OutputNudging.Negative, Beta = -1 }));
    }

    private static double[] Gradients(LearningRule rule)
    {
        using RuleBench<double> bench = Bench(Spec, rule);
        return Credit(bench);
    }

    private static double[] Credit(RuleBench<double> bench)
    {
        bench.Credit();
        return [.. bench.Network.Parameters.SelectMany(p => bench.Step.GradientOf(p).ToArray())];
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        double[] input = new double[Batch * spec.Input.Size], target = new double[Batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        return new(spec, rule, input, target, Batch);
    }
}
