using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Onnx.Tests.Graph;
using BioLearn.Onnx.Tests.Images;
using BioLearn.Onnx.Tests.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>What holds for recollections of any network: determinism, linearity, the meaning of options and cues.</summary>
public class RecollectorTests
{
    private static readonly RecollectionOptions Linear = RecollectionOptions.Gradient with { Relu = ReluRule.Linear };

    [Theory]
    [InlineData("mini_alexnet")]
    [InlineData("mini_convpool")]
    [InlineData("mini_resnet")]
    public void Recollection_depends_neither_on_threads_nor_on_the_batch(string network)
    {
        using CnnModel model = ReconstructNetwork.Load(ReconstructNetwork.Own(network).ModelPaths[0]);
        const int Count = 5;
        float[] images = Images(model, Count);
        foreach (RecollectionOptions options in Variants())
        {
            foreach (Cue cue in (Cue[])[Cue.PredictedClass, Cue.OutputLayer, Cue.RandomVector, Cue.Stored(3), Cue.Noise(4), Cue.SparseStored(5, 10)])
            {
                using var recollector = new Recollector(model, cue, options);
                float[][] together = [.. recollector.Recollect(images, Count).Select(image => image.Values.ToArray())];
                float[][] threaded = [.. recollector.Recollect(images, Count, threads: 3).Select(image => image.Values.ToArray())];
                for (int i = 0; i < Count; i++)
                {
                    float[] alone = recollector.Recollect(images.AsMemory(i * model.InputShape.Count, model.InputShape.Count), 1)[0].Values.ToArray();
                    Assert.Equal(alone, together[i]);
                    Assert.Equal(alone, threaded[i]);
                }
            }
        }
    }

    [Fact]
    public void Recollector_serves_several_threads_at_once()
    {
        using CnnModel model = Alexnet();
        ForwardTrace trace = model.Forward(Images(model, 2), 2);
        using var recollector = new Recollector(model, Cue.PredictedClass);
        float[] expected = recollector.Recollect(trace)[1].Values.ToArray();
        Parallel.For(0, 16, _ => Assert.Equal(expected, recollector.Recollect(trace)[1].Values.ToArray()));
    }

    [Fact]
    public void Weighted_units_add_up_when_nothing_is_normalised_or_rectified()
    {
        using CnnModel model = Alexnet();
        float[] image = Images(model, 1);
        float[] Recollect(Cue cue)
        {
            using var recollector = new Recollector(model, cue, Linear);
            return recollector.Recollect(image, 1)[0].Values.ToArray();
        }
        float[] a = Recollect(Cue.ClassUnit(1)), b = Recollect(Cue.ClassUnit(4));
        Json.AssertClose([.. a.Zip(b, (x, y) => 2 * x - 0.5f * y)], Recollect(Cue.Units((1, 2), (4, -0.5f))), "2 a - b/2");
    }

    [Fact]
    public void Custom_cue_with_the_stored_activation_is_the_stored_cue()
    {
        using CnnModel model = Alexnet();
        ForwardTrace trace = model.Forward(Images(model, 2), 2);
        TraceLevel level = model.Level("S7");
        float[] both = [.. trace.Activation(level, 0), .. trace.Activation(level, 1)];
        using var stored = new Recollector(model, Cue.Stored(7));
        using var custom = new Recollector(model, Cue.Custom("S7", both));
        using var byTensor = new Recollector(model, Cue.Stored(level.TensorName));
        using var byNode = new Recollector(model, Cue.Stored(model.Graph.ProducerOf(level.Tensor)!.Name));
        for (int i = 0; i < 2; i++)
        {
            float[] expected = stored.Recollect(trace)[i].Values.ToArray();
            Assert.Equal(expected, custom.Recollect(trace)[i].Values.ToArray());
            Assert.Equal(expected, byTensor.Recollect(trace)[i].Values.ToArray());
            Assert.Equal(expected, byNode.Recollect(trace)[i].Values.ToArray());
        }
        Assert.Contains("2 images", Assert.Throws<ArgumentException>(() => custom.Recollect(trace.Slice(0, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_cue_is_blank_without_normalisation_and_a_constant_vector_with_it()
    {
        using CnnModel model = Alexnet();
        float[] image = Images(model, 1);
        using var plain = new Recollector(model, Cue.Zero, Linear);
        Assert.All(plain.Recollect(image, 1)[0].Values.ToArray(), value => Assert.Equal(0, value));
        using var normalised = new Recollector(model, Cue.Zero);
        RecollectedImage drawn = normalised.Recollect(image, 1, keepCurrents: true)[0];
        Assert.All(drawn.Currents.Single(current => current.Level.Index == 1).Values.ToArray(), value => Assert.Equal(1e-8f, value));
        Assert.True(drawn.Values.ToArray().Distinct().Count() > 100);
    }

    [Fact]
    public void Restored_image_holds_the_cropped_one_in_its_corner()
    {
        using CnnModel model = Alexnet();
        float[] image = Images(model, 1);
        using var restored = new Recollector(model, Cue.PredictedClass, Linear);
        using var cropped = new Recollector(model, Cue.PredictedClass, Linear with { Shape = ShapeMode.NotebookCrop });
        RecollectedImage large = restored.Recollect(image, 1)[0], small = cropped.Recollect(image, 1)[0];
        Assert.Equal(model.InputShape, large.Shape);
        Assert.True(small.Shape.Height < large.Shape.Height && small.Shape.Width < large.Shape.Width);
        for (int i = 0; i < small.Shape.Count; i++)
        {
            int c = i / small.Shape.PlaneSize, row = i % small.Shape.PlaneSize / small.Shape.Width, column = i % small.Shape.Width;
            Assert.Equal(large.Values.Span[(c * large.Shape.Height + row) * large.Shape.Width + column], small.Values.Span[i]);
        }
    }

    [Fact]
    public void Both_branches_of_a_block_are_the_sum_of_each()
    {
        var net = new NetBuilder(1, 4, 6, 6);
        var same = new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1);
        CnnTensor main = net.Conv(net.Conv(net.Input, 4, same), 4, same), shortcut = net.Conv(net.Input, 4, new Window(1, 1));
        CnnGraph graph = net.Build(net.Sum(main, shortcut));
        float[] y = net.Random(graph.Output.Shape.Count);
        float[] Path(ResidualPath path)
        {
            using var recollector = new Recollector(graph, Cue.Custom(graph.Output.Name, y), Linear with { ResidualPath = path });
            return recollector.Recollect(new ForwardTrace(1, graph.Logits.Shape.Count, new float[graph.Logits.Shape.Count], [], []))[0].Values.ToArray();
        }
        Json.AssertClose([.. Path(ResidualPath.Main).Zip(Path(ResidualPath.Shortcut), (a, b) => a + b)], Path(ResidualPath.Both), "both = main + shortcut");
        Assert.NotEqual(Path(ResidualPath.Main), Path(ResidualPath.Shortcut));
    }

    [Fact]
    public void Inverse_batch_normalisation_undoes_it()
    {
        var net = new NetBuilder(2, 3, 4, 4);
        CnnGraph graph = net.Build(net.BatchNorm(net.Input));
        float[] x = net.Random(graph.Input.Shape.Count);
        float[] y = [.. new ReferenceForward(graph, x.Select(value => (double)value))[graph.Output].Select(value => (float)value)];
        using var recollector = new Recollector(graph, Cue.Custom(graph.Output.Name, y), Linear with { BatchNorm = BatchNormRule.Inverse });
        var trace = new ForwardTrace(1, graph.Logits.Shape.Count, new float[graph.Logits.Shape.Count], [], []);
        Json.AssertClose(x, recollector.Recollect(trace)[0].Values.Span, "undone", tolerance: 1e-4);
    }

    [Fact]
    public void Overrides_of_every_level_equal_the_option_of_the_whole()
    {
        using CnnModel model = Alexnet();
        float[] image = Images(model, 1);
        var whole = new RecollectionOptions
        {
            Normalization = CurrentNormalization.Std,
            RectifyDense = true,
            RectifyConvolution = true,
            WinnerTakesAll = true,
            Unpooling = Unpooling.Distribute,
        };
        var single = new RecollectionOptions
        {
            Normalization = CurrentNormalization.None,
            Levels = [.. model.Levels.Select(level => new LevelOverride(level.Name)
            {
                Normalization = whole.Normalization, Rectify = true, WinnerTakesAll = true, Unpooling = whole.Unpooling,
            })],
        };
        float[] Recollect(RecollectionOptions options)
        {
            using var recollector = new Recollector(model, Cue.PredictedClass, options);
            return recollector.Recollect(image, 1)[0].Values.ToArray();
        }
        Assert.Equal(Recollect(whole), Recollect(single));
        // Later overrides win, setting by setting.
        Assert.Equal(Recollect(whole), Recollect(whole with { Levels = [new LevelOverride(7) { Rectify = false }, new LevelOverride(7) { Rectify = true }] }));
        Assert.NotEqual(Recollect(whole), Recollect(whole with { Levels = [new LevelOverride(7) { Unpooling = Unpooling.Switches }] }));
    }

    [Fact]
    public void Random_unpooling_follows_the_seed_and_stays_inside_its_windows()
    {
        var net = new NetBuilder(4, 3, 9, 9);
        var window = new Window(3, 3, 3, 3);
        CnnGraph graph = net.Build(net.MaxPool(net.Input, window));
        float[] y = [.. Enumerable.Range(1, graph.Output.Shape.Count).Select(i => (float)i)];
        var trace = new ForwardTrace(1, graph.Logits.Shape.Count, new float[graph.Logits.Shape.Count], [], []);
        var seen = new HashSet<int>();
        float[] Recollect(int seed)
        {
            using var recollector = new Recollector(graph, Cue.Custom(graph.Output.Name, y), Linear with { Unpooling = Unpooling.Random, Seed = seed });
            return recollector.Recollect(trace)[0].Values.ToArray();
        }
        for (int seed = 0; seed < 40; seed++)
        {
            float[] x = Recollect(seed);
            Assert.Equal(y.Length, x.Count(value => value != 0));
            for (int i = 0; i < x.Length; i++)
            {
                int c = i / 81, row = i % 81 / 9, column = i % 9;
                if (x[i] != 0)
                    Assert.Equal(y[(c * 3 + row / 3) * 3 + column / 3], x[i]);
                if (x[i] == 1)
                    seen.Add(row % 3 * 3 + column % 3);
            }
        }
        Assert.Equal(9, seen.Count);
        Assert.Equal(Recollect(3), Recollect(3));
        Assert.NotEqual(Recollect(3), Recollect(4));
    }

    [Fact]
    public void Upsampling_to_the_recorded_size_repeats_the_last_row_and_column()
    {
        var net = new NetBuilder(4, 1, 5, 5);
        CnnGraph graph = net.Build(net.MaxPool(net.Input, new Window(3, 3, 2, 2)));
        using var recollector = new Recollector(graph, Cue.Custom(graph.Output.Name, (float[])[1, 2, 3, 4]), Linear with { Unpooling = Unpooling.Upsample });
        float[] x = recollector.Recollect(new ForwardTrace(1, graph.Logits.Shape.Count, new float[graph.Logits.Shape.Count], [], []))[0].Values.ToArray();
        Assert.Equal([1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 3, 3, 4, 4, 4, 3, 3, 4, 4, 4], x);
    }

    [Fact]
    public void Noise_stands_behind_the_operations_of_its_level()
    {
        using CnnModel model = Alexnet();
        using var recollector = new Recollector(model, Cue.Noise(6), new RecollectionOptions { RectifyConvolution = true });
        float[] noise = recollector.Recollect(Images(model, 1), 1, keepCurrents: true)[0].Currents[0].Values.ToArray();
        Assert.Contains(noise, value => value < -0.5f);
        Assert.InRange(noise.Average(), -0.3, 0.3);
    }

    [Fact]
    public async Task Random_vector_at_a_network_with_a_hundred_thousand_output_units_is_planned_without_a_way_back_for_each()
    {
        using CnnModel model = CnnModel.Load(new MemoryStream(new ModelBuilder(17, "N", 3, 72, 72).Weights("w1", 8, 3, 3, 3).Weights("w2", 21, 8, 1, 1)
            .Node("Conv", "x,w1", "c1", ("pads", (int[])[1, 1, 1, 1])).Node("Relu", "c1", "r1").Node("Conv", "r1,w2", "y").Bytes));
        using Recollector recollector = await Task.Run(() => new Recollector(model, Cue.RandomVector)).WaitAsync(TimeSpan.FromSeconds(60)); // was hours
        Assert.Equal(model.InputShape, recollector.Recollect(Images(model, 1), 1)[0].Shape);
    }

    [Fact]
    public void Random_current_is_drawn_over_a_normalisation_that_has_no_image_yet()
    {
        byte[] bytes = new ModelBuilder(17, "N", 3, 12, 12).Weights("w1", 8, 3, 3, 3).Weights("w2", 4, 800)
            .Node("Conv", "x,w1", "c1").Node("Relu", "c1", "r1").Node("LRN", "r1", "n1", ("size", 3)).Node("Flatten", "n1", "f").Node("Gemm", "f,w2", "y", ("transB", 1)).Bytes;
        using CnnModel model = CnnModel.Load(new MemoryStream(bytes)), untrained = model.WithRandomWeights(1);
        using var controls = new RecollectionControls(model, untrained, Cue.PredictedClass, new());
        Assert.Empty(controls.LeftOut);
        ForwardTrace trace = model.Forward(Images(model, 1), 1), other = untrained.Forward(Images(model, 1), 1);
        ControlMeasures measured = controls.Measure(trace, other, [new PixelImage(12, 12)], [TestImages.Noise(12, 12, 3)], model.Card.Preprocessing)[0];
        Assert.NotNull(measured.Random);
        Assert.Equal(new[] { measured.OtherClass, measured.Constant, measured.Random }.Min(), measured.CueSpecificity);
    }

    [Fact]
    public void Cue_specificity_without_any_control_is_none() =>
        Assert.Null(new ControlMeasures { WeightDependence = 1 }.CueSpecificity);

    private static IEnumerable<RecollectionOptions> Variants()
    {
        foreach (Unpooling unpooling in Enum.GetValues<Unpooling>())
            yield return new RecollectionOptions { Unpooling = unpooling, Seed = 5 };
        yield return new RecollectionOptions { WinnerTakesAll = true, Normalization = CurrentNormalization.RescaleStd };
        yield return RecollectionOptions.GuidedBackpropagation;
    }

    private static CnnModel Alexnet() => ReconstructNetwork.Load(ReconstructNetwork.Own("mini_alexnet").ModelPaths[0]);

    private static float[] Images(CnnModel model, int count)
    {
        var random = new System.Random(8);
        return [.. Enumerable.Range(0, count * model.InputShape.Count).Select(_ => (float)(random.NextDouble() * 4 - 2))];
    }
}
