using System.IO.Compression;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>Whatever happens to a saved model's bytes, it is refused with one exception, or loads and scores as it did.</summary>
public class DamagedModelTests
{
    private const int Flips = 60;

    /// <summary>One method a model type: the rules of networks share theirs.</summary>
    public static TheoryData<string> Methods() =>
        [.. CatalogMethod.All.Where(method => method.ReadsVectors(new MLContext())).GroupBy(method => method.Method.ReturnType).Select(methods => methods.First().Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Flipped_bit_anywhere_in_the_file_is_refused_or_without_effect(string name)
    {
        var (mlContext, rows, whole, expected) = Saved(name);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < Flips; i++)
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal(expected, Values(BioLearnModel.Load(mlContext, new MemoryStream(damaged), out _).Transform(rows)));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, Flips / 3, Flips); // most bytes are those of parts
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Changed_byte_of_a_component_in_a_whole_zip_file_is_refused_before_memory_is_taken(string name)
    {
        var (_, _, whole, _) = Saved(name);
        (string Part, byte[] Content)[] parts = Parts(whole);
        var random = new Random(8);
        long before = Environment.WorkingSet;
        for (int i = 0; i < Flips; i++)
        {
            int at = i % parts.Length;
            var (part, content) = parts[at];
            if (!IsOurs(part, content, out int start))
                continue;
            byte[] damaged = (byte[])content.Clone();
            damaged[random.Next(start, damaged.Length)] ^= 0x80;
            var error = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), Zip(parts, at, damaged), out _));
            Assert.Contains("of the saved model", error.Message, StringComparison.Ordinal);
        }
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 1L << 29);
    }

    [Fact]
    public void Missing_tensor_and_swapped_tensors_are_refused_by_name()
    {
        var (_, _, whole, _) = Saved(CatalogMethod.All.First(method => method.Method.ReturnType == typeof(BioLearnTrainer<NetworkModelParameters>)).Name);
        (string Part, byte[] Content)[] parts = Parts(whole);
        int[] tensors = [.. Enumerable.Range(0, parts.Length).Where(i => parts[i].Part.Contains("b.", StringComparison.Ordinal) || parts[i].Part.Contains("W.", StringComparison.Ordinal))];
        Assert.NotEmpty(tensors);
        string tensor = Path.GetFileName(parts[tensors[0]].Part);
        var missing = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), Zip([.. parts.Where((_, i) => i != tensors[0])], -1, []), out _));
        Assert.Contains($"tensor '{tensor}' is missing", missing.Message, StringComparison.Ordinal);
        var cut = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), Zip(parts, tensors[0], parts[tensors[0]].Content[..^4]), out _));
        Assert.Contains($"tensor '{tensor}' declares", cut.Message, StringComparison.Ordinal);
        var other = parts[tensors[0]].Content.ToArray();
        other[9] ^= 1;
        var changed = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), Zip(parts, tensors[0], other), out _));
        Assert.Contains($"the checksum of tensor '{tensor}' differs", changed.Message, StringComparison.Ordinal);
    }

    private static (MLContext Context, IDataView Rows, byte[] Whole, string Expected) Saved(string name)
    {
        var mlContext = new MLContext(seed: 1);
        var method = CatalogMethod.Named(name);
        var rows = CatalogRows.Of(mlContext, method.Task);
        var model = method.Create(mlContext).Fit(rows);
        using var file = new MemoryStream();
        mlContext.Model.Save(model, rows.Schema, file);
        return (mlContext, rows, file.ToArray(), Values(model.Transform(rows)));
    }

    private static string Values(IDataView view) => string.Join('\n', view.Preview(CatalogRows.Count).RowView.Select(row => string.Join(' ', row.Values.Select(value => Text(value.Value)))));

    private static string Text(object value) => value is VBuffer<float> vector ? string.Join(' ', vector.DenseValues().Select(BitConverter.SingleToInt32Bits)) : value is float number ? BitConverter.SingleToInt32Bits(number).ToString() : $"{value}";

    /// <summary>Whether BioLearn wrote the part: all of a tensor, and what follows ML.NET's header in the fields.</summary>
    private static bool IsOurs(string part, byte[] content, out int start)
    {
        start = 0;
        if (part.EndsWith("Version.txt", StringComparison.Ordinal) || part.Contains("Schema", StringComparison.Ordinal) || content.Length == 0)
            return false;
        if (!part.EndsWith("Model.key", StringComparison.Ordinal))
            return true;
        // ML.NET's header ends where the format number, our first field, begins; names of 0.1 stand a few bytes after it.
        int component = content.AsSpan().IndexOf("BioLearn.ML"u8);
        int ours = content.AsSpan(component + 1).IndexOf("BioLearn.ML"u8);
        start = component + 1 + ours;
        return ours >= 0;
    }

    private static (string, byte[])[] Parts(byte[] whole)
    {
        using var zip = new ZipArchive(new MemoryStream(whole));
        return [.. zip.Entries.Select(entry =>
        {
            using var contents = entry.Open();
            using var copy = new MemoryStream();
            contents.CopyTo(copy);
            return (entry.FullName, copy.ToArray());
        })];
    }

    private static MemoryStream Zip((string Part, byte[] Content)[] parts, int changed, byte[] content)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = 0; i < parts.Length; i++)
            {
                using var part = zip.CreateEntry(parts[i].Part).Open();
                part.Write(i == changed ? content : parts[i].Content);
            }
        }
        file.Position = 0;
        return file;
    }
}
