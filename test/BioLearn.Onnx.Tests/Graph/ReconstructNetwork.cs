using System.Text.Json;
using System.Text.RegularExpressions;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>A network of the reconstruct fixtures: its description, its input and its model files.</summary>
internal sealed partial class ReconstructNetwork
{
    private ReconstructNetwork(string jsonPath)
    {
        Json = FixtureFiles.Read(jsonPath);
        string prefix = jsonPath[..^".json".Length];
        ModelPaths = [.. new[] { ".onnx", "_taps.onnx", "_fused.onnx" }.Select(e => prefix + e).Where(File.Exists)];
        _path = jsonPath;
        if (ModelPaths.Length == 0)
            throw FixtureFiles.Missing($"no file {Path.GetFileName(prefix)}.onnx beside {jsonPath}");
    }

    private readonly string _path;

    public JsonElement Json { get; }

    public string[] ModelPaths { get; }

    /// <summary>A network of the configured set, by the name that its files have.</summary>
    public static ReconstructNetwork Read(string name) => new(FixtureFiles.Find("reconstruct", name + ".json").Single());

    /// <summary>A network of the repository's own set, for tests that are about something else.</summary>
    public static ReconstructNetwork Own(string name) => new(FixtureFiles.OwnFile("reconstruct", name + ".json"));

    /// <summary>Every network of the configured set that comes with forward figures.</summary>
    public static IReadOnlyList<ReconstructNetwork> WithForward()
    {
        ReconstructNetwork[] networks = [.. FixtureFiles.Find("reconstruct", "*.json").Where(path => FixtureFiles.Read(path).TryGetProperty("forward", out _)).Select(path => new ReconstructNetwork(path))];
        return networks.Length > 0 ? networks : throw FixtureFiles.Missing("no file of a network with forward figures in reconstruct");
    }

    /// <summary>The input stored, or computed from the picture by the fixture's rule.</summary>
    public float[] Input()
    {
        if (Json.TryGetProperty("input", out JsonElement input)) return JsonTensor.Floats(input);
        JsonElement source = Json.TryGetProperty("picture_u8_hwc", out _) ? Json : FixtureFiles.Read(Sibling());
        JsonElement picture = source.GetProperty("picture_u8_hwc");
        double[] mean = JsonTensor.Doubles(source.GetProperty("mean")), std = JsonTensor.Doubles(source.GetProperty("std"));
        int height = picture.GetArrayLength(), width = picture[0].GetArrayLength();
        var result = new float[3 * height * width];
        for (int c = 0; c < 3; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++) result[(c * height + y) * width + x] = (float)((picture[y][x][c].GetInt32() / 255.0 - mean[c]) / std[c]);
            }
        }
        return result;
    }

    /// <summary>"Same input as mini_alexnet.json": the note of a network without a picture names the file that has it.</summary>
    private string Sibling()
    {
        string name = Json.TryGetProperty("note", out JsonElement note) && NamedFile().Match(note.GetString()!) is { Success: true } named ? named.Value : "mini_alexnet.json";
        string path = Path.Combine(Path.GetDirectoryName(_path)!, name);
        return File.Exists(path) ? path : throw FixtureFiles.Missing($"no file {name}, whose input {_path} takes");
    }

    [GeneratedRegex(@"\w+\.json")]
    private static partial Regex NamedFile();

    public static CnnModel Load(string path) => CnnModel.Load(path, new CnnModelOptions { Provider = ExecutionProvider.Cpu });
}
