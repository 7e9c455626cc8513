using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>
/// Windows icons: several pictures in one file, each a PNG, or a BMP without its first header and with twice its height, for the mask below it. The mask is alpha, which is
/// dropped.
/// </summary>
internal static class IcoFile
{
    private const int Entry = 16;

    /// <summary>Whether a file begins as an icon: a list of pictures that lie inside the file.</summary>
    public static bool Is(ReadOnlySpan<byte> file) =>
        file.Length > 6 + Entry && file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) && Number(file, 4) is > 0 and <= 256 and var count && file.Length > 6 + Entry * count;

    /// <summary>The largest picture as a file of its own, a PNG or a BMP; of several the last of those with the most colours, as Pillow takes it.</summary>
    /// <exception cref="InvalidImageException">It lies outside the file, or is neither.</exception>
    public static byte[] Largest(ReadOnlySpan<byte> file, string name)
    {
        int best = -1;
        (int Area, double Depth) found = (0, 0);
        for (int i = 0; i < Number(file, 4); i++)
        {
            ReadOnlySpan<byte> entry = file.Slice(6 + Entry * i, Entry);
            int area = Side(entry[0]) * Side(entry[1]), bits = Number(entry, 6);
            double depth = bits > 0 ? bits : entry[2] > 1 ? Math.Ceiling(Math.Log2(entry[2])) : 256;
            if (area > found.Area || (area == found.Area && depth >= found.Depth))
                (best, found) = (i, (area, depth));
        }
        ReadOnlySpan<byte> place = file.Slice(6 + Entry * best, Entry);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(place[8..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(place[12..]);
        if ((ulong)offset + length > (ulong)file.Length)
            throw new InvalidImageException(name, "the icon is truncated");
        ReadOnlySpan<byte> picture = file.Slice((int)offset, (int)length);
        return ImageSignature.KindOf(picture) == ImageKind.Png ? picture.ToArray() : AsBmp(picture, name);

        static int Side(byte stored) => stored == 0 ? 256 : stored;
    }

    private static byte[] AsBmp(ReadOnlySpan<byte> picture, string name)
    {
        const int FileHeader = 14, InfoHeader = 40;
        if (picture.Length < InfoHeader || BinaryPrimitives.ReadUInt32LittleEndian(picture) != InfoHeader)
            throw new InvalidImageException(name, "the icon holds neither a PNG nor a BMP");
        int bits = Number(picture, 14);
        uint colours = BinaryPrimitives.ReadUInt32LittleEndian(picture[32..]);
        if (colours == 0 && bits <= 8)
            colours = 1u << bits;
        var bmp = new byte[FileHeader + picture.Length];
        picture.CopyTo(bmp.AsSpan(FileHeader));
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bmp.AsSpan(10), FileHeader + InfoHeader + 4 * Math.Min(colours, 256));
        Span<byte> height = bmp.AsSpan(FileHeader + 8);
        BinaryPrimitives.WriteInt32LittleEndian(height, BinaryPrimitives.ReadInt32LittleEndian(height) / 2);
        return bmp;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
