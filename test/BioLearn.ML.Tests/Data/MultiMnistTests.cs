using System.Security.Cryptography;
using System.Text.Json;
using BioLearn.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Data;

public sealed class MultiMnistTests
{
    private static readonly string Bundled = RepositoryFiles.Find("examples/data/fashion-mnist");

    public static TheoryData<string, int> Samples => FixtureFiles.Cases("counterhebb", "multi_mnist*.json", "samples");

    public static TheoryData<string> Files => [.. FixtureFiles.Names("counterhebb", "multi_mnist*.json")];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Two_pictures_compose_as_the_original_composes_them(string file, int sample)
    {
        JsonElement f = FixtureFiles.Case("counterhebb", file, sample, "samples");
        byte[] left = Bytes(f.GetProperty("left_image")), right = Bytes(f.GetProperty("right_image")), composed = new byte[left.Length];
        int height = f.GetProperty("left_image").GetArrayLength();
        PictureOverlay.Compose(left, right, height, left.Length / height, composed);
        Assert.Equal(Bytes(f.GetProperty("composed")), composed);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Composed_pictures_are_normalized_as_the_original_does(string file, int sample)
    {
        JsonElement f = FixtureFiles.Case("counterhebb", file, sample, "samples");
        int height = f.GetProperty("left_image").GetArrayLength();
        using Idx idx = new([Bytes(f.GetProperty("left_image")), Bytes(f.GetProperty("right_image"))], height, [f.GetProperty("left_label").GetByte(), f.GetProperty("right_label").GetByte()]);
        MultiMnist set = MultiMnist.Compose(idx.Images, idx.Labels, [1]);
        float[] values = new float[set.Height * set.Width];
        set.CopyNormalized(0, values);
        Assert.Equal(f.GetProperty("normalised_mean").GetDouble(), values.Average(v => (double)v), 1e-6);
        float[] row = [.. f.GetProperty("normalised_row14_float32").EnumerateArray().Select(v => v.GetSingle())];
        Assert.All(row.Zip(values.Skip(14 * set.Width)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Equal(f.GetProperty("left_label").GetInt32(), set.Label(0, Side.Left));
        Assert.Equal(f.GetProperty("right_label").GetInt32(), set.Label(0, Side.Right));
    }

    /// <summary>All of the Fashion-MNIST test set, where BIOLEARN_FASHION_MNIST names a folder that has it; the samples above need no files.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Whole_set_composes_to_the_original_bytes(string file)
    {
        JsonElement f = FixtureFiles.Read(FixtureFiles.Find("counterhebb", file)[0]);
        string folder = Environment.GetEnvironmentVariable("BIOLEARN_FASHION_MNIST") is { Length: > 0 } configured
            ? configured
            : throw Xunit.Sdk.SkipException.ForSkip("no file of Fashion-MNIST: set BIOLEARN_FASHION_MNIST");
        int count = IdxFile.Read(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz")).Dimensions[0];
        long a = f.GetProperty("a").GetInt64(), b = f.GetProperty("b").GetInt64();
        MultiMnist set = MultiMnist.Compose(
            Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), [.. Enumerable.Range(0, count).Select(i => (int)(((i * a) + b) % count))]);
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => set.Pixels(i).ToArray())];
        byte[] labels = [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[(byte)set.Label(i, Side.Left), (byte)set.Label(i, Side.Right)])];
        Assert.Equal(f.GetProperty("sha256_all_10000_composed_uint8").GetString(), Convert.ToHexStringLower(SHA256.HashData(pixels)));
        Assert.Equal(f.GetProperty("sha256_labels_left_right_uint8").GetString(), Convert.ToHexStringLower(SHA256.HashData(labels)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 8)]
    [InlineData(14, 14)]
    [InlineData(56, 28)]
    [InlineData(105, 105)]
    public void Pictures_of_any_size_keep_both_in_sight(int height, int width)
    {
        byte[] left = new byte[height * width], right = new byte[height * width], composed = new byte[height * width];
        left.AsSpan().Fill(100);
        right.AsSpan().Fill(200);
        PictureOverlay.Compose(left, right, height, width, composed);
        Assert.Equal(height * width > 2 ? 100 : 200, composed[0]);
        Assert.Equal(200, composed[(height / 2 * width) + (width / 2)]);
    }

    [Fact]
    public void Pictures_of_other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PictureOverlay.Compose(new byte[4], new byte[4], 2, 2, new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureOverlay.Compose([], [], 0, 2, []));
    }

    [Fact]
    public void Partners_come_from_the_seed_and_from_the_pictures_that_take_part()
    {
        MultiMnist set = Compose(1), same = Compose(1), other = Compose(2);
        Assert.Equal(100, set.Count);
        int[] partners = [.. Enumerable.Range(0, 100).Select(set.Partner)];
        Assert.All(partners, partner => Assert.InRange(partner, 0, 99));
        Assert.True(partners.Distinct().Count() > 40);
        Assert.Equal(partners, Enumerable.Range(0, 100).Select(same.Partner));
        Assert.NotEqual(partners, Enumerable.Range(0, 100).Select(other.Partner));
        byte[] labels = IdxFile.Read(Path.Combine(Bundled, "train-labels-idx1-ubyte.gz")).Values;
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal((labels[50 + i], labels[50 + partners[i]]), ((byte)set.Label(i, Side.Left), (byte)set.Label(i, Side.Right))));

        static MultiMnist Compose(long seed) =>
            MultiMnist.Compose(Path.Combine(Bundled, "train-images-idx3-ubyte.gz"), Path.Combine(Bundled, "train-labels-idx1-ubyte.gz"), seed, first: 50, count: 100);
    }

    [Fact]
    public void Pictures_that_are_not_there_are_refused()
    {
        string images = Path.Combine(Bundled, "t10k-images-idx3-ubyte.gz"), labels = Path.Combine(Bundled, "t10k-labels-idx1-ubyte.gz");
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMnist.Compose(images, labels, count: 501));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMnist.Compose(images, labels, first: 500));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMnist.Compose(images, labels, [500]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMnist.Compose(images, labels, [-1]));
    }

    [Fact]
    public void Rows_ask_both_questions_of_each_picture()
    {
        MLContext ml = new();
        string images = Path.Combine(Bundled, "t10k-images-idx3-ubyte.gz"), labels = Path.Combine(Bundled, "t10k-labels-idx1-ubyte.gz");
        IDataView rows = ml.Data.LoadMultiMnist(images, labels, seed: 3, count: 20);
        MultiMnist set = MultiMnist.Compose(images, labels, 3, count: 20);
        VBuffer<ReadOnlyMemory<char>> names = default;
        rows.Schema["Instruction"].GetKeyValues(ref names);
        Assert.Equal(["left", "right"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(Enumerable.Repeat((uint[])[1, 2], 20).SelectMany(pair => pair), rows.GetColumn<uint>("Instruction"));
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(i => (byte[])[(byte)set.Label(i, Side.Left), (byte)set.Label(i, Side.Right)]), rows.GetColumn<byte>("Label"));
        float[][] features = [.. rows.GetColumn<float[]>("Features")];
        Assert.Equal(features[6], features[7]);
        Assert.Equal(set.Pixels(3).ToArray().Select(pixel => pixel / 255f), features[7]);
    }

    private static byte[] Bytes(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetByte())];

    /// <summary>A pair of IDX files of a few pictures.</summary>
    private sealed class Idx : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-multi-").FullName;

        public Idx(byte[][] pictures, int height, byte[] labels)
        {
            File.WriteAllBytes(Images, [0, 0, 8, 3, 0, 0, 0, (byte)pictures.Length, 0, 0, 0, (byte)height, 0, 0, 0, (byte)(pictures[0].Length / height), .. pictures.SelectMany(p => p)]);
            File.WriteAllBytes(Labels, [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels]);
        }

        public string Images => Path.Combine(_folder, "images");

        public string Labels => Path.Combine(_folder, "labels");

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
