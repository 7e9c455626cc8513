using System.Buffers.Binary;
using System.IO.Compression;

namespace BioLearn.Onnx.Tests.Images;

/// <summary>Writes PNG files of every colour type by hand, an oracle that shares nothing with the codecs.</summary>
internal static class PngWriter
{
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bitDepth">8 or 16 (or 1, 2, 4 with packed samples).</param>
    /// <param name="colorType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</param>
    /// <param name="rows">Sample bytes, row after row, without filter bytes.</param>
    /// <param name="palette">RGB triples for type 3.</param>
    /// <param name="transparency">Contents of tRNS, if any.</param>
    /// <param name="exif">Contents of eXIf, if any.</param>
    public static byte[] Write(int width, int height, byte bitDepth, byte colorType, byte[] rows, byte[]? palette = null, byte[]? transparency = null, byte[]? exif = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = colorType;
        Chunk(file, "IHDR"u8, header);
        if (palette != null)
            Chunk(file, "PLTE"u8, palette);
        if (transparency != null)
            Chunk(file, "tRNS"u8, transparency);

        if (exif != null)
            Chunk(file, "eXIf"u8, exif);

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var rowBytes = height > 0 ? rows.Length / height : 0;
            for (var y = 0; y < height && rowBytes > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * rowBytes, rowBytes);
            }
        }
        Chunk(file, "IDAT"u8, compressed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] body = [.. type, .. content];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
