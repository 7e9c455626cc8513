using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Pictures of bars, upright or lying, and a small network to learn them.</summary>
internal sealed class Grating
{
    public const int Width = 40;
    public const int Height = 32;

    [ImageType(Height, Width)]
    public MLImage? Image { get; set; }

    public bool Upright { get; set; }

    public static SpikingNetworkOptions Network { get; } = new()
    {
        Input = new() { Width = Width, Height = Height, Border = 2 },
        TimeSteps = 10,
        Seed = 5,
        Layers =
        [
            SpikingLayer.Convolution(4, 5, 6, learning: new() { Iterations = 60, Potentiation = .05f, Depression = .04f, DoublingPeriod = 25, Winners = 2 }),
            SpikingLayer.Pooling(5, 4, lateralInhibition: true),
            SpikingLayer.Convolution(6, 5, 4, featureThreshold: 1e5f, new() { Iterations = 60, Potentiation = .02f, Depression = .015f, DoublingPeriod = 25, Winners = 1, InhibitionRadius = 2 }),
        ],
    };

    public static GrayPicture Picture(int index)
    {
        bool upright = index % 2 == 0;
        var random = new Random(index);
        double phase = 6 * random.NextDouble(), period = 7 + 3 * random.NextDouble();
        byte[] pixels = new byte[Width * Height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(128 + 90 * Math.Sin(phase + 2 * Math.PI / period * (upright ? i % Width : i / Width)) + random.Next(30));
        return new(Width, Height, pixels);
    }

    public static IEnumerable<GrayPicture> Pictures(int count) => Enumerable.Range(0, count).Select(Picture);

    public static IDataView Rows(MLContext mlContext, int count, int missing = -1) => mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Grating
    {
        Image = i == missing ? null : ToImage(Picture(i)),
        Upright = i % 2 == 0,
    }));

    private static MLImage ToImage(GrayPicture picture)
    {
        byte[] pixels = new byte[4 * Width * Height];
        for (int i = 0; i < Width * Height; i++)
        {
            pixels.AsSpan(4 * i, 3).Fill(picture.Pixels.Span[i]);
            pixels[4 * i + 3] = 255;
        }

        return MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, pixels);
    }
}
