using System.IO.Compression;
using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Tests.Graph;
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
