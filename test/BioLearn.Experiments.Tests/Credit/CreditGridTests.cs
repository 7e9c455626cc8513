using BioLearn.Experiments.Credit;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests;

/// <summary>Grid files that run for days: what each describes can be built, and its rule can teach it.</summary>
public class CreditGridTests
{
    private const int Classes = 10;

    private static readonly Dictionary<string, TensorShape> Pictures = new()
    {
        ["cifar-10"] = new(3, 32, 32),
        ["mnist"] = new(1, 28, 28),
        ["fashion-mnist"] = new(1, 28, 28),
    };

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(RepositoryFiles.Find("experiments/credit"), "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Grid_describes_networks_that_can_be_built_and_taught(string file)
    {
        Experiment experiment = new(GridFile.Read(Path.Combine(RepositoryFiles.Find("experiments/credit"), file)), sources: Pictures.Select(p => Source(p.Key, p.Value)));
        foreach (Trial trial in experiment.Trials)
        {
            var credit = (CreditTrial)experiment.Create(trial);
            TensorShape input = credit.Network is null && credit.Layers is null ? new(Pictures[credit.Data.Name].Size) : Pictures[credit.Data.Name];
            Activation activation = credit.Activation ?? credit.Rule.PreferredActivation ?? Activation.Tanh;
            IEnumerable<LayerSpec> hidden = credit.Network is { } name ? NetworkSpec.Named(name, input, Classes, credit.Channels).Layers.SkipLast(1)
                : credit.Layers ?? (credit.HiddenUnits ?? Enumerable.Repeat(credit.Width, credit.HiddenLayers)).Select(LayerSpec (units) => new Dense(units, activation));
            NetworkSpec network = new(input, [.. hidden, new Dense(Classes, Activation.Linear)], credit.Head ?? credit.Rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
            credit.Rule.Describe(network, new RuleRequirements());
            Assert.True(credit.LearningRateScales.Length == 0 || credit.LearningRateScales.Length == network.Graph.Count(layer => layer.HasWeights), $"{file}, {trial}: {credit.LearningRateScales.Length} learning-rate-scales");
            Assert.True(credit.Activation is null || (credit.Network is null && credit.Layers is null), $"{file}, {trial}: activation has no effect");
            Assert.True(credit.Optimizer is null || trial.Settings["optimizer"]?.ToString().Contains("momentum:", StringComparison.Ordinal) != true || credit.Optimizer.Kind is OptimizerKind.Momentum or OptimizerKind.Nesterov, $"{file}, {trial}: momentum has no effect");
        }
    }

    private static DataSource Source(string name, TensorShape shape)
    {
        LabelledRows rows = new(new float[Classes * shape.Size], Enumerable.Range(0, Classes).ToArray());
        return DataSource.Of(name, "nowhere", rows, rows);
    }
}
