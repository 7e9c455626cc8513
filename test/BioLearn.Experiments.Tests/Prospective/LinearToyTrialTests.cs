using System.Text.Json;
using BioLearn.Experiments.Prospective.Alignment;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class LinearToyTrialTests
{
    public static TheoryData<string, int> Interferences() => ProspectiveFixture.Cases("target_alignment*.json", "interference_112");

    public static TheoryData<string, int> Paths() => ProspectiveFixture.Cases("target_alignment*.json", "interference_122");

    public static TheoryData<string, int> Ways() => ProspectiveFixture.Cases("less_erratic*.json", "cases");

    [Theory]
    [MemberData(nameof(Interferences))]
    public void Interference_on_fixture_has_its_outputs(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "interference_112");
        foreach ((string key, LearningRule rule) in Rules(f))
        {
            TrialContext run = new("toy", "0");
            new LinearToyTrial
            {
                Rule = rule,
                LearningRate = f.GetProperty("p_lr").GetDouble(),
                Input = Numbers(f, "input"),
                Target = Numbers(f, "target"),
                FirstWeights = Numbers(f, "w1"),
                SecondWeights = Numbers(f, "w2"),
                Iterations = f.GetProperty("iterations").GetInt32(),
            }.Run(run);
            double[] wanted = Numbers(f.GetProperty(key), "prediction_per_iteration");
            ProspectiveFixture.Close(wanted, [.. run.Rows.SelectMany(row => row.Values.Where(v => v.Key.StartsWith("output", StringComparison.Ordinal))).Select(v => v.Value)], 1e-9, key);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Straight_path_on_fixture_has_its_weights(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "interference_122");
        foreach ((string key, LearningRule rule) in Rules(f))
        {
            TrialContext run = new("toy", "0");
            new LinearToyTrial
            {
                Rule = rule,
                LearningRate = f.GetProperty($"lr_{key}").GetDouble(),
                Input = Numbers(f, "input"),
                Target = Numbers(f, "target"),
                FirstWeights = Numbers(f, "w_init"),
                SecondWeights = [f.GetProperty("a").GetDouble(), 0, 0, f.GetProperty("b").GetDouble()],
                SecondWeightsLearn = false,
                Iterations = f.GetProperty("iterations").GetInt32(),
            }.Run(run);
            double[] wanted = Numbers(f.GetProperty(key), "w_per_iteration");
            ProspectiveFixture.Close(wanted, [.. run.Rows.SelectMany(row => row.Values.Where(v => v.Key.StartsWith("weight", StringComparison.Ordinal))).Select(v => v.Value)], 1e-9, key);
        }
    }

    [Fact]
    public void Weights_of_another_shape_are_refused_by_their_setting()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new LinearToyTrial { SecondWeights = [1] }.Run(new("toy", "0")));
        Assert.Contains("second-weights", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Way_of_weights_on_fixture_has_its_steps_and_lengths(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "cases");
        LearningRule rule = f.GetProperty("rule").GetString() == "BP" ? new Backpropagation() : Coding(f);
        int[] sizes = [.. Numbers(f, "layer_sizes").Select(s => (int)s)];
        using Network<double> network = new(ProspectiveFixture.Perceptron(sizes, Activation.Sigmoid), rule, Initializer.Zeros, 1);
        double[][] start = ProspectiveFixture.Matrices(f.GetProperty("W")), end = ProspectiveFixture.Matrices(f.GetProperty("W_final"));
        for (int l = 1; l <= network.Depth; l++)
            start[l - 1].CopyTo(network.Weights(l).Values);
        WayOfWeights way = WayOfWeights.Go(network, rule, f.GetProperty("p_lr").GetDouble(), Numbers(f, "input"), Numbers(f, "target"), f.GetProperty("iterations").GetInt32(), CancellationToken.None);
        ProspectiveFixture.Close(Numbers(f, "step_length_per_iteration_and_layer"), [.. way.Steps.SelectMany(s => s)], 1e-9, "steps");
        ProspectiveFixture.Close(Numbers(f, "path_length_per_layer"), way.Paths, 1e-9, "paths");
        ProspectiveFixture.Close(Numbers(f, "final_distance_per_layer"), way.Distances, 1e-9, "distances");
        Assert.Equal(Numbers(f, "loss_before_each_iteration")[^1], way.LastLoss, 1e-9);
        for (int l = 1; l <= network.Depth; l++)
            ProspectiveFixture.Close(end[l - 1], network.Weights(l).Values, 1e-9, $"W_{l}");
    }

    [Fact]
    public void Path_is_never_shorter_than_the_distance_it_leads()
    {
        TrialContext run = new("erratic", "0");
        new ErraticTrial { Rule = new Backpropagation(), LearningRate = .35, Width = 16 }.Run(run);
        Dictionary<string, double> row = new(run.Rows.Single().Values);
        Assert.InRange(row["path"], row["distance"], 100);
        Assert.InRange(row["detour"], 1, 100);
    }

    [Fact]
    public void Student_learns_signs_of_its_teacher()
    {
        TrialContext run = new("teacher", "0");
        new TeacherTrial { Rule = new PredictiveCoding { InferenceSteps = 32, RateDiscount = .8 }, LearningRate = .01, Epochs = 40 }.Run(run);
        double[] losses = [.. run.Rows.Select(row => row.Values[0].Value)];
        Assert.True(losses[^1] < .8 * losses[0], $"{losses[0]} at first, {losses[^1]} at the end");
    }

    private static (string, LearningRule)[] Rules(JsonElement f) => [("PC", Coding(f)), ("BP", new Backpropagation())];

    private static PredictiveCoding Coding(JsonElement f) =>
        new() { InferenceSteps = f.GetProperty("T").GetInt32(), InferenceRate = f.GetProperty("x_lr").GetDouble(), RateDiscount = f.GetProperty("x_lr_discount").GetDouble() };

    private static double[] Numbers(JsonElement f, string key) => ProspectiveFixture.Numbers(f.GetProperty(key));
}
