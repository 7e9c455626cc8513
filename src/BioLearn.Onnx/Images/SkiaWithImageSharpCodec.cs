namespace BioLearn.Onnx.Images;

/// <summary>Skia, which is faster and decodes JPEG as Pillow does, and ImageSharp for the kinds of file that Skia does not read.</summary>
internal sealed class SkiaWithImageSharpCodec : IImageCodec
{
    private readonly SkiaImageCodec _skia = new();
    private readonly ImageSharpCodec _imageSharp = new();

    public PixelImage Decode(ReadOnlyMemory<byte> encoded, string name) => ImageSignature.Check(encoded.Span, name) switch
    {
        ImageKind.Tiff or ImageKind.Tga or ImageKind.Netpbm => _imageSharp.Decode(encoded, name),
        ImageKind.Png when ImageSharpCodec.IsGreyOfSixteenBits(encoded.Span) => _imageSharp.Decode(encoded, name),
        ImageKind.Ico => _skia.Decode(IcoFile.Largest(encoded.Span, name), name),
        _ => _skia.Decode(encoded, name),
    };

    public void Encode(PixelImage image, Stream destination, ImageFormat format, int quality = 90) =>
        _skia.Encode(image, destination, format, quality);
}
