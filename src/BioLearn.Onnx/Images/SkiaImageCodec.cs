using System.Runtime.InteropServices;
using SkiaSharp;

namespace BioLearn.Onnx.Images;

/// <summary>Decodes and encodes with the SkiaSharp that Microsoft.ML.ImageAnalytics brings.</summary>
internal sealed unsafe class SkiaImageCodec : IImageCodec
{
    public PixelImage Decode(ReadOnlyMemory<byte> encoded, string name)
    {
        ImageSignature.Check(encoded.Span, name);
        using var pinned = encoded.Pin();
        using var data = SKData.Create((nint)pinned.Pointer, encoded.Length);
        using var codec = SKCodec.Create(data)
            ?? throw new InvalidImageException(name, $"the header is damaged (expected {ImageSignature.Known})");
        ImageLimits.CheckSize(codec.Info.Width, codec.Info.Height, name);

        // No colour space: samples as they are stored. Unpremultiplied: colour survives where alpha is 0.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var rgba = NativeMemory.AllocZeroed((nuint)info.BytesSize64);
        try
        {
            var result = codec.GetPixels(info, (nint)rgba);
            if (result != SKCodecResult.Success)
                throw new InvalidImageException(name, Explain(result));
            if ((GifBackground.Of(encoded.Span) ?? BmpColours.Background(encoded.Span)) is { } background)
                Fill((byte*)rgba, info.Width * info.Height, background);
            var image = DropAlpha((byte*)rgba, info.Width, info.Height);
            BmpColours.Widen(encoded.Span, image);

            // Skia reads the orientation of JPEG files, and of those WebP files that leave out a prefix.
            var orientation = (int)codec.EncodedOrigin;
            return ExifOrientation.Apply(image, orientation != 1 ? orientation : ExifTag.OrientationOf(encoded.Span));
        }
        finally
        {
            NativeMemory.Free(rgba);
        }
    }

    public void Encode(PixelImage image, Stream destination, ImageFormat format, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = (byte*)NativeMemory.Alloc((nuint)info.BytesSize64);
        try
        {
            AddAlpha(image.Rgb, rgba);
            // Level 3 takes half the time of 6 for files a fourteenth larger (docs/measurements.md).
            using var pixels = new SKPixmap(info, (nint)rgba);
            using var data = format == ImageFormat.Png
                ? pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub | SKPngEncoderFilterFlags.Up, 3))
                : pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore));
            destination.Write(data.AsSpan());
        }
        finally
        {
            NativeMemory.Free(rgba);
        }
    }

    private static string Explain(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the picture is truncated",
        SKCodecResult.ErrorInInput => "the picture is damaged",
        _ => $"the picture cannot be decoded ({result})",
    };

    private static void Fill(byte* rgba, int pixels, (byte R, byte G, byte B) colour)
    {
        for (byte* end = rgba + 4L * pixels; rgba < end; rgba += 4)
        {
            if (rgba[3] == 0)
                (rgba[0], rgba[1], rgba[2]) = colour;
        }
    }

    private static PixelImage DropAlpha(byte* rgba, int width, int height)
    {
        var image = new PixelImage(width, height);
        fixed (byte* rgb = image.Rgb)
        {
            byte* from = rgba, to = rgb, end = rgb + image.Rgb.Length;
            for (; to < end; to += 3, from += 4)
            {
                to[0] = from[0];
                to[1] = from[1];
                to[2] = from[2];
            }
        }
        return image;
    }

    private static void AddAlpha(byte[] rgb, byte* rgba)
    {
        for (var i = 0; i < rgb.Length; i += 3, rgba += 4)
        {
            rgba[0] = rgb[i];
            rgba[1] = rgb[i + 1];
            rgba[2] = rgb[i + 2];
            rgba[3] = 255;
        }
    }
}
