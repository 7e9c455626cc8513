using BioLearn.Onnx.Images;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>The repository's own models and photographs.</summary>
internal static class BenchmarkFiles
{
    private static readonly string Root = FindRoot();

    public static string Model(string name) => Path.Combine(Root, "examples", "models", name + ".onnx");

    /// <summary>The photographs as network inputs, one after the other; a batch larger than their number goes on with them mirrored, then again.</summary>
    public static float[] Photographs(int count)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Root, "examples", "data", "photos")).Where(f => Path.GetExtension(f) is ".png" or ".jpg").Order(StringComparer.Ordinal)];
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

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "BioLearn.ML.sln"))) return folder;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds BioLearn.ML.sln: run the benchmarks from the repository");
    }
}
