using System.IO.Compression;
using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Tests.Graph;
using BioLearn.Onnx.Tests.Reversal;
using Xunit.Abstractions;

namespace BioLearn.Onnx.Tests.Models;

/// <summary>
/// Networks of other makers. BIOLEARN_MODELS_TO_CHECK names a folder of .onnx files in sub-folders; every one of them
/// must load, run, and recollect an image. Where the folder has an expected.json and pictures in ../photos and ../mnist, the logits
/// must agree with it. Nothing is checked without the variable.
/// </summary>
public class ForeignModelTests(ITestOutputHelper output)
{
    private static string? Folder => Environment.GetEnvironmentVariable("BIOLEARN_MODELS_TO_CHECK") is { Length: > 0 } folder ? folder : null;

    [Fact]
    public void Every_model_of_the_folder_runs_forward_and_backward()
    {
        string[] paths = Folder is null ? [] : Directory.GetFiles(Folder, "*.onnx", SearchOption.AllDirectories);
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            using CnnModel model = CnnModel.Load(path, new() { Provider = ExecutionProvider.Cpu });
            using var recollector = new Recollector(model, Cue.PredictedClass);
            var random = new Random(1);
            float[] image = [.. Enumerable.Range(0, model.InputShape.Count).Select(_ => (float)random.NextDouble())];
            RecollectedImage recollected = recollector.Recollect(image, 1)[0];
            Assert.Equal(model.InputShape.Channels, recollected.Shape.Channels);
            output.WriteLine($"{Path.GetFileName(path)}: {model.Graph.Nodes.Length} nodes, {model.Parameters:N0} parameters, {model.Levels.Count} levels, recollected {recollected.Shape}");
        }
    }

    /// <summary>What it prints stands in the table of docs/recollection.md.</summary>
    [Fact]
    public void Every_model_of_the_folder_gives_what_the_runtime_gives_and_has_the_gradient_of_finite_differences()
    {
        string[] paths = Folder is null ? [] : Directory.GetFiles(Folder, "*.onnx", SearchOption.AllDirectories);
        var failed = new List<string>();
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            try
            {
                Compare(path);
            }
            catch (Exception problem) when (problem is OnnxModelException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException or ArgumentException)
            {
                failed.Add($"{path}: {problem.Message}");
            }
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));

        void Compare(string path)
        {
            using CnnModel model = CnnModel.Load(path, new() { Provider = ExecutionProvider.Cpu });
            CnnGraph graph = model.Graph;
            if (graph.EndsBefore is { } refused)
            {
                output.WriteLine($"{Path.GetFileName(path)}: up to level S1 only, {refused.NodeName} ({refused.OpType}): {refused.Problem}");
                return;
            }
            var random = new Random(1);
            float[] image = [.. Enumerable.Range(0, graph.Input.Shape.Count).Select(_ => (float)(2 * random.NextDouble() - 1))];
            float[] expected = OperatorReadingTests.RunFile(File.ReadAllBytes(path), graph, image);
            using var session = new RuntimeForward(graph, new TraceRequest([graph.Output], []), new() { Provider = ExecutionProvider.Cpu });
            float[] found = session.Run(image, 1, null, default).ActivationBuffer(graph.Output.Name)!, kernels = model.Forward(image, 1, new TraceRequest([graph.Output], [])).ActivationBuffer(graph.Output.Name)!;
            double forward = Math.Max(Difference(found, expected), Difference(kernels, expected));
            string gradient = "";
            double work = graph.Nodes.Sum(node => node.Parameters * (node is DenseNode ? 1.0 : node.Output.Shape.PlaneSize));
            if (forward > 1e-4 && work < 2e9)
            {
                float[] exact = [.. new ReferenceForward(graph, image.Select(v => (double)v))[graph.Output].Select(v => (float)v)];
                gradient = $", from double precision: the file {Difference(expected, exact):0.0e0}, the graph {Difference(found, exact):0.0e0}";
            }
            if (work < 2e8 && !graph.Nodes.Any(node => node is QuantizeNode))
            {
                double cosine = GradientTests.Cosine(graph, image, directions: 1);
                gradient += $", gradient {cosine:0.0000}";
                if (cosine < 0.995) failed.Add($"{path}: cosine {cosine}");
            }
            output.WriteLine($"{Path.GetFileName(path)}: {graph.Nodes.Length} nodes, {graph.Levels.Length} levels, forward {forward:0.0e0}{gradient}");
            // Untrained networks may be chaotic: how far the runtime's own optimisations move the output is no fault of ours.
            double own = Difference(OperatorReadingTests.RunFile(File.ReadAllBytes(path), graph, image, optimized: true), expected);
            if (forward > Math.Max(1e-4, 10 * own)) failed.Add($"{path}: forward {forward}, the runtime's own {own}");
        }

        static double Difference(float[] a, float[] b) => a.Zip(b, (p, q) => Math.Abs((double)p - q)).Max() / (b.Max(Math.Abs) + 1e-12);
    }

    [Fact]
    public void Logits_on_crops_of_photographs_agree_with_the_expected_ones()
    {
        if (Expected("imagenet") is not { } entries) return;
        foreach (JsonElement entry in entries)
        {
            string photo = Path.Combine(Folder!, "..", "photos", entry.GetProperty("photo").GetString()!);
            using CnnModel model = Load(entry);
            PixelImage picture = ImageFiles.Load(photo);
            int x0 = entry.GetProperty("x0").GetInt32(), y0 = entry.GetProperty("y0").GetInt32(), size = entry.GetProperty("size").GetInt32();
            ForwardTrace trace = model.Forward(Crop(picture, x0, y0, size, entry.GetProperty("input").GetString()!), 1, levels: [], switches: false);
            JsonElement[] top = [.. entry.GetProperty("top5").EnumerateArray()];
            float[] logits = [.. top.Select(t => trace.Logits(0)[t.GetProperty("class").GetInt32()])];
            JsonTensor.AssertNear(logits, [.. top.Select(t => t.GetProperty("logit").GetDouble())], 1e-4, entry.GetProperty("model").GetString()!);
            Assert.Equal(top[0].GetProperty("class").GetInt32(), trace.PredictedClass(0));
        }
    }

    [Fact]
    public void Logits_on_handwritten_digits_agree_with_the_expected_ones()
    {
        if (Expected("mnist") is not { } entries) return;
        using var file = new GZipStream(File.OpenRead(Path.Combine(Folder!, "..", "mnist", "t10k-images-idx3-ubyte.gz")), CompressionMode.Decompress);
        var bytes = new byte[16 + 8 * 784];
        file.ReadExactly(bytes);
        float[] digits = Array.ConvertAll(bytes[16..], b => (float)b);
        foreach (JsonElement entry in entries)
        {
            using CnnModel model = Load(entry);
            ForwardTrace trace = model.Forward(digits, 8, levels: [], switches: false);
            for (int i = 0; i < 8; i++) JsonTensor.AssertNear(trace.Logits(i), JsonTensor.Doubles(entry.GetProperty("logits")[i]), 1e-4, $"digit {i}");
        }
    }

    private static CnnModel Load(JsonElement entry) => CnnModel.Load(Path.Combine(Folder!, entry.GetProperty("model").GetString()!), new() { Provider = ExecutionProvider.Cpu });

    private static JsonElement.ArrayEnumerator? Expected(string group) => Folder is not null && File.Exists(Path.Combine(Folder, "expected.json"))
        ? FixtureFiles.Read(Path.Combine(Folder, "expected.json")).GetProperty(group).EnumerateArray()
        : null;

    private static float[] Crop(PixelImage picture, int x0, int y0, int size, string rule)
    {
        float[] caffeMean = [104, 117, 123];
        var input = new float[3 * size * size];
        for (int i = 0; i < input.Length; i++)
        {
            int c = i / (size * size), y = i / size % size, x = i % size;
            bool caffe = rule.StartsWith("BGR", StringComparison.Ordinal);
            byte value = picture.Rgb[((y0 + y) * picture.Width + x0 + x) * 3 + (caffe ? 2 - c : c)];
            input[i] = caffe ? value - caffeMean[c] : value / 127.5f - 1;
        }
        return input;
    }
}
