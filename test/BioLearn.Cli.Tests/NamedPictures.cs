using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests;

/// <summary>The least that naming works on: two names of four small pictures, and a network trained on one of them.</summary>
internal static class NamedPictures
{
    /// <summary>Makes named/bars, named/rings and network.blsn.</summary>
    public static void Make(TemporaryFolder folder)
    {
        foreach (string name in (string[])["bars", "rings"])
        {
            Directory.CreateDirectory(folder[$"named/{name}"]);
            for (int i = 0; i < 4; i++)
                ImageFiles.Save(Picture(name, i), folder[$"named/{name}/{i}.png"]);
        }
        SpikingNetworkOptions options = new()
        {
            Input = new() { Width = 20, Height = 20, Border = 0 },
            Layers = [SpikingLayer.Convolution(3, 5, 1e5f, learning: new() { Iterations = 8, Winners = 2, InhibitionRadius = 2 })],
            TimeSteps = 6,
        };
        new SpikingTraining().Train(options, Enumerable.Range(0, 4).Select(i => Picture("bars", i)).Select(image => new GrayPicture(image.Width, image.Height, image.ToGray()))).Save(folder["network.blsn"]);
    }

    public static PixelImage Picture(string name, int i)
    {
        PixelImage image = new(20, 20);
        for (int k = 0; k < 400; k++)
            image.Rgb.AsSpan(3 * k, 3).Fill((byte)(name == "rings" ? Math.Abs((k % 20) - (k / 20)) < 3 ? 220 : 10 + i : Math.Abs((k % 20) - 10 - i) < 2 ? 220 : 10 + i));
        return image;
    }
}
