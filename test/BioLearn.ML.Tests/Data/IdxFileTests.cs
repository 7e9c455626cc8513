using System.IO.Compression;
using BioLearn.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] TwoByThree = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, 255, 4, 5, 6];

    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-idx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Plain_and_compressed_files_read_the_same()
    {
        var plain = IdxFile.Read(Write("plain", TwoByThree));
        var compressed = IdxFile.Read(Write("zipped.gz", Compress(TwoByThree)));
        Assert.Equal([2, 3], plain.Dimensions);
        Assert.Equal([0, 51, 255, 4, 5, 6], plain.Values);
        Assert.Equal(plain.Values, compressed.Values);
        Assert.Equal(plain.Sha256, compressed.Sha256);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4, 5 }, "not an IDX file")]
    [InlineData(new byte[] { }, "not an IDX file")]
    [InlineData(new byte[] { 0, 0, 0x0D, 1, 0, 0, 0, 1, 0 }, "0x0D")]
    [InlineData(new byte[] { 0, 0, 8, 0 }, "0 dimensions")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0 }, "3 dimensions")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3 }, "4 values are announced, 3 are there")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0x7F, 255, 255, 255, 0x7F, 255, 255, 255, 1 }, "dimension 1 is 2147483647")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 1 }, "dimension 1 is -1")]
    public void Damaged_file_is_refused_by_name_and_reason(byte[] content, string reason)
    {
        string path = Write("bad", content);
        string message = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_compression_is_refused()
    {
        byte[] zipped = Compress(new byte[5000]);
        zipped[zipped.Length / 2] ^= 0xFF;
        string path = Write("bad.gz", zipped);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_of_files_becomes_rows_of_grey_values_and_labels()
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromIdx(Write("images", TwoByThree), Write("labels", [0, 0, 8, 1, 0, 0, 0, 2, 9, 3]));
        Assert.Equal(3, ((VectorDataViewType)rows.Schema["Features"].Type).Size);
        Assert.Equal([[0f, 0.2f, 1f], [4 / 255f, 5 / 255f, 6 / 255f]], rows.GetColumn<float[]>("Features"));
        Assert.Equal([(byte)9, (byte)3], rows.GetColumn<byte>("Label"));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        MLContext ml = new();
        string images = Write("images", TwoByThree), labels = Write("labels", [0, 0, 8, 1, 0, 0, 0, 1, 9]);
        Assert.Contains("1 labels for the 2 pictures", Assert.Throws<InvalidDataException>(() => ml.Data.LoadFromIdx(images, labels)).Message, StringComparison.Ordinal);
        Assert.Contains("one dimension", Assert.Throws<InvalidDataException>(() => ml.Data.LoadFromIdx(labels, labels)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ml.Data.LoadFromIdx(images, Path.Combine(_folder, "absent")));
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionLevel.NoCompression))
            zip.Write(content);
        return zipped.ToArray();
    }
}
