using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Forward activations, switches and predicted classes against the float64 figures of the fixtures.</summary>
public class ForwardFixtureTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("mini_alexnet")]
    [InlineData("mini_convpool")]
    public void Forward_alexnet_shaped_network_equals_fixture_at_every_level(string name)
    {
        ReconstructNetwork network = ReconstructNetwork.Read(name);
        foreach (string path in network.ModelPaths)
        {
            using CnnModel model = ReconstructNetwork.Load(path);
            Assert.Equal([.. Enumerable.Range(0, 11).Select(k => $"S{k}"), "image"], model.Levels.Select(l => l.Name));
            ForwardTrace trace = model.Forward(network.Input(), 1);
            JsonElement forward = network.Json.GetProperty("forward");
            JsonTensor.AssertNear(trace.Logits(0), JsonTensor.Doubles(forward.GetProperty("logits")), Tolerance, $"{path} logits");
            Assert.Equal(network.Json.GetProperty("predictedClass").GetInt32(), trace.PredictedClass(0));
            for (int k = 1; k <= 9; k++)
                JsonTensor.AssertNear(trace.Activation(model.Level($"S{k}"), 0), JsonTensor.Doubles(forward.GetProperty($"S{k}")), Tolerance, $"{path} S{k}");
            if (network.Json.TryGetProperty("forward_S10", out JsonElement summary)) AssertSummary(trace.Activation(model.Level("S10"), 0).ToArray(), summary, $"{path} S10");
            Assert.Equal(network.Input(), trace.Activation(model.Level("image"), 0).ToArray());
            if (network.Json.TryGetProperty("pool_indices_plane", out JsonElement pools)) AssertSwitches(trace, pools.EnumerateObject().Select(p => p.Value), path);
        }
    }

    [Fact]
    public void Forward_residual_network_equals_fixture_at_every_level_with_and_without_batch_normalization()
    {
        ReconstructNetwork network = ReconstructNetwork.Read("mini_resnet");
        foreach (string path in network.ModelPaths)
        {
            using CnnModel model = ReconstructNetwork.Load(path);
            ForwardTrace trace = model.Forward(network.Input(), 1);
            JsonElement forward = network.Json.GetProperty("forward");
            int levels = model.Levels.Count - 2;
            Assert.Equal(7, levels);
            for (int k = 1; k <= levels; k++)
                JsonTensor.AssertNear(trace.Activation(model.Levels[levels + 1 - k], 0), JsonTensor.Doubles(forward.GetProperty($"T{k}")), Tolerance, $"{path} T{k}");
            JsonTensor.AssertNear(trace.Logits(0), JsonTensor.Doubles(forward.GetProperty("logits")), Tolerance, $"{path} logits");
            Assert.Equal(network.Json.GetProperty("predictedClass").GetInt32(), trace.PredictedClass(0));
            AssertSwitches(trace, [network.Json.GetProperty("pool_indices_plane")], path);
        }
    }

    [Fact]
    public void Forward_mixed_operators_equal_fixture_at_the_named_points()
    {
        foreach (string path in FixtureFiles.Find("mlnet", "*_a.json"))
        {
            JsonElement json = FixtureFiles.Read(path);
            using CnnModel model = CnnModel.Load(new MemoryStream(json.GetProperty("onnx_base64").GetBytesFromBase64()), new() { Provider = ExecutionProvider.Cpu });
            CnnTensor[] pools = [.. model.Graph.Nodes.OfType<MaxPoolNode>().Select(n => n.Output)];
            CnnTensor[] relus = [.. model.Graph.Nodes.OfType<ActivationNode>().Select(n => n.Output)];
            var points = new Dictionary<string, CnnTensor>
            {
                ["pool1"] = pools[0],
                ["pool2"] = pools[1],
                ["relu5"] = relus[4],
                ["logits"] = model.Graph.Logits,
                ["prob"] = model.Graph.Output,
            };
            ForwardTrace trace = model.Forward(JsonTensor.Floats(json.GetProperty("input").GetProperty("data")), 1, new TraceRequest(points.Values, []));
            foreach (JsonProperty point in json.GetProperty("forward").EnumerateObject())
                JsonTensor.AssertNear(trace.Activation(points[point.Name].Name, 0), JsonTensor.Doubles(point.Value.GetProperty("data")), Tolerance, $"{path} {point.Name}");
        }
    }

    private static void AssertSwitches(ForwardTrace trace, IEnumerable<JsonElement> expected, string path)
    {
        JsonElement[] pools = [.. expected];
        Assert.Equal(pools.Length, trace.SwitchNames.Count);
        foreach ((string name, JsonElement pool) in trace.SwitchNames.Zip(pools))
            Assert.True(JsonTensor.Ints(pool).SequenceEqual(trace.Switches(name, 0).ToArray()), $"{path}: switches of {name}");
    }

    private static void AssertSummary(float[] actual, JsonElement summary, string what)
    {
        int stride = summary.GetProperty("sampleStride").GetInt32();
        float[] sample = [.. actual.Where((_, i) => i % stride == 0)];
        JsonTensor.AssertNear(sample, JsonTensor.Doubles(summary.GetProperty("sample")), Tolerance, what);
        double sum = summary.GetProperty("sum").GetDouble();
        Assert.InRange(Math.Abs(actual.Sum(v => (double)v) - sum) / summary.GetProperty("sumAbs").GetDouble(), 0, Tolerance);
    }
}
