using System.IO.Compression;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Compares the checksums of a zip file, which .NET writes and does not look at when it reads: so damage is noticed in what ML.NET itself has
/// written, and in models from before BioLearn's components had checksums of their own.
/// </summary>
internal static class ModelFileCheck
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>Reads every part once; the stream is where it was afterwards.</summary>
    /// <exception cref="InvalidDataException">A part is damaged, which the message names, or the file is no whole zip file.</exception>
    public static void Check(Stream stream)
    {
        long start = stream.Position;
        using (ZipArchive zip = Open(stream))
        {
            foreach (ZipArchiveEntry part in zip.Entries)
                Check(part);
        }
        stream.Position = start;
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = zip.Entries; // reads the directory
            return zip;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"This is not a whole ML.NET model: {e.Message}", e); // cut off, or no zip at all
        }
    }

    private static void Check(ZipArchiveEntry part)
    {
        long length = 0;
        uint checksum = uint.MaxValue;
        byte[] buffer = new byte[1 << 16];
        try
        {
            using Stream contents = part.Open();
            for (int count; length <= part.Length && (count = contents.Read(buffer)) > 0; length += count)
            {
                foreach (byte b in buffer.AsSpan(0, count))
                    checksum = Table[(byte)(checksum ^ b)] ^ (checksum >> 8);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The part '{part.FullName}' of the saved model is damaged: {e.Message}", e);
        }
        if (length != part.Length || ~checksum != part.Crc32)
            throw new InvalidDataException($"The part '{part.FullName}' of the saved model is damaged: its checksum differs.");
    }

    /// <summary>CRC-32 of one byte, the polynomial of zip files.</summary>
    private static uint Remainder(int value)
    {
        uint remainder = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
        return remainder;
    }
}
