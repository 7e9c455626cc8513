using System.Buffers.Binary;
using System.IO.Compression;

namespace BioLearn.ML.Data;

/// <summary>Files that may be compressed with gzip. The framework takes one that was cut off for whole; here it is refused.</summary>
public static class GzipFile
{
    private const int Trailer = 8;

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

    /// <summary>Whether a file begins as gzip files do, whatever its name.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True for a gzip file.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static bool IsCompressed(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[3];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Magic);
    }

    /// <summary>All bytes of a file, decompressed if it is a gzip file of one member or several.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="InvalidDataException">The compression is damaged or cut off; the message names the file.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read, or holds more than 2 GB.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        byte[] raw = File.ReadAllBytes(path);
        if (!raw.AsSpan().StartsWith(Magic))
            return raw;
        try
        {
            byte[] content = Decompressed(raw);
            return IsWhole(raw, content.Length)
                ? content
                : throw new InvalidDataException($"{path}: the gzip file is cut off: {content.Length} bytes came out of it, and its last bytes do not say so; copy or fetch it again");
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the gzip compression is damaged ({e.Message})", e);
        }
    }

    private static byte[] Decompressed(ReadOnlySpan<byte> raw)
    {
        using GZipStream unzip = new(new MemoryStream(raw.ToArray()), CompressionMode.Decompress);
        using MemoryStream content = new();
        unzip.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>A member ends with its length, modulo 2^32. Of several, each is looked at from the last to the first.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> raw, long length)
    {
        if (raw.Length < Magic.Length + Trailer)
            return false;
        uint last = BinaryPrimitives.ReadUInt32LittleEndian(raw[^4..]);
        if (last == (uint)length)
            return true;
        for (int at = raw[1..].LastIndexOf(Magic) + 1; at > 0; at = raw[1..at].LastIndexOf(Magic) + 1)
        {
            if (LengthOf(raw[at..]) is { } own && own == last)
                return IsWhole(raw[..at], length - own);
        }
        return false;
    }

    private static long? LengthOf(ReadOnlySpan<byte> member)
    {
        try
        {
            return Decompressed(member).Length;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
