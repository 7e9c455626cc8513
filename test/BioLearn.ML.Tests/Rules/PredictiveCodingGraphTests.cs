using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Predictive coding whose activities settle on graphs.</summary>
public class PredictiveCodingGraphTests
{
    private const int Batch = 3;

    /// <summary>Graphs whose energies are smooth and settle at this rate.</summary>
    public static TheoryData<string> SmoothGraphs() => ["dense", "depthwise, strided", "residual", "residual, normalized"];

    public static TheoryData<WeightUpdateSchedule, InferenceOptimizer> Ways()
    {
        TheoryData<WeightUpdateSchedule, InferenceOptimizer> all = [];
        foreach (InferenceOptimizer optimizer in Enum.GetValues<InferenceOptimizer>())
        {
            foreach (WeightUpdateSchedule schedule in new[] { WeightUpdateSchedule.Last, WeightUpdateSchedule.Every, WeightUpdateSchedule.LastHalf, WeightUpdateSchedule.Split })
                all.Add(schedule, optimizer);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Activation_in_a_layer_of_its_own_changes_nothing(WeightUpdateSchedule schedule, InferenceOptimizer optimizer)
    {
        PredictiveCoding rule = new() { InferenceSteps = 8, WeightUpdates = schedule, InferenceOptimizer = optimizer, EnergyCoefficient = 0.8, Nudging = OutputNudging.Positive, KeepActivities = true };
        double[] chain = Learned(rule, [new Dense(5, Activation.Tanh), new Dense(6, Activation.Sigmoid), new Dense(2, Activation.Linear)]);
        double[] graph = Learned(rule, [new Dense(5, Activation.Linear), new Identity { Activation = Activation.Tanh }, new Dense(6, Activation.Linear), new Identity { Activation = Activation.Sigmoid }, new Dense(2, Activation.Linear)]);
        Close.To<double>(chain, graph, 1e-12, "weights");
    }

    [Theory]
    [MemberData(nameof(SmoothGraphs))]
    public void Gradients_on_graphs_are_the_slopes_of_the_settled_energy(string name)
    {
        NetworkSpec spec = TestGraphs.Of(name, Activation.Tanh, OutputHead.LinearSquaredError);
        double energy = double.NaN;
        PredictiveCoding rule = new() { InferenceSteps = 2_000, InferenceRate = 0.1, InferenceMomentum = 0.9, RateDiscount = 1, Watch = (_, l, e, _) => energy = l + e };
        using RuleBench<double> bench = Bench(spec, rule);
        SettledEnergy.GradientsAreItsSlopes(bench, Batch, () => energy);
    }

    [Theory]
    [MemberData(nameof(SmoothGraphs))]
    public void Activities_settle_where_errors_do(string name)
    {
        NetworkSpec spec = TestGraphs.Of(name, Activation.Tanh, OutputHead.LinearSquaredError);
        using RuleBench<double> activities = Bench(spec, new PredictiveCoding { InferenceSteps = 3_000, InferenceRate = 0.1, InferenceMomentum = 0.9, RateDiscount = 1 });
        using RuleBench<double> errors = Bench(spec, new ErrorOptimization { InferenceSteps = 1_000, InferenceRate = 0.1, RateDiscount = 1 });
        activities.Credit();
        errors.Credit();
        foreach ((Parameter<double> parameter, Parameter<double> other) in activities.Network.Parameters.Zip(errors.Network.Parameters))
        {
            if (!activities.Step.GradientOf(parameter).IsEmpty)
                Close.To<double>(errors.Step.GradientOf(other).ToArray(), activities.Step.GradientOf(parameter), 1e-7, $"{name} {parameter}");
        }
    }

    [Fact]
    public void Silent_units_of_dropout_neither_send_nor_are_taught()
    {
        NetworkSpec spec = new(new TensorShape(4), [new Dense(40, Activation.Tanh), new Dropout(.5), new Dense(2, Activation.Linear)], OutputHead.LinearSquaredError);
        using RuleBench<double> bench = Bench(spec, new PredictiveCoding { InferenceSteps = 6 });
        bench.Credit();
        Signal<double> sent = bench.Step.Clean.Activity(1);
        double[] silent = [.. Enumerable.Range(0, 40).Where(u => Enumerable.Range(0, Batch).All(b => sent.Row(b)[u] == 0)).Select(u => (double)u)];
        Assert.InRange(silent.Length, 1, 20);
        foreach (int unit in silent.Select(u => (int)u))
        {
            for (int i = 0; i < 4; i++)
                Assert.Equal(0, bench.Step.GradientOf(bench.Network.Weights(1))[(unit * 4) + i]);
        }
        Assert.Contains(bench.Step.GradientOf(bench.Network.Weights(1)).ToArray(), g => g != 0);
    }

    [Fact]
    public void A_deep_residual_perceptron_learns_at_depth_scaled_rates()
    {
        NetworkSpec spec = NetworkSpec.ResidualPerceptron(4, 16, 12, 3, Activation.Tanh, OutputHead.LinearSquaredError);
        PredictiveCoding rule = new() { InferenceSteps = 24 };
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        DepthScaling.Apply(network, OptimizerKind.Adam);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Adam(.02), Batch);
        (double[] input, double[] target) = Samples(spec);
        double first = trainer.Step(input, target), last = 0;
        for (int i = 0; i < 150; i++)
            last = trainer.Step(input, target);
        Assert.InRange(last, 0, 0.1 * first);
    }

    [Fact]
    public void What_activities_cannot_do_on_graphs_is_refused()
    {
        NetworkSpec spec = TestGraphs.Of("residual", Activation.Tanh);
        Assert.Contains("PostActivation", Assert.Throws<ArgumentException>(() => Bench(spec, new PredictiveCoding { NodePosition = ValueNodePosition.PostActivation })).Message);
        Assert.Contains("ErrorArrival", Assert.Throws<ArgumentException>(() => Bench(spec, new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.ErrorArrival })).Message);
    }

    private static double[] Learned(LearningRule rule, LayerSpec[] layers)
    {
        NetworkSpec spec = new(new TensorShape(4), layers, OutputHead.LinearSquaredError);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        RandomStream numbers = new(3, "weights");
        foreach (Parameter<double> parameter in network.Parameters.Where(p => !p.IsEmpty))
            numbers.FillNormal<double>(parameter.Values, 0, .5);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(.1), Batch);
        (double[] input, double[] target) = Samples(spec);
        for (int i = 0; i < 3; i++)
            trainer.Step(input, target);
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        (double[] input, double[] target) = Samples(spec);
        return new(spec, rule, input, target, Batch);
    }

    private static (double[] Input, double[] Target) Samples(NetworkSpec spec)
    {
        double[] input = new double[Batch * spec.Input.Size], target = new double[Batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        return (input, target);
    }
}
