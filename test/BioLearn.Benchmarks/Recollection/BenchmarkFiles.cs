using BioLearn.Benchmarks.Harness;
using BioLearn.Onnx.Images;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>The repository's own models and photographs.</summary>
internal static class BenchmarkFiles
{
    public static string Model(string name) => Repository.File("examples", "models", name + ".onnx");

    /// <summary>The photographs as network inputs, one after the other; a batch larger than their number goes on with them mirrored, then again.</summary>
    public static float[] Photographs(int count)
    {
        string[] files = [.. Directory.EnumerateFiles(Repository.File("examples", "data", "photos")).Where(f => Path.GetExtension(f) is ".png" or ".jpg").Order(StringComparer.Ordinal)];
        var preprocessing = new ImagePreprocessing();
        var inputs = new float[count * preprocessing.InputLength];
        for (int i = 0; i < count; i++)
        {
            Span<float> input = inputs.AsSpan(i * preprocessing.InputLength, preprocessing.InputLength);
            preprocessing.Normalize(preprocessing.ResizeAndCrop(ImageFiles.Load(files[i % files.Length])), input);
            if (i / files.Length % 2 == 0) continue;
            for (int row = 0; row < input.Length; row += preprocessing.Width) input.Slice(row, preprocessing.Width).Reverse();
        }
        return inputs;
    }
}
