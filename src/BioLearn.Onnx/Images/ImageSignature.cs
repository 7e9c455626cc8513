namespace BioLearn.Onnx.Images;

/// <summary>Tells by its first bytes whether a file is a picture of a kind that every codec here reads.</summary>
internal static class ImageSignature
{
    public const string Known = "PNG, JPEG, WebP, GIF or BMP";

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    public static bool IsKnown(ReadOnlySpan<byte> head) =>
        head.StartsWith(Png) || head.StartsWith(Jpeg) || head.StartsWith("GIF8"u8) || head.StartsWith("BM"u8)
        || (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8));

    public static void Check(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.IsEmpty)
            throw new InvalidImageException(name, "the file is empty");
        if (!IsKnown(encoded))
            throw new InvalidImageException(name, $"not a picture (expected {Known})");
    }
}
