using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace BioLearn.Onnx.Images;

/// <summary>Decodes and encodes with SixLabors.ImageSharp: managed code, every kind of file.</summary>
internal sealed class ImageSharpCodec : IImageCodec
{
    private const int BitsPerSample = 258;

    private static readonly Configuration FirstFrames = new(
        new PngConfigurationModule(), new JpegConfigurationModule(), new BmpConfigurationModule(), new WebpConfigurationModule(),
        new TgaConfigurationModule(), new FirstFrameModule());

    public PixelImage Decode(ReadOnlyMemory<byte> encoded, string name)
    {
        var kind = ImageSignature.Check(encoded.Span, name);
        if (kind == ImageKind.Netpbm)
            return NetpbmReader.Decode(encoded.Span, name);
        if (kind == ImageKind.Ico)
            return Decode(IcoFile.Largest(encoded.Span, name), name);
        if (kind == ImageKind.Tga && TgaBits.Is(encoded.Span))
            return TgaBits.Decode(encoded.Span, name);
        if (kind == ImageKind.Tiff)
            CheckTiff(encoded.Span, name);
        if (kind == ImageKind.Jpeg && IsCut(encoded.Span))
            throw new InvalidImageException(name, "the picture is truncated");
        try
        {
            var file = kind == ImageKind.Tiff && ExifTag.ShortOf(encoded.Span, BitsPerSample) is null ? TiffSampleSize.Written(encoded.Span) : encoded.ToArray();
            var header = Image.Identify(FirstFrames, file, out _) ?? throw new InvalidImageException(name, "the header is damaged");
            ImageLimits.CheckSize(header.Width, header.Height, name);
            var background = GifBackground.Of(file);
            // Pillow reads these as integers, and cuts integers at 255.
            if (IsGreyOfSixteenBits(file))
                return Load<L16>(file, pixel => ((byte)Math.Min(pixel.PackedValue, (ushort)255), (byte)Math.Min(pixel.PackedValue, (ushort)255), (byte)Math.Min(pixel.PackedValue, (ushort)255)));
            return MayHaveSixteenBits(kind, file)
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
    private static bool IsCut(ReadOnlySpan<byte> file) =>
        file.LastIndexOf([(byte)0xFF, (byte)0xD9]) <= file.LastIndexOf([(byte)0xFF, (byte)0xDA]);

    /// <summary>ImageSharp reads fax compressions as white pages.</summary>
    private static void CheckTiff(ReadOnlySpan<byte> file, string name)
    {
        const int Compression = 259, Photometric = 262, SamplesPerPixel = 277, SampleFormat = 339;
        if (ExifTag.ShortOf(file, Compression) is 2 or 3 or 4)
            throw new InvalidImageException(name, "a black and white TIFF in a fax compression, which is not read (expected none, PackBits, LZW, deflate or JPEG)");
        if (ExifTag.ShortOf(file, Photometric) is 5 or 8)
            throw new InvalidImageException(name, $"a TIFF in {(ExifTag.ShortOf(file, Photometric) == 5 ? "CMYK" : "CIE Lab")}, which is not read (expected grey, palette, RGB or YCbCr)");
        if (ExifTag.ShortOf(file, SamplesPerPixel) == 2)
            throw new InvalidImageException(name, "a TIFF of grey with alpha, which is not read (expected grey, palette, RGB or YCbCr)");
        if (ExifTag.ShortOf(file, BitsPerSample) > 16 || ExifTag.ShortOf(file, SampleFormat) is > 1)
            throw new InvalidImageException(name, "a TIFF whose samples are signed, floats or longer than 16 bits, which is not read");
    }

    /// <summary>A PNG or TIFF with one sample of 16 bits a pixel.</summary>
    public static bool IsGreyOfSixteenBits(ReadOnlySpan<byte> file) => ImageSignature.KindOf(file) switch
    {
        ImageKind.Png => file.Length > 25 && file[24] == 16 && file[25] == 0,
        ImageKind.Tiff => ExifTag.ShortOf(file, 258) == 16 && ExifTag.ShortOf(file, 262) is 0 or 1 && ExifTag.ShortOf(file, 277) is null or 1,
        _ => false,
    };

    // Samples of eight bits survive the way through sixteen; the other way round ImageSharp rounds.
    private static bool MayHaveSixteenBits(ImageKind kind, ReadOnlySpan<byte> file) => kind switch
    {
        ImageKind.Png => file.Length > 24 && file[24] == 16,
        ImageKind.Tiff => true,
        _ => false,
    };

    private static PixelImage Load<TPixel>(byte[] file, Func<TPixel, (byte R, byte G, byte B)> upperBytes)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Image.Load<TPixel>(FirstFrames, file);
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
        BmpColours.Widen(file, pixels);
        return ExifOrientation.Apply(pixels, orientation);
    }

    /// <summary>Of a film only the first picture is decoded; what run lengths leave out has the first colour.</summary>
    private sealed class FirstFrameModule : IConfigurationModule
    {
        public void Configure(Configuration configuration)
        {
            configuration.ImageFormatsManager.SetDecoder(BmpFormat.Instance, new BmpDecoder { RleSkippedPixelHandling = RleSkippedPixelHandling.FirstColorOfPalette });
            configuration.ImageFormatsManager.AddImageFormatDetector(new GifImageFormatDetector());
            configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First });
            configuration.ImageFormatsManager.AddImageFormatDetector(new TiffImageFormatDetector());
            configuration.ImageFormatsManager.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First });
        }
    }
}
