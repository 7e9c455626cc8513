using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Tests.Hosting.Exports;

/// <summary>Files are read byte by byte as their formats say, not by the code that wrote them.</summary>
public sealed class NamedTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tensors").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Npz_holds_a_npy_file_a_tensor()
    {
        Made().Save(PathOf("a.npz"));
        using ZipArchive archive = ZipFile.OpenRead(PathOf("a.npz"));
        Assert.Equal(["W1.npy", "b1.npy", "step.npy", "one.npy"], archive.Entries.Select(entry => entry.Name));
        (string header, byte[] data) = Npy(archive, "W1.npy");
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", header.TrimEnd());
        Assert.Equal([1, -2, 3.5f, 4, 5, float.NaN], Floats(data));
        Assert.Contains("'<f8', 'fortran_order': False, 'shape': (2,)", Npy(archive, "b1.npy").Header, StringComparison.Ordinal);
        Assert.Equal(.1, BinaryPrimitives.ReadDoubleLittleEndian(Npy(archive, "b1.npy").Data));
        Assert.Equal(1L << 40, BinaryPrimitives.ReadInt64LittleEndian(Npy(archive, "step.npy").Data));
        Assert.Contains("'shape': (), ", Npy(archive, "one.npy").Header, StringComparison.Ordinal);
    }

    [Fact]
    public void Safetensors_name_types_shapes_and_places()
    {
        Made().Save(PathOf("a.safetensors"));
        byte[] bytes = File.ReadAllBytes(PathOf("a.safetensors"));
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        JsonElement header = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;
        Assert.Equal("made", header.GetProperty("__metadata__").GetProperty("what").GetString());
        JsonElement w = header.GetProperty("W1"), b = header.GetProperty("b1");
        Assert.Equal(("F32", "[2,3]", "[0,24]"), (w.GetProperty("dtype").GetString(), w.GetProperty("shape").GetRawText(), w.GetProperty("data_offsets").GetRawText()));
        Assert.Equal(("F64", "[2]", "[24,40]"), (b.GetProperty("dtype").GetString(), b.GetProperty("shape").GetRawText(), b.GetProperty("data_offsets").GetRawText()));
        Assert.Equal([1, -2, 3.5f, 4, 5, float.NaN], Floats(bytes[(8 + length)..(8 + length + 24)]));
        Assert.Equal(-7.25, BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 + length + 32)));
        Assert.Equal(8 + length + 24 + 16 + 8 + 4, bytes.Length);
    }

    [Fact]
    public void Same_tensors_give_the_same_bytes()
    {
        foreach (string name in (string[])["a.npz", "a.safetensors"])
        {
            Made().Save(PathOf(name));
            byte[] first = File.ReadAllBytes(PathOf(name));
            Made().Save(PathOf(name));
            Assert.Equal(first, File.ReadAllBytes(PathOf(name)));
        }
    }

    [Fact]
    public void What_no_file_could_hold_is_refused()
    {
        Assert.Contains("two tensors of the name W1", Assert.Throws<ArgumentException>(() => Made().Add<float>("W1", [1], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("3 values do not fill the shape [2, 2]", Assert.Throws<ArgumentException>(() => Made().Add<float>("x", [1, 2, 3], 2, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("slashes", Assert.Throws<ArgumentException>(() => Made().Add<float>("a/b", [1], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Decimal", Assert.Throws<ArgumentException>(() => Made().Add<decimal>("x", [1], 1)).Message, StringComparison.Ordinal);
        Assert.Contains(".npz or .safetensors", Assert.Throws<ArgumentException>(() => Made().Save(PathOf("a.pt"))).Message, StringComparison.Ordinal);
    }

    private static NamedTensors Made()
    {
        NamedTensors tensors = new NamedTensors().Add<float>("W1", [1, -2, 3.5f, 4, 5, float.NaN], 2, 3).Add<double>("b1", [.1, -7.25], 2).Add<long>("step", [1L << 40], 1).Add<int>("one", [1]);
        tensors.Metadata["what"] = "made";
        return tensors;
    }

    private static (string Header, byte[] Data) Npy(ZipArchive archive, string name)
    {
        using Stream stream = archive.GetEntry(name)!.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        byte[] bytes = copy.ToArray();
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + length) % 64);
        Assert.Equal((byte)'\n', bytes[9 + length]);
        return (Encoding.ASCII.GetString(bytes, 10, length), bytes[(10 + length)..]);
    }

    private static float[] Floats(byte[] data) => [.. Enumerable.Range(0, data.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(data.AsSpan(4 * i)))];

    private string PathOf(string name) => Path.Combine(_folder, name);
}
