using Microsoft.ML.Data;

namespace BioLearn.ML.Spiking;

/// <summary>A grey 8-bit picture: what a spiking network looks at.</summary>
public sealed class GrayPicture
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, [height, width].</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length than height x width.</exception>
    public GrayPicture(int width, int height, ReadOnlyMemory<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"expected {height} x {width} = {(long)width * height} pixels, got {pixels.Length}", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, [height, width].</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>
    /// The luma of an image, (19595 R + 38470 G + 7471 B + 32768) / 65536, which is what Pillow's mode "L" holds; alpha is dropped.
    /// </summary>
    /// <param name="image">An image of ML.NET.</param>
    /// <exception cref="NotSupportedException">The image has neither of ML.NET's pixel formats, Bgra32 and Rgba32.</exception>
    public static GrayPicture FromImage(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int red = image.PixelFormat switch
        {
            MLPixelFormat.Bgra32 => 2,
            MLPixelFormat.Rgba32 => 0,
            var format => throw new NotSupportedException($"images of pixel format {format} cannot be read; Bgra32 and Rgba32 can"),
        };
        var colours = image.Pixels;
        byte[] pixels = new byte[image.Width * image.Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            var pixel = colours.Slice(4 * i, 4);
            pixels[i] = (byte)((pixel[red] * 19595 + pixel[1] * 38470 + pixel[2 - red] * 7471 + 0x8000) >> 16);
        }

        return new(image.Width, image.Height, pixels);
    }
}
