using System.Buffers.Binary;

namespace BioLearn.Onnx.Images;

/// <summary>
/// TIFF files that do not say how many bits a sample has: by the specification it is one. The directory is written once more behind the file, with that tag put in, since decoders
/// want it.
/// </summary>
internal static class TiffSampleSize
{
    private const int BitsPerSample = 258, Short = 3, EntryBytes = 12;

    /// <summary>The file with the tag; the same where the directory cannot be read.</summary>
    public static byte[] Written(ReadOnlySpan<byte> file)
    {
        bool isBig = file.StartsWith("MM"u8);
        long at = file.Length < 8 ? long.MaxValue : isBig ? BinaryPrimitives.ReadUInt32BigEndian(file[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (at + 2 > file.Length)
            return file.ToArray();
        int entries = Number(file, (int)at, isBig), length = entries * EntryBytes;
        if (at + 2 + length > file.Length || entries == ushort.MaxValue)
            return file.ToArray();
        ReadOnlySpan<byte> directory = file.Slice((int)at + 2, length);
        int before = 0;
        while (before < entries && Number(directory, before * EntryBytes, isBig) < BitsPerSample)
            before++;
        int place = file.Length + file.Length % 2;
        var whole = new byte[place + 2 + length + EntryBytes + 4];
        file.CopyTo(whole);
        Span<byte> written = whole.AsSpan(place);
        Write(written, entries + 1, isBig);
        directory[..(before * EntryBytes)].CopyTo(written[2..]);
        Span<byte> entry = written[(2 + before * EntryBytes)..];
        Write(entry, BitsPerSample, isBig);
        Write(entry[2..], Short, isBig);
        Write(entry[(isBig ? 6 : 4)..], 1, isBig); // one value, a number of 32 bits
        Write(entry[8..], 1, isBig);
        directory[(before * EntryBytes)..].CopyTo(entry[EntryBytes..]);
        if (isBig)
            BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(4), place);
        else
            BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(4), place);
        return whole;
    }

    private static int Number(ReadOnlySpan<byte> tiff, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(tiff[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(tiff[at..]);

    private static void Write(Span<byte> at, int value, bool isBig)
    {
        if (isBig)
            BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
    }
}
