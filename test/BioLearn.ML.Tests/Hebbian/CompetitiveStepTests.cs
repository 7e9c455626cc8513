using System.Numerics;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>The learning step of a competitive network's layers against the same equations in plain loops.</summary>
public class CompetitiveStepTests
{
    private const int Batches = 3, Pictures = 3;

    /// <summary>Odd sizes, strides that leave a rest, one and several channels, both borders, each kind of pooling.</summary>
    private static readonly Dictionary<string, (TensorShape Picture, CompetitiveConvolution[] Layers)> Networks = new()
    {
        ["one channel, mirrored border, overlapping windows"] = (new(1, 7, 9), [new(4, 5) { LearningRate = 0.08, ActivationPower = 0.7, PoolingSize = 4, PoolingStride = 2, PoolingPadding = 1 }]),
        ["three channels, two layers"] = (new(3, 8, 6),
            [
                new(5, 3) { Rule = new SoftHebb { InverseTemperature = 0.65, AntiHebbianLosers = true }, ActivationPower = 1.4, PoolingSize = 4, PoolingStride = 2, PoolingPadding = 1 },
                new(6, 3) { Rule = new SoftHebb { InverseTemperature = 0.25, AntiHebbianLosers = true }, InitialLength = 5, Pooling = PatchPooling.Average, PoolingSize = 2 },
            ]),
        ["zeros outside, strides of two, a rest, plain softmax"] = (new(2, 9, 8), [new(3, 4) { Rule = new SoftHebb { InverseTemperature = 0.5 }, InitialLength = 2, Stride = 2, Padding = 1, Border = BorderPadding.Zeros, Pooling = PatchPooling.Average, PoolingSize = 3, PoolingStride = 2, PoolingPadding = 2, RadiusPower = 0 }]),
        ["no normalization, no pooling, even kernel"] = (new(2, 5, 4), [new(3, 2) { Normalize = false, Padding = 0, Activation = CompetitiveActivation.RectifiedPower, ActivationPower = 2, Pooling = PatchPooling.None, RadiusPower = 1 }]),
        ["a picture of one pixel"] = (new(3, 1, 1), [new(2, 1) { Activation = CompetitiveActivation.Linear, PoolingSize = 1 }]),
    };

    public static TheoryData<string> Names() => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_learn_what_plain_loops_learn(string name)
    {
        Compare<double>(Networks[name].Picture, Networks[name].Layers, 1e-10);
        Compare<float>(Networks[name].Picture, Networks[name].Layers, 2e-3);
    }

    [Fact]
    public void Single_number_a_channel_is_normalized_by_the_running_averages()
    {
        ChannelStatistics<double> statistics = new(new(2, 1, 1));
        statistics.Follow([4.0, -3]);
        Assert.Equal([0, 0, 1, 1], [.. statistics.RunningMean, .. statistics.RunningVariance]);
        Assert.All(statistics.Inverse, x => Assert.Equal(1 / Math.Sqrt(1 + 1e-5), x, 1e-12));
    }

    private static void Compare<T>(TensorShape picture, CompetitiveConvolution[] options, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(17);
        List<ConvolutionLearner<T>> layers = [];
        List<NaiveConvolution> naive = [];
        TensorShape shape = picture;
        foreach (CompetitiveConvolution one in options)
        {
            CompetitiveStage stage = one.Stage(shape, "Layers[0]");
            ConvolutionLearner<T> layer = new(stage, one.Rule, Pictures);
            NaiveConvolution other = new(one, shape.Channels);
            for (int i = 0; i < layer.Weights.Length; i++)
            {
                double w = one.InitialLength * ((2 * random.NextDouble()) - 1) / Math.Sqrt(stage.Length);
                layer.Weights[i] = T.CreateChecked(w);
                At(other.Weights, i, stage) = w;
            }
            layers.Add(layer);
            naive.Add(other);
            shape = stage.Output;
        }
        for (int batch = 0; batch < Batches; batch++)
        {
            int count = batch == 1 ? 2 : Pictures; // one of them smaller
            double[][][,] signal = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, picture.Channels).Select(c => Plane(picture, random, c)).ToArray())];
            T[] pixels = Pixels<T>(signal);
            for (int l = 0; l < layers.Count; l++)
            {
                layers[l].Learn(pixels, count, T.CreateChecked(options[l].LearningRate), T.CreateChecked(options[l].RadiusPower));
                signal = naive[l].Learn(signal);
                pixels = layers[l].Output.ToArray();
                Close.To<T>([.. Pixels<double>(signal)], pixels, tolerance, $"output of layer {l + 1}, batch {batch}");
            }
        }
        double[][][,] last = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, picture.Channels).Select(c => Plane(picture, random, c)).ToArray())];
        T[] passed = Pixels<T>(last);
        for (int l = 0; l < layers.Count; l++)
        {
            NaiveConvolution other = naive[l];
            CompetitiveStage stage = layers[l].Stage;
            Close.To<T>([.. Enumerable.Range(0, layers[l].Weights.Length).Select(i => At(other.Weights, i, stage))], layers[l].Weights, tolerance, $"W of layer {l + 1}");
            Close.To<double>(other.RunningMean, layers[l].Statistics.RunningMean, tolerance, "running mean");
            Close.To<double>(other.RunningVariance, layers[l].Statistics.RunningVariance, tolerance, "running variance");
            layers[l].Pass(passed, 2);
            last = other.Pass(last);
            passed = layers[l].Output.ToArray();
            Close.To<T>([.. Pixels<double>(last)], passed, tolerance, $"output of the finished layer {l + 1}");
        }
        Assert.Contains(Enumerable.Range(0, passed.Length), i => passed[i] != T.Zero);
        layers.ForEach(layer => layer.Dispose());
    }

    /// <summary>The weight at a place of [units, row, column, channels].</summary>
    private static ref double At(double[][,,] weights, int index, CompetitiveStage stage)
    {
        int channels = stage.Input.Channels, within = index % stage.Length;
        return ref weights[index / stage.Length][within % channels, within / channels / stage.KernelSize, within / channels % stage.KernelSize];
    }

    private static double[,] Plane(TensorShape picture, Random random, int channel)
    {
        double[,] plane = new double[picture.Height, picture.Width];
        for (int i = 0; i < picture.Height; i++)
        {
            for (int j = 0; j < picture.Width; j++)
                plane[i, j] = channel + random.NextDouble(); // channels of different brightness
        }
        return plane;
    }

    private static T[] Pixels<T>(double[][][,] pictures)
        where T : INumberBase<T>
    {
        List<T> pixels = [];
        foreach (double[][,] picture in pictures)
        {
            for (int i = 0; i < picture[0].GetLength(0); i++)
            {
                for (int j = 0; j < picture[0].GetLength(1); j++)
                    pixels.AddRange(picture.Select(plane => T.CreateChecked(plane[i, j])));
            }
        }
        return [.. pixels];
    }
}
