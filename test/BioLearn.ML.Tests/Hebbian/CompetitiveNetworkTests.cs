using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>Competitive networks as a transform: schedules, shapes, what is saved, what is refused.</summary>
public class CompetitiveNetworkTests
{
    private const int Channels = 2, Height = 9, Width = 7;

    private static readonly CompetitiveConvolution[] Layers =
    [
        new(6, 3) { LearningRate = 0.05, PoolingSize = 4, PoolingStride = 2, PoolingPadding = 1 },
        new(5, 3) { Rule = new KrotovHopfield { Power = 3 }, InitialLength = 3, Pooling = PatchPooling.Average, PoolingSize = 2 },
    ];

    private readonly MLContext _mlContext = new(seed: 3);

    [Theory]
    [InlineData(CompetitiveSchedule.LayerByLayer)]
    [InlineData(CompetitiveSchedule.AllAtOnce)]
    public void Threads_and_saving_change_no_byte(CompetitiveSchedule schedule)
    {
        float[][] first = Made(Fit(schedule, threads: 1)), second = Made(Fit(schedule, threads: 3));
        Assert.Equal(first, second);
        var model = Fit(schedule, threads: 2);
        using MemoryStream file = new();
        _mlContext.Model.Save(model, Rows().Schema, file);
        file.Position = 0;
        var loaded = (UnsupervisedTransformer<CompetitiveNetwork>)BioLearnModel.Load(new MLContext(), file, out _);
        Assert.Equal(first, Made(loaded));
        using MemoryStream again = new();
        _mlContext.Model.Save(loaded, Rows().Schema, again);
        Assert.Equal(Names(model.Model), Names(loaded.Model));
        Assert.Equal(model.Model.GetWeights(2), loaded.Model.GetWeights(2));
        Assert.Equal(file.Length, again.Length);
    }

    [Fact]
    public void Schedules_differ_where_there_are_layers_above_and_nowhere_else()
    {
        CompetitiveNetwork greedy = Fit(CompetitiveSchedule.LayerByLayer).Model, together = Fit(CompetitiveSchedule.AllAtOnce).Model;
        Assert.NotEqual(greedy.GetWeights(2), together.GetWeights(2));
        // The first layer sees the same pictures either way, in orders of their own.
        Assert.NotEqual(greedy.GetWeights(1), together.GetWeights(1));
        CompetitiveNetwork one = Fit(CompetitiveSchedule.LayerByLayer, layers: Layers[..1]).Model;
        Assert.Equal(one.GetWeights(1), greedy.GetWeights(1));
    }

    [Fact]
    public void Finished_layers_stay_while_those_above_learn()
    {
        float[][] whole = Made(Fit(CompetitiveSchedule.LayerByLayer));
        CompetitiveNetwork below = Fit(CompetitiveSchedule.LayerByLayer, layers: Layers[..1]).Model;
        Assert.Equal(new TensorShape(6, 4, 3), below.OutputShape);
        Assert.Equal(5 * 2 * 1, whole[0].Length);
    }

    [Fact]
    public void Published_layers_turn_CIFAR_pictures_into_1536_units_at_four_by_four_places()
    {
        CompetitiveNetworkOptions options = new() { Picture = new(3, 32, 32) };
        CompetitiveStage[] stages = options.Stages();
        Assert.Equal([new(96, 16, 16), new(384, 8, 8), new(1536, 4, 4)], stages.Select(stage => stage.Output));
        Assert.Equal([24, 96, 384], CompetitiveConvolution.Journe2023(0.25).Select(layer => layer.Units));
    }

    [Fact]
    public void Weights_come_out_channel_by_channel()
    {
        // A unit that saw only the second channel's upper left pixel.
        LearnedConvolution layer = new("by hand", new CompetitiveStage(new(2, 3, 3), 2, 3), [0, 1, .. new float[16], .. new float[18]], new double[2], [1, 1]);
        float[] weights = new CompetitiveNetwork([layer]).GetWeights(1);
        Assert.Equal(9, Array.IndexOf(weights, 1));
        Assert.Equal(["W1"], Names(new([layer])));
    }

    [Fact]
    public void Units_come_to_length_one_and_to_what_pictures_are_made_of()
    {
        // Upright and level edges anywhere, in both channels.
        Random random = new(5);
        Picture[] pictures = [.. Enumerable.Range(0, 400).Select(i =>
        {
            int edge = random.Next(2, 6);
            float step = i % 4 < 2 ? 1 : -1;
            return new Picture { X = [.. Enumerable.Range(0, Channels * Height * Width).Select(p => (i % 2 == 0 ? p / Width % Height : p % Width) >= edge ? step : 0f)] };
        })];
        CompetitiveNetworkOptions options = Options(CompetitiveSchedule.LayerByLayer, [new(8, 3) { LearningRate = 0.1, InitialLength = 3 }]);
        options.NumberOfEpochs = 5;
        float[] w = _mlContext.Transforms.CompetitiveNetwork(options).Fit(_mlContext.Data.LoadFromEnumerable(pictures)).Model.GetWeights(1);
        double[] lengths = [.. w.Chunk(18).Select(unit => Math.Sqrt(unit.Sum(v => v * v)))];
        Assert.True(lengths.Count(length => Math.Abs(length - 1) < 0.1) >= 4, string.Join(' ', lengths));
    }

    [Fact]
    public void Wrong_sizes_are_refused_and_named()
    {
        Refused("Picture", new TensorShape(0, 6, 9), new CompetitiveConvolution(3));
        Refused("Picture", default, new CompetitiveConvolution(3));
        Refused("Picture", new TensorShape(60_000, 60_000, 60_000), new CompetitiveConvolution(3));
        TensorShape shape = new(1, 6, 9);
        Refused("Layers", shape);
        Refused("Layers[0].Units", shape, new CompetitiveConvolution(1));
        Refused("Layers[0].Units", shape, new CompetitiveConvolution(2_000_000_000));
        Refused("Layers[0].Units", shape, new CompetitiveConvolution(3) { Rule = new KrotovHopfield { Rank = 4 } });
        Refused("Layers[0].KernelSize", shape, new CompetitiveConvolution(3, 0));
        Refused("Layers[0].KernelSize", shape, new CompetitiveConvolution(3, 7) { Padding = 0 });
        Refused("Layers[0].Padding", shape, new CompetitiveConvolution(3, 3) { Padding = 3 });
        Refused("Layers[0].Padding", shape, new CompetitiveConvolution(3, 3) { Padding = -1 });
        Refused("Layers[1].Padding", new TensorShape(1, 2, 2), new CompetitiveConvolution(3, 3), new CompetitiveConvolution(3, 3)); // one pixel has no mirror image
        Refused("Layers[0].Border", shape, new CompetitiveConvolution(3) { Border = (BorderPadding)7 });
        Refused("Layers[0].Stride", shape, new CompetitiveConvolution(3) { Stride = 0 });
        Refused("Layers[0].InitialLength", shape, new CompetitiveConvolution(3) { InitialLength = 0 });
        Refused("Layers[0].LearningRate", shape, new CompetitiveConvolution(3) { LearningRate = double.NaN });
        Refused("Layers[0].RadiusPower", shape, new CompetitiveConvolution(3) { RadiusPower = -1 });
        Refused("Layers[0].Activation", shape, new CompetitiveConvolution(3) { Activation = (CompetitiveActivation)9 });
        Refused("Layers[0].ActivationPower", shape, new CompetitiveConvolution(3) { ActivationPower = 0 });
        Refused("Layers[0].Pooling", shape, new CompetitiveConvolution(3) { Pooling = (PatchPooling)9 });
        Refused("Layers[0].PoolingSize", shape, new CompetitiveConvolution(3) { PoolingSize = 7 });
        Refused("Layers[0].PoolingSize", shape, new CompetitiveConvolution(3) { PoolingSize = 0 });
        Refused("Layers[0].PoolingStride", shape, new CompetitiveConvolution(3) { PoolingStride = -1 });
        Refused("Layers[0].PoolingPadding", shape, new CompetitiveConvolution(3) { PoolingPadding = 2 });

        var other = Assert.Throws<InvalidOperationException>(() => _mlContext.Transforms.CompetitiveNetwork("C", "X", shape, [new(3)]).Fit(Rows()));
        Assert.Contains("Picture is 1x6x9, 54 numbers, but rows of column 'X' have 126", other.Message, StringComparison.Ordinal);
    }

    private void Refused(string option, TensorShape picture, params CompetitiveConvolution[] layers)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.CompetitiveNetwork(new CompetitiveNetworkOptions { Picture = picture, Layers = layers }));
        Assert.Equal(option, error.ParamName);
    }

    private UnsupervisedTransformer<CompetitiveNetwork> Fit(CompetitiveSchedule schedule, int threads = 1, CompetitiveConvolution[]? layers = null)
    {
        CompetitiveNetworkOptions options = Options(schedule, layers ?? Layers);
        options.NumberOfThreads = threads;
        return _mlContext.Transforms.CompetitiveNetwork(options).Fit(Rows());
    }

    private static CompetitiveNetworkOptions Options(CompetitiveSchedule schedule, CompetitiveConvolution[] layers) => new()
    {
        OutputColumnName = "C",
        InputColumnName = "X",
        Picture = new(Channels, Height, Width),
        Layers = layers,
        Schedule = schedule,
        BatchSize = 8,
        NumberOfEpochs = 2,
        Seed = 7,
    };

    private static string[] Names(CompetitiveNetwork network) => [.. network.GetTensors().Tensors.Select(tensor => tensor.Name)];

    private float[][] Made(ITransformer model) => [.. model.Transform(Rows()).GetColumn<float[]>("C")];

    private IDataView Rows()
    {
        Random random = new(11);
        return _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(_ => new Picture { X = [.. Enumerable.Range(0, Channels * Height * Width).Select(_ => (float)random.NextDouble())] }).ToArray());
    }

    private sealed class Picture
    {
        [VectorType(Channels * Height * Width)]
        public float[] X { get; set; } = [];
    }
}
