using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Models;

public class BundledModelTests
{
    public static TheoryData<string> Names => ["alexnet", "convpool", "resnet18"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Bundled_model_is_found_by_its_short_name_and_is_the_file_its_card_describes(string name)
    {
        CatalogModel entry = ModelCatalog.Find(name);
        Assert.True(entry.IsBundled);
        Assert.Equal(entry.Card!.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(entry.Path))));
        using CnnModel model = CnnModel.Load(name);
        Assert.Equal(name, model.Card.Name);
        Assert.Equal(101, model.Card.Classes.Count);
        Assert.Equal("yin_yang", model.Card.ClassName(100));
        Assert.Equal("3x224x224", model.InputShape.ToString());
        Assert.Equal([224, 224], [model.Card.Preprocessing.Height, model.Card.Preprocessing.Width]);
    }

    [Fact]
    public void Bundled_alexnet_has_the_levels_of_the_original_drawing()
    {
        using CnnModel model = CnnModel.Load("alexnet");
        Assert.Equal(
            ["101", "448", "448", "256x6x6", "256x13x13", "256x13x13", "384x13x13", "192x13x13", "192x27x27", "64x27x27", "64x55x55", "3x224x224"],
            model.Levels.Select(l => l.Shape.ToString()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_gives_the_same_bits_for_every_batch_size_and_number_of_threads(string name)
    {
        const int Count = 6;
        using CnnModel one = CnnModel.Load(name, new() { Provider = ExecutionProvider.Cpu, Threads = 1 });
        using CnnModel two = CnnModel.Load(name, new() { Provider = ExecutionProvider.Cpu, Threads = 2 });
        float[] images = Images(one, Count);
        ForwardTrace expected = one.Forward(images, Count);
        int size = one.InputShape.Count;
        AssertSame(one, expected, two.Forward(images, Count), 0);
        for (int i = 0; i < Count; i++) AssertSame(one, expected, one.Forward(images.AsMemory(i * size, size), 1), i);
        AssertSame(one, expected, two.Forward(images.AsMemory(size, 3 * size), 3), 1);
    }

    private static void AssertSame(CnnModel model, ForwardTrace expected, ForwardTrace actual, int first)
    {
        for (int i = 0; i < actual.Count; i++)
        {
            foreach (var level in model.Levels)
                Assert.True(SameBits(expected.Activation(level, first + i), actual.Activation(level, i)), $"{level}, image {first + i}");
            foreach (string pool in expected.SwitchNames)
                Assert.True(expected.Switches(pool, first + i).SequenceEqual(actual.Switches(pool, i)), $"switches {pool}, image {first + i}");
        }
    }

    private static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    private static float[] Images(CnnModel model, int count)
    {
        var random = new Random(7);
        var images = new float[count * model.InputShape.Count];
        for (int i = 0; i < images.Length; i++) images[i] = (float)(2 * random.NextDouble() - 1) + (i > 0 ? 0.8f * images[i - 1] : 0);
        return images;
    }
}
