using BioLearn.ML.Data;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments;

/// <summary>The files of a data source's folder, in one of three forms.</summary>
internal abstract class PictureFiles(string source, string folder)
{
    protected string Source => source;

    protected string Folder => folder;

    /// <summary>Full paths of all files, in an order of their own.</summary>
    public abstract string[] All();

    public abstract (LabelledRows Rows, TensorShape Shape) Read(bool training);

    /// <summary>CIFAR's binary files or Omniglot's where the first of them lies, else the IDX files of MNIST's kind.</summary>
    public static PictureFiles In(string source, string folder) =>
        File.Exists(Path.Combine(folder, CifarFiles.First)) ? new CifarFiles(source, folder) : OmniglotFiles.Are(folder) ? new OmniglotFiles(source, folder) : new IdxFiles(source, folder);

    /// <summary>Grey values from 0 to 1.</summary>
    protected static float[] Scaled(ReadOnlySpan<byte> bytes)
    {
        float[] pixels = GC.AllocateUninitializedArray<float>(bytes.Length);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = bytes[i] / 255f;
        return pixels;
    }
}

/// <summary>The four files of MNIST and its kin.</summary>
internal sealed class IdxFiles(string source, string folder) : PictureFiles(source, folder)
{
    public override string[] All() => [.. ((string[])["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]).Select(Path)];

    public override (LabelledRows, TensorShape) Read(bool training)
    {
        string set = training ? "train" : "t10k", imagesFile = Path($"{set}-images-idx3-ubyte"), labelsFile = Path($"{set}-labels-idx1-ubyte");
        IdxFile images = IdxFile.Read(imagesFile), labels = IdxFile.Read(labelsFile);
        if (images.Dimensions.Count != 3)
            throw new InvalidDataException($"{imagesFile}: {images.Dimensions.Count} dimensions; expected pictures x rows x columns");
        if (labels.Values.Length != images.Dimensions[0])
            throw new InvalidDataException($"{labelsFile}: {labels.Values.Length} labels for the {images.Dimensions[0]} pictures of {imagesFile}");
        return (new(Scaled(images.Values), labels.Values.Select(l => (int)l).ToArray()), new TensorShape(1, images.Dimensions[1], images.Dimensions[2]));
    }

    private string Path(string name)
    {
        string path = System.IO.Path.Combine(Folder, name);
        return File.Exists(path) ? path
            : File.Exists($"{path}.gz") ? $"{path}.gz"
            : throw new FileNotFoundException($"data source '{Source}': {Folder} has neither {name} nor {name}.gz, nor CIFAR's {CifarFiles.First}", path);
    }
}

/// <summary>CIFAR-10's binary files: records of a label and three planes of 32 x 32 bytes, red, green, blue.</summary>
internal sealed class CifarFiles(string source, string folder) : PictureFiles(source, folder)
{
    public const string First = "data_batch_1.bin";
    private const string Test = "test_batch.bin";
    private const int Side = 32, Pixels = 3 * Side * Side, Record = 1 + Pixels;

    public override string[] All() => [.. Training(), Path.Combine(Folder, Test)];

    public override (LabelledRows, TensorShape) Read(bool training)
    {
        List<byte> labels = [], pixels = [];
        foreach (string file in training ? Training() : [Path.Combine(Folder, Test)])
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (bytes.Length == 0 || bytes.Length % Record != 0)
                throw new InvalidDataException($"{file}: {bytes.Length} bytes; expected records of {Record}: a label and {Pixels} of a picture");
            for (int at = 0; at < bytes.Length; at += Record)
            {
                labels.Add(bytes[at]);
                pixels.AddRange(bytes.AsSpan(at + 1, Pixels));
            }
        }
        return (new(Scaled(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pixels)), labels.Select(l => (int)l).ToArray()), new TensorShape(3, Side, Side));
    }

    private string[] Training() => [.. Enumerable.Range(1, 5).Select(i => Path.Combine(Folder, $"data_batch_{i}.bin")).Where(File.Exists)];
}
