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

    [Fact]
    public void Forward_equals_the_fixture_at_every_level()
    {
        foreach (ReconstructNetwork network in ReconstructNetwork.WithForward())
        {
            foreach (string path in network.ModelPaths)
            {
                using CnnModel model = ReconstructNetwork.Load(path);
                ForwardTrace trace = model.Forward(network.Input(), 1);
                int levels = model.Levels.Count - 2, compared = 0;
                foreach (JsonProperty point in network.Json.GetProperty("forward").EnumerateObject())
                {
                    JsonTensor.AssertNear(At(point.Name), JsonTensor.Doubles(point.Value), Tolerance, $"{path} {point.Name}");
                    compared++;
                }
                foreach (JsonProperty point in network.Json.EnumerateObject().Where(property => property.Name.StartsWith("forward_", StringComparison.Ordinal)))
                {
                    AssertSummary(At(point.Name["forward_".Length..]), point.Value, $"{path} {point.Name}");
                    compared++;
                }
                Assert.True(compared >= 2, $"{path}: the file has no level");
                Assert.Equal(network.Json.GetProperty("predictedClass").GetInt32(), trace.PredictedClass(0));
                Assert.Equal(network.Input(), trace.Activation(model.Level("image"), 0).ToArray());
                if (network.Json.TryGetProperty("pool_indices_plane", out JsonElement pools))
                    AssertSwitches(trace, pools.ValueKind == JsonValueKind.Object ? pools.EnumerateObject().Select(pool => pool.Value) : [pools], path);

                // S1, S2, ... count from the output, T1, T2, ... from the image; the rectified logits stand at the end of both.
                float[] At(string name)
                {
                    if (name == "logits")
                        return trace.Logits(0).ToArray();
                    int number = int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture), level = name[0] == 'T' ? levels + 1 - number : number;
                    return level == 0 ? [.. trace.Logits(0).ToArray().Select(logit => Math.Max(0, logit))] : trace.Activation(model.Levels[level], 0).ToArray();
                }
            }
        }
    }

    [Fact]
    public void Forward_mixed_operators_equal_fixture_at_the_named_points()
    {
        foreach (string path in FixtureFiles.Find("mlnet", "*_a.json"))
        {
            JsonElement json = FixtureFiles.Read(path);
            using CnnModel model = CnnModel.Load(new MemoryStream(json.GetProperty("onnx_base64").GetBytesFromBase64()), new() { Provider = ExecutionProvider.Cpu });
            var points = json.GetProperty("forward").EnumerateObject().ToDictionary(point => point.Name, point => Point(model.Graph, point.Name, path));
            ForwardTrace trace = model.Forward(JsonTensor.Floats(json.GetProperty("input").GetProperty("data")), 1, new TraceRequest(points.Values, []));
            foreach (JsonProperty point in json.GetProperty("forward").EnumerateObject())
                JsonTensor.AssertNear(trace.Activation(points[point.Name].Name, 0), JsonTensor.Doubles(point.Value.GetProperty("data")), Tolerance, $"{path} {point.Name}");
        }
    }

    /// <summary>A tensor by its name in the file, or as the k-th of a kind: <c>pool2</c>, <c>relu5</c> (any activation), <c>logits</c>, <c>prob</c>.</summary>
    private static CnnTensor Point(CnnGraph graph, string name, string path)
    {
        if (name == "logits")
            return graph.Logits;
        if (name == "prob")
            return graph.Output;
        if (graph.Tensors.FirstOrDefault(tensor => tensor.Name == name) is { } named)
            return named;
        string kind = name.TrimEnd([.. "0123456789"]);
        CnnTensor[] all = kind switch
        {
            "pool" => [.. graph.Nodes.OfType<MaxPoolNode>().Select(node => node.Output)],
            _ when kind.EndsWith("relu", StringComparison.Ordinal) => [.. graph.Nodes.OfType<ActivationNode>().Select(node => node.Output)],
            _ => [],
        };
        int number = int.TryParse(name.AsSpan(kind.Length), out int counted) ? counted : 1;
        return number >= 1 && number <= all.Length ? all[number - 1] : throw new InvalidDataException($"{path}: the network has no \"{name}\"");
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
