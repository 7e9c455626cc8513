using System.Security.Cryptography;
using System.Text;

namespace BioLearn.ML.Hosting;

/// <summary>
/// The form of files of one network: four letters, version, length of the contents, contents, and the SHA-256 of all that; little-endian.
/// Version 1 of each kind had neither length nor checksum, and is read as well.
/// </summary>
internal static class CheckedFile
{
    private const int HeadBytes = 4 + sizeof(int) + sizeof(long);

    public static void Write(BinaryWriter writer, ReadOnlySpan<byte> magic, int version, Action<BinaryWriter> write)
    {
        using MemoryStream contents = new();
        using (BinaryWriter inner = new(contents, Encoding.UTF8, leaveOpen: true))
            write(inner);
        ReadOnlySpan<byte> bytes = contents.GetBuffer().AsSpan(0, checked((int)contents.Length));
        byte[] head = Head(magic, version, bytes.Length);
        writer.Write(head);
        writer.Write(bytes);
        writer.Write(Checksum(head, bytes));
    }

    /// <summary>The contents; of a file of version 1 what follows the version, as it stands.</summary>
    /// <param name="file">The file, which can seek.</param>
    /// <param name="magic">Its four letters.</param>
    /// <param name="newest">The newest version that can be read.</param>
    /// <param name="kind">What such a file is, for errors: "a plastic network".</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    public static BinaryReader Open(BinaryReader file, ReadOnlySpan<byte> magic, int newest, string kind)
    {
        if (!file.ReadBytes(magic.Length).AsSpan().SequenceEqual(magic))
            throw new InvalidDataException($"not {kind}: it does not begin with {Encoding.ASCII.GetString(magic)}");
        int version = file.ReadInt32();
        if (version < 1 || version > newest)
            throw new InvalidDataException($"version {version}; this program reads versions 1 to {newest}");
        if (version == 1)
            return file;
        long length = file.ReadInt64(), left = file.BaseStream.Length - file.BaseStream.Position - SHA256.HashSizeInBytes;
        if (length < 0 || length > left || length > Array.MaxLength)
            throw new InvalidDataException($"{kind} of {length} bytes in a file that has {Math.Max(0, left)}: it is cut off or damaged");
        byte[] bytes = file.ReadBytes((int)length);
        if (!Checksum(Head(magic, version, length), bytes).AsSpan().SequenceEqual(file.ReadBytes(SHA256.HashSizeInBytes)))
            throw new InvalidDataException($"{kind} that is damaged: its checksum differs");
        return new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
    }

    private static byte[] Head(ReadOnlySpan<byte> magic, int version, long length)
    {
        byte[] head = new byte[HeadBytes];
        magic.CopyTo(head);
        BitConverter.TryWriteBytes(head.AsSpan(4), version);
        BitConverter.TryWriteBytes(head.AsSpan(8), length);
        return head;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> contents)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(contents);
        return hash.GetHashAndReset();
    }
}
