using System.Text.Json;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// The one hand-coded rule of other_rules.json that is the same mathematics as one of ours: backpropagation. The others start from zero states, share states
/// between samples, or lack a phase.
/// </summary>
public class HandCodedRulesFixtureTests
{
    public static TheoryData<string, int> BackpropagationCases()
    {
        TheoryData<string, int> data = [];
        foreach (object[] row in FixtureFiles.Cases("prospective", "other_rules*.json", "hand_coded"))
        {
            if (((string)row[0]).Contains('*', StringComparison.Ordinal) || Load((string)row[0], (int)row[1]).At("rule").GetString() == "Back-Propagation")
                data.Add((string)row[0], (int)row[1]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(BackpropagationCases))]
    public void Backpropagation_on_fixture_gives_predictions_and_weights(string file, int index)
    {
        CreditFixture f = Load(file, index);
        int[] sizes = [.. f.Numbers("ns").Select(n => (int)n)];
        Activation activation = CreditFixture.ActivationOf(f.At("f").GetString()!.Replace("torch.", "", StringComparison.Ordinal));
        Backpropagation rule = new();
        using Network<double> network = new(NetworkSpec.Perceptron(sizes[0], sizes[1..^1], sizes[^1], activation, OutputHead.LinearSquaredError), rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
        {
            Transposed(f.Layers("W_init")[l - 1], sizes[l - 1], sizes[l]).CopyTo(network.Weights(l).Values);
            network.Biases(l).LearningRateScale = 0; // the original has none
        }
        int batch = (int)f.Number("batch");
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(f.Number("learning_rate") * f.Number("loss_coefficient")), batch);
        for (int i = 0; i < f.At("iterations").GetArrayLength(); i++)
        {
            double[] input = f.Numbers($"iterations/{i}/input"); // before the activation, which the original applies to the input too
            activation.Apply<double>(input, input);
            Close.To<double>(f.Numbers($"iterations/{i}/prediction"), trainer.Predict(input).Span, 1e-10, $"prediction {i}");
            trainer.Step(input, f.Numbers($"iterations/{i}/target"));
            for (int l = 1; l <= network.Depth; l++)
                Close.To<double>(Transposed(f.Layers($"iterations/{i}/W_after")[l - 1], sizes[l - 1], sizes[l]), network.Weights(l).Values, 1e-10, $"W_{l} after {i}");
        }
    }

    private static CreditFixture Load(string file, int index) => new(FixtureFiles.Case("prospective", file, index, "hand_coded"));

    /// <summary>[pre, post] as [post, pre].</summary>
    private static double[] Transposed(double[] weights, int pre, int post) => [.. Enumerable.Range(0, post).SelectMany(o => Enumerable.Range(0, pre).Select(i => weights[(i * post) + o]))];
}
