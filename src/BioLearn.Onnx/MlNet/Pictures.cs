using BioLearn.Onnx.Images;
using Microsoft.ML.Data;

namespace BioLearn.Onnx.MlNet;

/// <summary>Between ML.NET's images and ours.</summary>
internal static class Pictures
{
    /// <summary>RGB pixels of an ML.NET image; alpha is dropped.</summary>
    public static PixelImage FromMLImage(MLImage image)
    {
        var pixels = image.Pixels;
        int red = image.PixelFormat switch
        {
            MLPixelFormat.Bgra32 => 2,
            MLPixelFormat.Rgba32 => 0,
            var format => throw new NotSupportedException($"images of pixel format {format} cannot be read; Bgra32 and Rgba32 can"),
        };
        var picture = new PixelImage(image.Width, image.Height);
        var rgb = picture.Rgb;
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            rgb[to] = pixels[from + red];
            rgb[to + 1] = pixels[from + 1];
            rgb[to + 2] = pixels[from + 2 - red];
        }

        return picture;
    }

    /// <summary>An opaque image in the pixel format that <c>LoadImages</c> gives.</summary>
    public static MLImage ToMLImage(PixelImage picture)
    {
        var rgb = picture.Rgb;
        var pixels = new byte[4 * picture.Width * picture.Height];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            pixels[to] = rgb[from + 2];
            pixels[to + 1] = rgb[from + 1];
            pixels[to + 2] = rgb[from];
            pixels[to + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Bgra32, pixels);
    }
}
