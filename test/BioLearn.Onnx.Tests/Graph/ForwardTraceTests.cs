using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Graph;

public sealed class ForwardTraceTests : IDisposable
{
    private readonly CnnModel _model = ReconstructNetwork.Load(FixtureFiles.OwnFile("reconstruct", "mini_alexnet.onnx"));
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        _model.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Trace_holds_only_what_was_asked_for_and_says_how_large_it_is()
    {
        ForwardTrace trace = _model.Forward(Images(2), 2, ["S9", "S3"], switches: false);
        Assert.Equal(["/features/features.2/MaxPool_output_0", "/features/features.12/MaxPool_output_0"], trace.ActivationNames);
        Assert.Empty(trace.SwitchNames);
        Assert.Equal(4L * 2 * (_model.Classes + _model.Level("S9").Shape.Count + _model.Level("S3").Shape.Count), trace.SizeInBytes);
        var error = Assert.Throws<InvalidOperationException>(() => trace.Activation(_model.Level("S4"), 0).Length);
        Assert.Contains("features.2/MaxPool", error.Message, StringComparison.Ordinal);
        Assert.Contains("S12", Assert.Throws<ArgumentException>(() => _model.Forward(Images(1), 1, ["S12"])).Message, StringComparison.Ordinal);
        Assert.Contains("2 images of", Assert.Throws<ArgumentException>(() => _model.Forward(Images(1), 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_sliced_holds_the_same_values()
    {
        ForwardTrace trace = _model.Forward(Images(5), 5), part = trace.Slice(2, 2);
        for (int i = 0; i < 2; i++) AssertSame(trace, 2 + i, part, i);
        Assert.Throws<ArgumentOutOfRangeException>(() => trace.Slice(4, 2));
    }

    [Fact]
    public void Trace_saved_and_loaded_holds_the_same_values()
    {
        ForwardTrace trace = _model.Forward(Images(3), 3);
        trace.Save(_path);
        ForwardTrace loaded = ForwardTrace.Load(_path);
        Assert.Equal((trace.Count, trace.Classes, trace.SizeInBytes), (loaded.Count, loaded.Classes, loaded.SizeInBytes));
        for (int i = 0; i < 3; i++) AssertSame(trace, i, loaded, i);
    }

    [Fact]
    public void Trace_file_that_is_damaged_is_refused_with_path_and_offset()
    {
        ForwardTrace trace = _model.Forward(Images(1), 1);
        trace.Save(_path);
        byte[] good = File.ReadAllBytes(_path);
        var random = new Random(5);
        int refused = 0;
        for (int n = 0; n < 400; n++)
        {
            byte[] bad = n % 2 == 0 ? good[..random.Next(good.Length)] : [.. good];
            if (n % 2 == 1)
            {
                // The fields are at the front and spread through the file; half of the flips go to the first bytes.
                int at = random.Next(n % 4 == 1 ? 64 : good.Length);
                bad[at] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                ForwardTrace.Load(new MemoryStream(bad));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 200, 400);
        File.WriteAllBytes(_path, good[..100]);
        var error = Assert.Throws<InvalidDataException>(() => ForwardTrace.Load(_path));
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.Contains("offset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_reused_is_filled_again()
    {
        TraceRequest request = TraceRequest.For(_model.Graph, _model.Levels, switches: true);
        ForwardTrace first = _model.Forward(Images(2), 2, request);
        float[] array = first.ActivationBuffer(_model.Level("S4").TensorName)!;
        float[] images = Images(3).AsSpan(_model.InputShape.Count).ToArray();
        ForwardTrace second = _model.Forward(images, 2, request, reuse: first);
        Assert.Same(array, second.ActivationBuffer(_model.Level("S4").TensorName));
        ForwardTrace fresh = _model.Forward(images, 2, request);
        for (int i = 0; i < 2; i++) AssertSame(fresh, i, second, i);
    }

    private static void AssertSame(ForwardTrace a, int i, ForwardTrace b, int j)
    {
        Assert.Equal(a.ActivationNames, b.ActivationNames);
        Assert.Equal(a.SwitchNames, b.SwitchNames);
        Assert.Equal(a.Logits(i).ToArray(), b.Logits(j).ToArray());
        foreach (string name in a.ActivationNames) Assert.True(a.Activation(name, i).SequenceEqual(b.Activation(name, j)), name);
        foreach (string name in a.SwitchNames) Assert.True(a.Switches(name, i).SequenceEqual(b.Switches(name, j)), name);
    }

    private float[] Images(int count)
    {
        var random = new Random(11);
        var images = new float[count * _model.InputShape.Count];
        for (int i = 0; i < images.Length; i++) images[i] = (float)(4 * random.NextDouble() - 2);
        return images;
    }

    [Fact]
    public void Sessions_of_many_sets_of_levels_do_not_pile_up()
    {
        using CnnModel model = ReconstructNetwork.Load(ReconstructNetwork.Own("mini_alexnet").ModelPaths[0]);
        float[] image = ReconstructNetwork.Own("mini_alexnet").Input();
        string[] names = [.. model.Levels.Skip(1).SkipLast(1).Select(level => level.Name)];
        for (int set = 0; set < 100; set++)
        {
            string[] kept = [.. names.Where((_, i) => (set >> (i % 7) & 1) != 0)];
            Assert.Equal(kept.Length, model.Forward(image, 1, kept).ActivationNames.Count);
            Assert.InRange(model.OpenSessions, 1, 8);
        }
    }
}
