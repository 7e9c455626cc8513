using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BioLearn.ML.Data;

/// <summary>
/// A file in the IDX format of MNIST, compressed with gzip or not: the bytes 0, 0, type, number of dimensions; each dimension as a
/// big-endian 32-bit number; then the values. Unsigned bytes (type 8) only.
/// </summary>
public sealed class IdxFile
{
    private const int MostDimensions = 8;
    private const byte UnsignedByte = 8;

    private IdxFile(int[] dimensions, byte[] values, string sha256)
    {
        Dimensions = dimensions;
        Values = values;
        Sha256 = sha256;
    }

    /// <summary>Sizes of the dimensions, at least one; the first counts the items.</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>All values, the last dimension running fastest.</summary>
    public byte[] Values { get; }

    /// <summary>Checksum of the file as it is when decompressed: the same however it was compressed.</summary>
    public string Sha256 { get; }

    /// <summary>Values of one item of the first dimension.</summary>
    public int ItemSize => Dimensions.Skip(1).Aggregate(1, (size, dimension) => size * dimension);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, compressed with gzip or not.</param>
    /// <returns>Its dimensions and values.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or damaged; the message names it.</exception>
    public static IdxFile Read(string path)
    {
        byte[] content = GzipFile.ReadAllBytes(path);
        if (content.Length < 4 || content[0] != 0 || content[1] != 0)
            throw new InvalidDataException($"{path}: not an IDX file: it must begin with the bytes 0, 0, type, number of dimensions");
        if (content[2] != UnsignedByte)
            throw new InvalidDataException($"{path}: its values are of IDX type 0x{content[2]:X2}; expected 0x08, unsigned bytes");
        int count = content[3], start = 4 + (4 * count);
        if (count is 0 or > MostDimensions || content.Length < start)
            throw new InvalidDataException($"{path}: {count} dimensions in a file of {content.Length} bytes; expected 1 to {MostDimensions}");
        int[] dimensions = new int[count];
        long size = 1;
        for (int i = 0; i < count; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + (4 * i)));
            // Never multiplied past what the file can hold, so that nothing overflows.
            if (dimensions[i] < 1 || (size *= dimensions[i]) > content.Length)
                throw new InvalidDataException($"{path}: dimension {i + 1} is {dimensions[i]}, the file has {content.Length} bytes; expected at least one byte a value: it is cut off, or no such file");
        }
        if (content.Length - start != size)
            throw new InvalidDataException($"{path}: {string.Join(" x ", dimensions)} values are announced, {content.Length - start} are there; expected as many");
        return new(dimensions, content[start..], Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
