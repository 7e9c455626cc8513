using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace BioLearn.Onnx.Images;

/// <summary>Decodes and encodes with SixLabors.ImageSharp; compiled in place of the Skia codec by <c>-p:ImageCodec=ImageSharp</c>.</summary>
internal sealed class ImageSharpCodec : IImageCodec
{
    public PixelImage Decode(ReadOnlyMemory<byte> encoded, string name)
    {
        ImageSignature.Check(encoded.Span, name);
        if (IsCutJpeg(encoded.Span))
            throw new InvalidImageException(name, "the picture is truncated");
        try
        {
            var file = encoded.ToArray();
            var header = Image.Identify(file) ?? throw new InvalidImageException(name, "the header is damaged");
            ImageLimits.CheckSize(header.Width, header.Height, name);
            var background = GifBackground.Of(file);
            return IsSixteenBitPng(file)
                ? Load<Rgb48>(file, pixel => ((byte)(pixel.R >> 8), (byte)(pixel.G >> 8), (byte)(pixel.B >> 8)))
                : Load<Rgba32>(file, pixel => pixel.A == 0 && background is { } colour ? colour : (pixel.R, pixel.G, pixel.B));
        }
        catch (Exception problem) when (problem is not (InvalidImageException or OutOfMemoryException))
        {
            // On damaged files the decoders throw what their loops happen to run into.
            throw new InvalidImageException(name, "the picture is damaged or truncated", problem);
        }
    }

    public void Encode(PixelImage image, Stream destination, ImageFormat format, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using var pixels = Image.LoadPixelData<Rgb24>(image.Rgb, image.Width, image.Height);
        IImageEncoder encoder = format == ImageFormat.Png ? new PngEncoder() : new JpegEncoder { Quality = quality };
        pixels.Save(destination, encoder);
    }

    /// <summary>No end marker behind the last start of scan: the decoder would fill the rest with grey.</summary>
    private static bool IsCutJpeg(ReadOnlySpan<byte> file) =>
        file.StartsWith([(byte)0xFF, (byte)0xD8]) && file.LastIndexOf([(byte)0xFF, (byte)0xD9]) <= file.LastIndexOf([(byte)0xFF, (byte)0xDA]);

    private static bool IsSixteenBitPng(ReadOnlySpan<byte> file) => file is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] && file.Length > 24 && file[24] == 16;

    private static PixelImage Load<TPixel>(byte[] file, Func<TPixel, (byte R, byte G, byte B)> upperBytes)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Image.Load<TPixel>(file);
        var orientation = ExifTag.OrientationOf(file);
        if (orientation == 1)
            image.Mutate(picture => picture.AutoOrient());
        var pixels = new PixelImage(image.Width, image.Height);
        image.ProcessPixelRows(rows =>
        {
            var i = 0;
            for (var y = 0; y < rows.Height; y++)
            {
                foreach (var pixel in rows.GetRowSpan(y))
                {
                    (pixels.Rgb[i], pixels.Rgb[i + 1], pixels.Rgb[i + 2]) = upperBytes(pixel);
                    i += 3;
                }
            }
        });
        return ExifOrientation.Apply(pixels, orientation);
    }
}
