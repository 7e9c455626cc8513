using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace BioLearn.ML.Hosting;

/// <summary>NumPy's archive: a zip file with an <c>.npy</c> file a tensor.</summary>
internal static class NpzFile
{
    private const int Alignment = 64;

    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (NamedTensor tensor in tensors)
        {
            ZipArchiveEntry entry = archive.CreateEntry($"{tensor.Name}.npy", CompressionLevel.Fastest);
            entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same tensors, the same bytes
            using Stream file = entry.Open();
            file.Write(Header(tensor));
            file.Write(tensor.Bytes);
        }
    }

    /// <summary>Magic, version 1.0, length, a Python literal; padded so that the numbers begin at a multiple of 64.</summary>
    private static byte[] Header(NamedTensor tensor)
    {
        string shape = tensor.Shape.Count == 1 ? $"({tensor.Shape[0]},)" : $"({string.Join(", ", tensor.Shape)})";
        string literal = $"{{'descr': '{tensor.Type.Numpy}', 'fortran_order': False, 'shape': {shape}, }}";
        const int before = 10; // magic, version, length
        int length = (before + literal.Length + 1 + Alignment - 1) / Alignment * Alignment - before;
        byte[] header = new byte[before + length];
        header.AsSpan(before).Fill((byte)' ');
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        Encoding.ASCII.GetBytes(literal, header.AsSpan(before));
        header[^1] = (byte)'\n';
        return header;
    }
}
