using System.Buffers.Binary;
using System.Text;

namespace BioLearn.Plots;

/// <summary>Puts PNG files of one size and kind behind one another (Animated Portable Network Graphics 1.0: every frame replaces the one before).</summary>
/// <param name="frames">How many there will be.</param>
internal sealed class ApngWriter(int frames)
{
    private const int SignatureLength = 8, ThousandthsOfASecond = 1000;

    private readonly List<byte> _file = [];
    private byte[] _header = [];
    private int _number;

    public void Add(byte[] png, int milliseconds)
    {
        (string Type, byte[] Data)[] chunks = [.. Chunks(png)];
        byte[] header = chunks.Single(chunk => chunk.Type == "IHDR").Data;
        bool first = _header.Length == 0;
        if (first)
        {
            _file.AddRange(png.AsSpan(0, SignatureLength));
            Write("IHDR", _header = header);
            Write("acTL", [.. Big(frames), .. Big(0)]); // 0: for ever
        }
        else if (!header.AsSpan().SequenceEqual(_header))
        {
            throw new InvalidOperationException("A picture of an animation is of another kind of PNG than the first.");
        }
        // Number, width, height, x, y, delay as a fraction, dispose: none, blend: replace.
        Write("fcTL", [.. Big(_number++), .. header[..8], .. Big(0), .. Big(0), .. Big16(milliseconds), .. Big16(ThousandthsOfASecond), 0, 0]);
        foreach ((string type, byte[] data) in chunks.Where(chunk => chunk.Type == "IDAT"))
        {
            if (first)
                Write(type, data);
            else
                Write("fdAT", [.. Big(_number++), .. data]);
        }
    }

    public byte[] End()
    {
        Write("IEND", []);
        return [.. _file];
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        for (int at = SignatureLength; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
    }

    private void Write(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        _file.AddRange(Big(data.Length));
        _file.AddRange(body);
        _file.AddRange(Big(unchecked((int)Crc(body))));
    }

    private static byte[] Big(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big16(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)value));
        return bytes;
    }

    /// <summary>CRC-32 of ISO 3309, as PNG wants it.</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in data)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
