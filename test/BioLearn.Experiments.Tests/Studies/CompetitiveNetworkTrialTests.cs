using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Studies;
using BioLearn.Experiments.Tests.Prospective;
using BioLearn.ML.Hebbian;

namespace BioLearn.Experiments.Tests.Studies;

/// <summary>Competitive networks as features: what a grid file says of them is what is tried, and the control is the same network as drawn.</summary>
public class CompetitiveNetworkTrialTests
{
    private const string Layers = """
        layers:
            - {units: 12, kernel-size: 5, stride: 2, rule: {name: soft-hebb, inverse-temperature: 0.5, anti-hebbian-losers: true}, learning-rate: 0.08, pooling-size: 4, pooling-stride: 2, pooling-padding: 1}
            - {units: 20, rule: krotov-hopfield, initial-length: 3, border: zeros, pooling: average}
        """;

    private static readonly Dictionary<string, string> Folders = new() { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") };

    [Fact]
    public void Layers_of_a_grid_file_are_those_of_the_options()
    {
        CompetitiveConvolution[] layers = Trial("competitive-network").Layers!;
        Assert.Equal((12, 5, 2, 2, 0.08, 4, 2, 1), (layers[0].Units, layers[0].KernelSize, layers[0].Stride, layers[0].Padding, layers[0].LearningRate, layers[0].PoolingSize, layers[0].PoolingStride, layers[0].PoolingPadding));
        SoftHebb rule = Assert.IsType<SoftHebb>(layers[0].Rule);
        Assert.Equal((0.5, true), (rule.InverseTemperature, rule.AntiHebbianLosers));
        Assert.IsType<KrotovHopfield>(layers[1].Rule);
        Assert.Equal((3.0, BorderPadding.Zeros, PatchPooling.Average, 1), (layers[1].InitialLength, layers[1].Border, layers[1].Pooling, layers[1].Padding));
    }

    [Fact]
    public void Rule_that_does_not_compete_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<InvalidDataException>(() => Of("competitive-network", "layers: [{units: 4, rule: soft-heb}]"));
        Assert.Contains("soft-hebb", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Of("competitive-network", "layers: [{units: 4, rule: backpropagation}]"));
    }

    [Fact]
    public void Network_that_learned_and_its_control_read_classes_and_differ()
    {
        double learned = Error("competitive-network"), drawn = Error("random");
        Assert.InRange(learned, .1, .5);
        Assert.InRange(drawn, .1, .6);
        Assert.NotEqual(learned, drawn);
        Assert.NotEqual(learned, Error("competitive-network", "depth: 1"));
        Assert.NotEqual(learned, Error("competitive-network", "width: 0.5"));
        Assert.NotEqual(learned, Error("competitive-network", "schedule: all-at-once"));
        Assert.NotEqual(learned, Error("competitive-network", "softmax: {normalize: false, dropout: 0.5, batch-size: 64, learning-rate-steps: [2], learning-rate-step-factor: 0.5}"));
    }

    [Theory]
    [InlineData("competitive-network", Layers)]
    [InlineData("random", Layers)]
    [InlineData("sanger", "units: 10")]
    public void Features_that_were_learned_are_kept_where_the_readout_was_stopped(string features, string rest) =>
        StoppedContext.Check(() => Of(features, $"{rest}\n  training-pictures: 200"), after: 0);

    [Theory]
    [InlineData("soft-hebb", "", "layers are those of competitive-network")]
    [InlineData("competitive-network", "depth: 3", "depth is 3; expected at most the number of layers, 2")]
    public void Settings_that_do_not_fit_are_refused(string features, string rest, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Of(features, $"{Layers}\n  {rest}")).Message, StringComparison.Ordinal);

    private static double Error(string features, string rest = "")
    {
        TrialContext context = new("features", "0");
        Of(features, $"{Layers}\n  training-pictures: 600\n  validation-rows: 400\n  {rest}").Run(context);
        return Assert.Single(context.Rows).Values[0].Value;
    }

    private static FeaturesTrial Trial(string features) => (FeaturesTrial)Of(features, Layers);

    private static ITrial Of(string features, string rest)
    {
        Experiment experiment = new(GridFile.Parse($"name: features\ntask: features\ntrial:\n  data: fashion-mnist\n  features: {features}\n  epochs: 1\n  readout-epochs: 8\n  {rest}\n"), folders: Folders);
        return experiment.Create(experiment.Trials[0]);
    }
}
