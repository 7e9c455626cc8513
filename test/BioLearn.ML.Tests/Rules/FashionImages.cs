using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using BioLearn.ML.Data;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// Images of Fashion-MNIST (MIT licence, Zalando SE) in the order of a training curve, then the first test images. Those that the
/// repository's own curves need lie in Data; for others BIOLEARN_FASHION_MNIST names a folder with the four IDX files.
/// </summary>
internal static partial class FashionImages
{
    public const int Pixels = 784, Classes = 10;

    private const string BundledOrder = "train index of sample n (n=0,1,2..) = (n*7919+13) mod 60000";
    private const int BundledSamples = 1920, BundledTests = 1000;

    /// <param name="order">The file's words for the order of the training images: (n*factor+offset) mod count.</param>
    /// <param name="samples">Training images.</param>
    /// <param name="tests">Test images.</param>
    public static (double[] Images, int[] Labels) Load(string order, int samples, int tests)
    {
        if (order == BundledOrder && samples <= BundledSamples && tests <= BundledTests)
            return (Bundled("images-idx3", 16, Pixels, samples, tests, pixel => pixel / 255.0), Bundled("labels-idx1", 8, 1, samples, tests, label => (int)label));

        Match formula = Order().Match(order);
        if (!formula.Success)
            throw new InvalidDataException($"an order '(n*factor+offset) mod count' was expected, got '{order}'");
        long factor = Number("factor"), offset = Number("offset"), count = Number("count");
        int[] training = [.. Enumerable.Range(0, samples).Select(n => (int)(((n * factor) + offset) % count))];
        string folder = Environment.GetEnvironmentVariable("BIOLEARN_FASHION_MNIST") is { Length: > 0 } configured
            ? configured
            : throw FixtureFiles.Missing($"no file of Fashion-MNIST for the order '{order}': set BIOLEARN_FASHION_MNIST");
        return (
            Chosen(folder, "images-idx3", Pixels, training, tests, pixel => pixel / 255.0),
            Chosen(folder, "labels-idx1", 1, training, tests, label => (int)label));

        long Number(string group) => long.Parse(formula.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private static TValue[] Bundled<TValue>(string kind, int header, int size, int samples, int tests, Func<byte, TValue> convert)
    {
        using GZipStream stream = new(typeof(FashionImages).Assembly.GetManifestResourceStream($"fashion_curve-{kind}-ubyte.gz")!, CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        byte[] values = bytes.ToArray();
        return [.. values.AsSpan(header, samples * size).ToArray().Select(convert), .. values.AsSpan(header + (BundledSamples * size), tests * size).ToArray().Select(convert)];
    }

    private static TValue[] Chosen<TValue>(string folder, string kind, int size, int[] training, int tests, Func<byte, TValue> convert)
    {
        byte[] train = Values("train"), test = Values("t10k");
        return [.. training.SelectMany(i => train[(i * size)..((i + 1) * size)]).Select(convert), .. test[..(tests * size)].Select(convert)];

        byte[] Values(string set)
        {
            string path = Path.Combine(folder, $"{set}-{kind}-ubyte");
            return IdxFile.Read(File.Exists(path) ? path : $"{path}.gz").Values.ToArray();
        }
    }

    [GeneratedRegex(@"\(n\*(?<factor>\d+)\+(?<offset>\d+)\) mod (?<count>\d+)")]
    private static partial Regex Order();
}
