using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.Onnx.Tests.MlNet;

/// <summary>The bundled network and photographs.</summary>
internal static class Examples
{
    public static string AlexNet => Find("examples/models/alexnet-caltech101.onnx");

    public static string Photos => Find("examples/data/photos");

    /// <summary>Rows of file names in the photo folder.</summary>
    public static IDataView Load(MLContext mlContext, params string[] files)
        => mlContext.Data.LoadFromEnumerable(files.Select((file, i) => new PhotoRow { Path = file, Number = i, Label = file.Length > 11 ? "long" : "short" }).ToArray());

    /// <summary>Six photographs.</summary>
    public static IDataView Load(MLContext mlContext)
        => Load(mlContext, "astronaut.png", "chelsea.png", "coffee.png", "grace_hopper.jpg", "rocket.jpg", "horse.png");

    private static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, path);
            if (Path.Exists(candidate))
                return candidate;
        }

        throw new FileNotFoundException($"{path} is not above the test assembly");
    }
}

public sealed class PhotoRow
{
    public string Path { get; set; } = "";

    public float Number { get; set; }

    public string Label { get; set; } = "";
}

public sealed class ImageRow
{
    [ImageType(300, 300)] // the type wants a size, the rows may have others
    public MLImage? Image { get; set; }

    public string Label { get; set; } = "";
}

public sealed class VectorRow
{
    [VectorType(3 * 224 * 224)]
    public float[] Input { get; set; } = [];
}

public sealed class RecollectedRow
{
    public float[] Vector { get; set; } = [];

    public float E { get; set; }

    public uint Class { get; set; }
}
