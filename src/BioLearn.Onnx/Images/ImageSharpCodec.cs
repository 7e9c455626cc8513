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
        try
        {
            var header = Image.Identify(encoded.Span) ?? throw new InvalidImageException(name, "the header is damaged");
            ImageLimits.CheckSize(header.Width, header.Height, name);
            using var image = Image.Load<Rgba32>(encoded.Span);
            image.Mutate(picture => picture.AutoOrient());
            using var rgb = image.CloneAs<Rgb24>();
            var pixels = new PixelImage(rgb.Width, rgb.Height);
            rgb.CopyPixelDataTo(pixels.Rgb);
            return pixels;
        }
        catch (ImageFormatException problem)
        {
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
}
