using BioLearn.Benchmarks.Harness;
using BioLearn.Onnx.Images;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>
/// Decoding a picture and resizing it to a network's input, with Skia and with ImageSharp, on the bundled photographs and those of a folder that
/// the environment variable BIOLEARN_PICTURES names. What Pillow decodes, saved beside a picture as NAME.ppm, is what both are compared with.
/// </summary>
internal sealed class CodecBenchmark : IBenchmark
{
    private static readonly ImagePreprocessing Preprocessing = new();

    public void Run(SideBySide bench)
    {
        if (!bench.Selects("codecs", "pictures")) return;
        string folder = Environment.GetEnvironmentVariable("BIOLEARN_PICTURES") ?? Repository.File("examples", "data", "photos");
        foreach (string extension in (string[])[".jpg", ".png"])
        {
            string[] files = [.. Directory.EnumerateFiles(folder, "*" + extension).Order(StringComparer.Ordinal)];
            if (files.Length == 0) continue;
            byte[][] encoded = [.. files.Select(File.ReadAllBytes)];
            bench.Compare($"codecs/{extension}", $"{files.Length} pictures",
                new("Skia", () => DecodeAll(new SkiaImageCodec(), encoded)), [new("ImageSharp", () => DecodeAll(new ImageSharpCodec(), encoded))]);
            foreach (IImageCodec codec in (IImageCodec[])[new SkiaImageCodec(), new ImageSharpCodec()])
                Differences(codec, files, encoded);
        }
    }

    private static void DecodeAll(IImageCodec codec, byte[][] pictures)
    {
        foreach (byte[] picture in pictures)
            Preprocessing.ResizeAndCrop(codec.Decode(picture, "picture"));
    }

    private static void Differences(IImageCodec codec, string[] files, byte[][] encoded)
    {
        int compared = 0, equal = 0, largest = 0;
        double sum = 0;
        for (int i = 0; i < files.Length; i++)
        {
            string reference = Path.ChangeExtension(files[i], ".ppm");
            if (!File.Exists(reference)) continue;
            int[] errors = [.. codec.Decode(encoded[i], files[i]).Rgb.Zip(ImageFiles.Load(reference).Rgb, (a, b) => Math.Abs(a - b))];
            compared++;
            equal += errors.Max() == 0 ? 1 : 0;
            largest = Math.Max(largest, errors.Max());
            sum += errors.Average();
        }
        if (compared > 0)
            Report.Line($"{codec.GetType().Name}: {equal} of {compared} equal to the .ppm, differing by {sum / compared:f4} in the mean and {largest} at most");
    }
}
