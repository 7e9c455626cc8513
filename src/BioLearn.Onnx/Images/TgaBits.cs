using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>Black and white TGA files of 1 bit a pixel, which Pillow writes and no decoder here reads: rows of whole bytes, not packed.</summary>
internal static class TgaBits
{
    private const int Header = 18;

    /// <summary>Whether a TGA has 1 bit a pixel.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file.Length > Header && file[2] == 3 && file[16] == 1;

    /// <exception cref="InvalidImageException">Too large, or truncated.</exception>
    public static PixelImage Decode(ReadOnlySpan<byte> file, string name)
    {
        int width = BinaryPrimitives.ReadUInt16LittleEndian(file[12..]), height = BinaryPrimitives.ReadUInt16LittleEndian(file[14..]), stride = (width + 7) / 8, start = Header + file[0];
        ImageLimits.CheckSize(width, height, name);
        if (start + (long)stride * height > file.Length)
            throw new InvalidImageException(name, "the picture is truncated");
        bool fromTop = (file[17] & 0x20) != 0;
        var image = new PixelImage(width, height);
        for (int y = 0, i = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = file.Slice(start + (fromTop ? y : height - 1 - y) * stride, stride);
            for (int x = 0; x < width; x++, i += 3)
                image.Rgb.AsSpan(i, 3).Fill((row[x / 8] & (0x80 >> (x % 8))) != 0 ? (byte)255 : (byte)0);
        }
        return image;
    }
}
