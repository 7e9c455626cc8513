using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>A network of the reconstruct fixtures: its description, its input and its model files.</summary>
internal sealed class ReconstructNetwork
{
    private ReconstructNetwork(string jsonPath)
    {
        Json = FixtureFiles.Read(jsonPath);
        string prefix = jsonPath[..^".json".Length];
        ModelPaths = [.. new[] { ".onnx", "_taps.onnx", "_fused.onnx" }.Select(e => prefix + e).Where(File.Exists)];
        Assert.NotEmpty(ModelPaths);
    }

    public JsonElement Json { get; }

    public string[] ModelPaths { get; }

    public static ReconstructNetwork Read(string name) => new(FixtureFiles.Find("reconstruct", name + ".json").Single());

    /// <summary>The input stored, or computed from the picture by the fixture's rule.</summary>
    public float[] Input()
    {
        if (Json.TryGetProperty("input", out JsonElement input)) return JsonTensor.Floats(input);
        JsonElement source = Json.TryGetProperty("picture_u8_hwc", out _) ? Json : Read("mini_alexnet").Json;
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

    public static CnnModel Load(string path) => CnnModel.Load(path, new CnnModelOptions { Provider = ExecutionProvider.Cpu });
}
