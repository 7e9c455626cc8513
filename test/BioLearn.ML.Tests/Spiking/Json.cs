using System.IO.Compression;
using System.Text.Json;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Arrays of the `naming` fixtures.</summary>
internal static class Json
{
    public static JsonElement Fixture(string pattern) => FixtureFiles.Read(FixtureFiles.Find("naming", pattern).Single());

    /// <summary>The file of a set, or the repository's own where the set leans on it.</summary>
    public static JsonElement FixtureOrOwn(string pattern) =>
        FixtureFiles.Read(FixtureFiles.FindOrOwn("naming", pattern) ?? throw FixtureFiles.Missing($"no file {pattern} in naming"));

    public static IEnumerable<JsonElement> Cases(string pattern) => Fixture(pattern).GetProperty("cases").EnumerateArray();

    /// <summary>All numbers of a nested array, in order.</summary>
    public static IEnumerable<JsonElement> Leaves(JsonElement array)
        => array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().SelectMany(Leaves) : [array];

    public static float[] Floats(this JsonElement parent, string name) => [.. Leaves(parent.GetProperty(name)).Select(e => e.GetSingle())];

    public static double[] Doubles(this JsonElement parent, string name) => [.. Leaves(parent.GetProperty(name)).Select(e => e.GetDouble())];

    public static int[] Ints(this JsonElement parent, string name) => [.. Leaves(parent.GetProperty(name)).Select(e => e.GetInt32())];

    public static byte[] Bytes(this JsonElement parent, string name) => [.. Leaves(parent.GetProperty(name)).Select(e => e.GetByte())];

    public static int Int(this JsonElement parent, string name) => parent.GetProperty(name).GetInt32();

    public static float Float(this JsonElement parent, string name) => parent.GetProperty(name).GetSingle();

    public static byte[] Inflate(this JsonElement parent, string name)
    {
        using var zlib = new ZLibStream(new MemoryStream(parent.GetProperty(name).GetBytesFromBase64()), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }
}
