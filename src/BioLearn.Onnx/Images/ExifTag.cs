using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>
/// The orientation in the Exif chunk of a PNG (eXIf) or WebP (EXIF) file or among the tags of a TIFF, which not every decoder looks for. Whatever does not read as one is 1:
/// a damaged chunk beside sound pixels is no reason to refuse a picture.
/// </summary>
internal static class ExifTag
{
    private const int Orientation = 0x0112;
    private const int Short = 3;

    /// <summary>1 to 8; 1 where there is no chunk, or the file is of another kind.</summary>
    public static int OrientationOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return OfTiff(Chunk(file, start: 8, "eXIf"u8, isPng: true));
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
            return OfTiff(Chunk(file, start: 12, "EXIF"u8, isPng: false));
        return ImageSignature.KindOf(file) == ImageKind.Tiff ? OfTiff(file) : 1;
    }

    // PNG: length, type, contents, checksum, big-endian. RIFF: type, length, contents padded to an even length, little-endian.
    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> file, int start, ReadOnlySpan<byte> wanted, bool isPng)
    {
        for (long at = start; at + 8 <= file.Length;)
        {
            ReadOnlySpan<byte> head = file.Slice((int)at, 8);
            uint length = isPng ? BinaryPrimitives.ReadUInt32BigEndian(head) : BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            long content = at + 8;
            if ((isPng ? head[4..] : head[..4]).SequenceEqual(wanted))
                return content + length <= file.Length ? file.Slice((int)content, (int)length) : [];
            at = content + length + (isPng ? 4 : length % 2);
        }
        return [];
    }

    private static int OfTiff(ReadOnlySpan<byte> tiff) =>
        // Many writers keep the prefix that JPEG wants.
        ShortOf(tiff.StartsWith("Exif\0\0"u8) ? tiff[6..] : tiff, Orientation) is { } found and >= 1 and <= 8 ? found : 1;

    /// <summary>The first value of a tag of 16-bit numbers in the first directory of a TIFF; null where there is none.</summary>
    public static int? ShortOf(ReadOnlySpan<byte> tiff, int tag)
    {
        bool isBig = tiff.StartsWith("MM"u8);
        if (tiff.Length < 8 || !(isBig || tiff.StartsWith("II"u8)))
            return null;
        long at = Long(tiff, 4, isBig);
        if (at + 2 > tiff.Length)
            return null;
        int entries = Number(tiff, (int)at, isBig);
        for (at += 2; entries > 0 && at + 12 <= tiff.Length; entries--, at += 12)
        {
            if (Number(tiff, (int)at, isBig) != tag || Number(tiff, (int)at + 2, isBig) != Short)
                continue;
            // More than two do not fit into the entry: it says where they are.
            long value = Long(tiff, (int)at + 4, isBig) <= 2 ? at + 8 : Long(tiff, (int)at + 8, isBig);
            return value + 2 <= tiff.Length ? Number(tiff, (int)value, isBig) : null;
        }
        return null;
    }

    private static uint Long(ReadOnlySpan<byte> tiff, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(tiff[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(tiff[at..]);

    private static int Number(ReadOnlySpan<byte> tiff, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(tiff[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(tiff[at..]);
}
