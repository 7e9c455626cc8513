using System.Text.Json;
using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Error optimization ends where predictive coding does, and gets there sooner.</summary>
public class ErrorOptimizationTests
{
    public static TheoryData<string, int> EquilibriumCases() => FixtureFiles.Cases("prospective", "equilibrium*.json");

    public static TheoryData<string> Graphs() => [.. TestGraphs.Names];

    [Theory]
    [MemberData(nameof(EquilibriumCases))]
    public void Long_inference_on_fixture_reaches_its_equilibrium(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case("prospective", file, index));
        double energyAtLast = double.NaN;
        ErrorOptimization rule = new() { InferenceSteps = 5_000, InferenceRate = 0.1, RateDiscount = 1, Watch = (_, loss, energy) => energyAtLast = loss + energy };
        int[] units = [.. f.At("W").EnumerateArray().Select(w => w.GetArrayLength())];
        int batch = (int)f.Number("batch");
        NetworkSpec spec = NetworkSpec.Perceptron(f.Shape("W/0")[1], units[..^1], units[^1], CreditFixture.ActivationOf(f.At("activation").GetString()!), OutputHead.LinearSquaredError);
        using RuleBench<double> bench = new(spec, rule, f.Numbers("input"), f.Numbers("target"), batch);
        for (int l = 1; l <= bench.Network.Depth; l++)
            bench.Set(bench.Network.Weights(l), f.Layers("W")[l - 1]);
        bench.Credit();
        Assert.Equal(f.Number("energy_at_equilibrium"), energyAtLast, 1e-10);
        for (int l = 1; l < bench.Network.Depth; l++)
            Close.To<double>(f.Layers("x_equilibrium")[l - 1], bench.Step.Clean.PreActivation(l).Span, 1e-8, $"x_{l}");
        for (int l = 1; l <= bench.Network.Depth; l++)
        {
            double[] mean = [.. f.Layers("weight_gradient_at_equilibrium")[l - 1].Select(g => g / batch)];
            Close.To(mean, bench.Step.GradientOf(bench.Network.Weights(l)), 1e-8, $"gradient of W_{l}");
        }
    }

    [Fact]
    public void One_step_brings_backpropagation_s_signal_to_the_first_of_many_layers_where_activities_bring_none()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 6, 6, 6, 6], 3, Activation.Tanh, OutputHead.LinearSquaredError);
        using RuleBench<double> errors = Bench(spec, new ErrorOptimization { InferenceSteps = 1, InferenceRate = 0.25 });
        using RuleBench<double> back = Bench(spec, new Backpropagation());
        using RuleBench<double> activities = Bench(spec, new PredictiveCoding { InferenceSteps = 2, InferenceRate = 0.25 });
        errors.Credit();
        back.Credit();
        activities.Credit();
        double[] expected = [.. back.Step.GradientOf(back.Network.Weights(1)).ToArray().Select(g => 0.25 * g)];
        Close.To(expected, errors.Step.GradientOf(errors.Network.Weights(1)), 1e-12, "gradient of W_1");
        Assert.All(activities.Step.GradientOf(activities.Network.Weights(1)).ToArray(), g => Assert.Equal(0, g, 1e-15));
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void One_step_gives_what_reads_the_input_of_a_graph_backpropagation_s_gradient_times_the_rate(string name)
    {
        NetworkSpec spec = TestGraphs.Of(name, Activation.Tanh);
        using RuleBench<double> errors = Bench(spec, new ErrorOptimization { InferenceSteps = 1, InferenceRate = 0.25 }, batch: 3), back = Bench(spec, new Backpropagation(), batch: 3);
        errors.Credit();
        back.Credit();
        foreach (Layer layer in spec.Graph.Where(l => l.Source == 0 && l.HasWeights))
        {
            double[] expected = [.. back.Step.GradientOf(back.Network.Weights(layer.Index)).ToArray().Select(g => 0.25 * g)];
            Close.To(expected, errors.Step.GradientOf(errors.Network.Weights(layer.Index)), 1e-12, $"{name}, {layer}");
        }
    }

    /// <summary>Graphs whose energies are smooth (maximum pooling has kinks, to which states are drawn) and settle at this rate.</summary>
    public static TheoryData<string> SmoothGraphs() => ["dense", "depthwise, strided", "residual", "residual, normalized"];

    [Theory]
    [MemberData(nameof(SmoothGraphs))]
    public void Gradients_on_graphs_are_the_slopes_of_the_settled_energy(string name)
    {
        // At equilibrium the energy does not change with the errors, so its slope in a weight is the rule's gradient there.
        NetworkSpec spec = TestGraphs.Of(name, Activation.Tanh, OutputHead.LinearSquaredError);
        double energy = double.NaN;
        ErrorOptimization rule = new() { InferenceSteps = 1_000, InferenceRate = 0.1, RateDiscount = 1, Watch = (_, l, e) => energy = l + e };
        using RuleBench<double> bench = Bench(spec, rule, batch: 3);
        SettledEnergy.GradientsAreItsSlopes(bench, batch: 3, () => energy);
    }

    [Fact]
    public void Energy_falls_and_a_rate_that_is_too_high_is_discounted()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 6], 3, Activation.Tanh, OutputHead.LinearSquaredError);
        List<double> energies = [];
        using RuleBench<double> bench = Bench(spec, new ErrorOptimization { InferenceSteps = 30, InferenceRate = 3, Watch = (_, l, e) => energies.Add(l + e) });
        bench.Credit();
        Assert.Equal(31, energies.Count);
        Assert.True(energies[^1] < energies[0], $"{energies[^1]} against {energies[0]}");
        Assert.Throws<ArgumentOutOfRangeException>(() => Bench(spec, new ErrorOptimization { InferenceSteps = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bench(spec, new ErrorOptimization { RateDiscount = 1.1 }));
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule, int batch = 2)
    {
        double[] input = new double[batch * spec.Input.Size], target = new double[batch * spec.Outputs];
        new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
        new RandomStream(2, "target").FillUniform<double>(target, 0, 1);
        return new(spec, rule, input, target, batch);
    }
}
