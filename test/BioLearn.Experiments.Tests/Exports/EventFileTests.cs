using System.Buffers.Binary;
using System.Text;
using BioLearn.Experiments.Exports;

namespace BioLearn.Experiments.Tests.Exports;

/// <summary>Event files, read byte by byte: framing, checksums by a table of their own, and the fields by their numbers.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Records_are_framed_and_checked_as_TensorBoard_wants()
    {
        string path = EventFile.Write(_folder, [new TrialRow(1, [new("train/loss", .5), new("error", -2)]), new TrialRow(300, [new("error", double.NaN)])], new Fixed());
        Assert.Contains("tfevents", Path.GetFileName(path), StringComparison.Ordinal);
        byte[][] records = [.. Records(File.ReadAllBytes(path))];
        Assert.Equal(3, records.Length);
        // Field 1 (wall time): tag 9, a double; field 3 (version): tag 26; field 2 (step): tag 16; field 5 (summary): tag 42.
        Assert.Equal(9, records[0][0]);
        Assert.Equal(1_700_000_000.25, BinaryPrimitives.ReadDoubleLittleEndian(records[0].AsSpan(1)));
        Assert.Equal([26, 13, .. "brain.Event:2"u8], records[0][9..]);
        byte[] loss = [10, 10, .. "train/loss"u8, 21, .. Bytes(.5f)], error = [10, 5, .. "error"u8, 21, .. Bytes(-2f)];
        Assert.Equal([16, 1, 42, (byte)(loss.Length + error.Length + 4), 10, (byte)loss.Length, .. loss, 10, (byte)error.Length, .. error], records[1][9..]);
        Assert.Equal([16, 0xAC, 0x02], records[2][9..12]); // 300 as a varint
        Assert.True(float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(records[2].AsSpan(records[2].Length - 4))));
    }

    [Fact]
    public void Number_that_is_zero_is_written()
    {
        byte[][] records = [.. Records(File.ReadAllBytes(EventFile.Write(_folder, [new TrialRow(0, [new("error", 0)])], new Fixed())))];
        byte[] error = [10, 5, .. "error"u8, 21, .. Bytes(0)];
        Assert.Equal([42, (byte)(error.Length + 2), 10, (byte)error.Length, .. error], records[1][9..]);
    }

    [Fact]
    public void File_can_be_read_while_it_grows_and_others_are_left_alone()
    {
        using EventFile first = EventFile.Create(_folder, new Fixed()), second = EventFile.Create(_folder, new Fixed());
        Assert.NotEqual(first.Path, second.Path);
        first.Add(1, ("loss", 1));
        using FileStream reader = new(first.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[reader.Length];
        reader.ReadExactly(bytes);
        Assert.Equal(2, Records(bytes).Count());
    }

    [Fact]
    public void Checksum_is_CRC_32C() => Assert.Equal(0xE3069283, Crc("123456789"u8)); // the reader's own, by the published check value

    private static IEnumerable<byte[]> Records(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return data;
            at += 16 + length;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Crc(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in data)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }

    private static byte[] Bytes(float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
    }
}
