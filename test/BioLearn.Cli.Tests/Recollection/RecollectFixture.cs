using System.Text.RegularExpressions;
using BioLearn.Onnx.Images;
using BioLearn.Tests;

namespace BioLearn.Cli.Tests.Recollection;

/// <summary>A small network and small pictures, so that a whole run takes a second.</summary>
internal static partial class RecollectFixture
{
    public static string SmallModel => FixtureFiles.Find("reconstruct", "mini_alexnet.onnx")[0];

    /// <summary>A network made for one of its oddities.</summary>
    public static string Network(string name) => FixtureFiles.OwnFile("networks", $"{name}.onnx");

    /// <summary>Pictures p0.png, p1.jpg, ... with shapes of their own.</summary>
    public static string MakePictures(TemporaryFolder folder, int count)
    {
        var pictures = folder["pictures"];
        Directory.CreateDirectory(pictures);
        for (var i = 0; i < count; i++)
        {
            var image = new PixelImage(60 + i, 50);
            var random = new Random(i);
            int left = random.Next(30), top = random.Next(25);
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                    image.Rgb.AsSpan(3 * (y * image.Width + x), 3).Fill((byte)(x > left && x < left + 20 && y > top && y < top + 15 ? 220 : 40 + x + random.Next(20)));
            }
            ImageFiles.Save(image, Path.Combine(pictures, $"p{i}.{(i % 2 == 0 ? "png" : "jpg")}"));
        }
        return pictures;
    }

    /// <summary>All files of a result by name, timings left out of the manifest.</summary>
    public static SortedDictionary<string, string> Contents(string folder)
    {
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, file);
            contents[name] = name == "manifest.jsonl" ? WithoutTimings(File.ReadAllText(file)) : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
        }
        return contents;
    }

    private static string WithoutTimings(string manifest) => Timings().Replace(manifest, "");

    [GeneratedRegex("""("milliseconds":\{[^}]*\})|(\{"summary".*)""")]
    private static partial Regex Timings();
}
