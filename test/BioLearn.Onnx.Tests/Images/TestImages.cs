using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

/// <summary>Pictures made up for tests.</summary>
internal static class TestImages
{
    public static PixelImage Noise(int width, int height, int seed)
    {
        var image = new PixelImage(width, height);
        new Random(seed).NextBytes(image.Rgb);
        return image;
    }

    /// <summary>Smooth colours with a bright ellipse: something that JPEG keeps.</summary>
    public static PixelImage Scene(int width, int height, double phase = 0)
    {
        var image = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                double u = (double)x / width, v = (double)y / height;
                var inside = Math.Pow(u - 0.5 - 0.2 * Math.Sin(phase), 2) + 2 * Math.Pow(v - 0.5 - 0.2 * Math.Cos(phase), 2) < 0.06;
                var pixel = image.Rgb.AsSpan(3 * (y * width + x), 3);
                pixel[0] = (byte)(inside ? 230 : 60 + 100 * u);
                pixel[1] = (byte)(inside ? 200 : 60 + 60 * v);
                pixel[2] = (byte)(inside ? 60 : 90 + 50 * Math.Sin(6 * u + phase));
            }
        }
        return image;
    }

    public static byte[] Encode(PixelImage image, ImageFormat format, IImageCodec? codec = null)
    {
        using var bytes = new MemoryStream();
        (codec ?? ImageFiles.Codec).Encode(image, bytes, format);
        return bytes.ToArray();
    }

    public static string TemporaryFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), "biolearn-images-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        return folder;
    }
}
