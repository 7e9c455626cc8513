using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>The kinds of picture files that are told apart.</summary>
internal enum ImageKind
{
    Png,
    Jpeg,
    WebP,
    Gif,
    Bmp,
    Tiff,

    /// <summary>Portable bitmap, graymap or pixmap (PBM, PGM, PPM), as text or binary.</summary>
    Netpbm,

    /// <summary>Truevision TGA.</summary>
    Tga,

    /// <summary>Windows icon.</summary>
    Ico,
}

/// <summary>Tells by its first bytes what kind of picture a file is.</summary>
internal static class ImageSignature
{
    public const string Known = "PNG, JPEG, WebP, GIF, BMP, TIFF, PBM, PGM, PPM, TGA or ICO";

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>Null for a file that is none.</summary>
    public static ImageKind? KindOf(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith(Png) => ImageKind.Png,
        _ when file.StartsWith(Jpeg) => ImageKind.Jpeg,
        _ when file.StartsWith("GIF8"u8) => ImageKind.Gif,
        _ when file.StartsWith("BM"u8) => ImageKind.Bmp,
        _ when file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) => ImageKind.WebP,
        _ when file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) => ImageKind.Tiff,
        [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] => ImageKind.Netpbm,
        _ when IcoFile.Is(file) => ImageKind.Ico,
        _ when LooksLikeTga(file) => ImageKind.Tga,
        _ => null,
    };

    /// <summary>The kind; an error that names the file where it is none.</summary>
    public static ImageKind Check(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.IsEmpty)
            throw new InvalidImageException(name, "the file is empty");
        return KindOf(encoded) ?? throw new InvalidImageException(name, $"not a picture (expected {Known})");
    }

    /// <summary>TGA files begin with no word of their own: a header whose fields can all be.</summary>
    private static bool LooksLikeTga(ReadOnlySpan<byte> file) =>
        file.Length > 18
        && file[1] <= 1
        && file[2] is 1 or 2 or 3 or 9 or 10 or 11
        && (file[1] == 1 ? file[7] is 15 or 16 or 24 or 32 : file[2] is not (1 or 9))
        && BinaryPrimitives.ReadUInt16LittleEndian(file[12..]) > 0
        && BinaryPrimitives.ReadUInt16LittleEndian(file[14..]) > 0
        && (file[16] is 8 or 15 or 16 or 24 or 32 || TgaBits.Is(file))
        && (file[17] & 0xC0) == 0;
}
