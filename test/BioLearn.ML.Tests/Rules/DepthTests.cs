using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Defaults follow the depth of the network, and rules that depth defeats say so.</summary>
public sealed class DepthTests
{
    [Theory]
    [InlineData(1, 20, 8)]
    [InlineData(3, 60, 24)]
    public void Equilibrium_propagation_settles_longer_in_deeper_networks(int hidden, int free, int nudged)
    {
        NetworkSpec spec = Perceptron(new EquilibriumPropagation(), hidden);
        double[] input = [0.3, -0.6, 1, 0.2], target = [1, 0, 0];
        using RuleBench<double> bench = new(spec, new EquilibriumPropagation(), input, target, 1);
        using RuleBench<double> given = new(spec, new EquilibriumPropagation { FreeSteps = free, NudgedSteps = nudged }, input, target, 1);
        using RuleBench<double> shorter = new(spec, new EquilibriumPropagation { FreeSteps = free, NudgedSteps = nudged - 1 }, input, target, 1);
        double[] gradient = First(bench);
        Assert.Equal(First(given), gradient);
        Assert.NotEqual(First(shorter), gradient);
        Assert.Equal(hidden == 1 ? Activation.ShiftedSigmoid : Activation.Sigmoid, spec.Graph[0].Activation);

        static double[] First(RuleBench<double> b)
        {
            b.Credit();
            return b.Step.GradientOf(b.Network.Weights(1)).ToArray();
        }
    }

    [Theory]
    [InlineData("equilibrium-propagation", 3, 4, "4 hidden layers")]
    [InlineData("contrastive-hebbian", 2, 3, "0.001")]
    [InlineData("burst-dependent-plasticity", 2, 3, "21 %")]
    [InlineData("dendritic-microcircuit", 1, 2, "69 %")]
    public void Rules_that_depth_defeats_say_so_before_they_train(string name, int good, int bad, string number)
    {
        LearningRule rule = RuleTable.Find(name)!.CreateRule();
        Assert.Null(rule.Caution(Perceptron(rule, good)));
        Assert.Contains(number, rule.Caution(Perceptron(rule, bad)), StringComparison.Ordinal);
    }

    [Fact]
    public void Trainer_passes_the_caution_on()
    {
        MLContext ml = new(seed: 1);
        List<string> messages = [];
        ml.Log += (_, e) => messages.Add(e.Message);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Row { Features = [i % 3, i % 2], Label = i % 3 > 0 }));
        ml.BinaryClassification.Trainers.DendriticMicrocircuit(new NetworkOptions { HiddenUnits = [4, 4], NumberOfEpochs = 1 }).Fit(rows);
        Assert.Contains(messages, m => m.Contains("The dendritic microcircuit with 2 hidden layers", StringComparison.Ordinal));
    }

    private static NetworkSpec Perceptron(LearningRule rule, int hidden) => NetworkSpec.Perceptron(
        4, [.. Enumerable.Repeat(5, hidden)], 3, rule.PreferredActivationFor(hidden) ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SigmoidCrossEntropy);

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
