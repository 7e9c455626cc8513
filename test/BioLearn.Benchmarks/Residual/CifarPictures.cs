using System.Formats.Tar;
using System.IO.Compression;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Benchmarks.Residual;

/// <summary>CIFAR-10 from tarballs of pictures named NUMBER_CLASS.jpg, as planes of red, green and blue.</summary>
internal static class CifarPictures
{
    public const int Channels = 3, Side = 32, Classes = 10;

    private const int Area = Side * Side;

    /// <summary>Pictures of a tarball in the order of their numbers, levels 0 to 255.</summary>
    public static Samples<float> Load(string path, int? rows)
    {
        SortedDictionary<string, (float[] Planes, int Class)> pictures = new(StringComparer.Ordinal);
        using var file = File.OpenRead(path);
        using TarReader tar = new(new GZipStream(file, CompressionMode.Decompress));
        SkiaImageCodec codec = new();
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data || !entry.Name.EndsWith(".jpg", StringComparison.Ordinal))
                continue;
            using MemoryStream encoded = new();
            data.CopyTo(encoded);
            string name = Path.GetFileNameWithoutExtension(entry.Name);
            pictures.Add(name, (Planes(codec.Decode(encoded.ToArray(), entry.Name)), int.Parse(name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..], null)));
        }
        (float[] Planes, int Class)[] taken = [.. pictures.Values.Take(rows ?? int.MaxValue)];
        return Samples<float>.OfClasses(taken.SelectMany(p => p.Planes).ToArray(), taken.Select(p => p.Class).ToArray());
    }

    /// <summary>Both sets with mean 0 and deviation 1 in every channel of the first.</summary>
    public static (Samples<float> Train, Samples<float> Test) Normalized(Samples<float> train, Samples<float> test)
    {
        float[] first = train.Features.ToArray(), second = test.Features.ToArray();
        for (int channel = 0; channel < Channels; channel++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < train.Count; row++)
            {
                foreach (float level in Plane(first, row, channel))
                {
                    sum += level;
                    squares += (double)level * level;
                }
            }
            double mean = sum / train.Count / Area, deviation = Math.Sqrt((squares / train.Count / Area) - (mean * mean));
            foreach ((float[] set, int count) in new[] { (first, train.Count), (second, test.Count) })
            {
                for (int row = 0; row < count; row++)
                {
                    foreach (ref float level in Plane(set, row, channel))
                        level = (float)((level - mean) / deviation);
                }
            }
        }
        return (Samples<float>.OfClasses(first, train.Classes), Samples<float>.OfClasses(second, test.Classes));
    }

    private static Span<float> Plane(float[] set, int row, int channel) => set.AsSpan(((row * Channels) + channel) * Area, Area);

    private static float[] Planes(PixelImage image)
    {
        float[] planes = new float[Channels * Area];
        for (int i = 0; i < Area; i++)
        {
            for (int channel = 0; channel < Channels; channel++)
                planes[(channel * Area) + i] = image.Rgb[(i * Channels) + channel];
        }
        return planes;
    }
}
