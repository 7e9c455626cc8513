using BioLearn.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tests;

/// <summary><c>biolearn look</c>.</summary>
public sealed class LookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_networks_are_drawn_layer_by_layer_and_their_outputs_side_by_side()
    {
        foreach (string rule in (string[])["backpropagation", "feedback-alignment", "equilibrium-propagation"])
            Assert.Equal(0, (await Tool.RunAsync("train", "--rule", rule, "--layers", "8-6", "--epochs", "1", "--steps-per-epoch", "2", "--diagnostics-every", "0", "--out", _folder[rule])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync("look", _folder["backpropagation"], _folder["feedback-alignment"], _folder["equilibrium-propagation"], "--units", "5", "--out", _folder["look"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["backpropagation-layer1.png", "backpropagation-layer2.png", "equilibrium-propagation-layer1.png", "equilibrium-propagation-layer2.png", "feedback-alignment-layer1.png", "feedback-alignment-layer2.png", "outputs.png"],
            Directory.GetFiles(_folder["look"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.NotEqual(File.ReadAllBytes(_folder["look/backpropagation-layer2.png"]), File.ReadAllBytes(_folder["look/feedback-alignment-layer2.png"]));
    }

    [Fact]
    public async Task Features_learned_without_labels_are_seen_and_what_is_no_picture_is_one_sentence()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Row { Features = [.. Enumerable.Range(0, 9).Select(j => (i * (j + 2)) % 5f)] }));
        mlContext.Model.Save(mlContext.Transforms.HebbianComponents("Out", "Features", rank: 3).Fit(rows), rows.Schema, _folder["components.zip"]);
        var (exitCode, output) = await Tool.RunAsync("look", _folder["components.zip"], "--out", _folder["look"]);
        Assert.True(exitCode == 0 && File.Exists(_folder["look/components-layer1.png"]), output);
        Assert.False(File.Exists(_folder["look/outputs.png"]));
        (exitCode, output) = await Tool.RunAsync("look", _folder["components.zip"], "--picture", "4x4", "--out", _folder["look"]);
        Assert.True(exitCode == 1 && output.Contains("A picture of 1x4x4 has 16 numbers, the network reads 9", StringComparison.Ordinal), output);
        (exitCode, output) = await Tool.RunAsync("look", _folder["components.zip"], "--picture", "2x3x3", "--out", _folder["look"]);
        Assert.True(exitCode == 2 && output.Contains("--picture 2x3x3: expected", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Features_that_are_no_square_are_told_of_with_the_option()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Line { Features = [.. Enumerable.Range(0, 10).Select(j => (i * (j + 2)) % 5f)] }));
        mlContext.Model.Save(mlContext.Transforms.HebbianComponents("Out", "Features", rank: 3).Fit(rows), rows.Schema, _folder["components.zip"]);
        var (exitCode, output) = await Tool.RunAsync("look", _folder["components.zip"], "--out", _folder["look"]);
        Assert.True(exitCode == 1 && output.Contains("The 10 features of the network are no square", StringComparison.Ordinal) && output.Contains("--picture says it", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Locally_connected_layers_are_drawn()
    {
        File.WriteAllText(_folder["lc.yaml"], "layers: [{kind: locally-connected-2d, channels: 3, kernel-size: 3, stride: 3}, {kind: dense, units: 5}]\n");
        Assert.Equal(0, (await Tool.RunAsync("train", "--network", _folder["lc.yaml"], "--rows", "64", "--epochs", "1", "--diagnostics-every", "0", "--out", _folder["lc"])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync("look", _folder["lc"], "--out", _folder["look"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(["lc-layer1.png", "lc-layer2.png", "outputs.png"], Directory.GetFiles(_folder["look"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private sealed class Line
    {
        [VectorType(10)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Row
    {
        [VectorType(9)]
        public float[] Features { get; set; } = [];
    }
}
