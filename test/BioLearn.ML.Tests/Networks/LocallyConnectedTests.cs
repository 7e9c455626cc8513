using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Locally connected layers beside convolutions; that their credit is the gradient of the loss is tested with those of all graphs.</summary>
public sealed class LocallyConnectedTests
{
    private const int Batch = 3;

    private static readonly TensorShape Image = new(2, 7, 7);

    /// <summary>With the same weights at all places outputs and credit are the convolution's, and the gradients of all places add up to its own.</summary>
    [Theory]
    [InlineData("backpropagation")]
    [InlineData("feedback-alignment")]
    [InlineData("sign-symmetry")]
    [InlineData("direct-feedback-alignment")]
    public void Layer_of_shared_weights_is_a_convolution(string rule)
    {
        LearningRule learning = RuleTable.Find(rule)!.CreateRule();
        using RuleBench<double> shared = Bench(new Convolution2D(3, 3, 2, 1, Activation.Tanh), new Convolution2D(4, 2, 1, 0, Activation.Tanh), learning);
        using RuleBench<double> local = Bench(new LocallyConnected2D(3, 3, 2, 1, Activation.Tanh), new LocallyConnected2D(4, 2, 1, 0, Activation.Tanh), learning);
        foreach (Parameter<double> parameter in shared.Network.Parameters)
        {
            Parameter<double> twin = local.Network.Parameters.Single(p => p.Key == parameter.Key);
            double[] values = parameter.Values.ToArray();
            twin.Values.Clear();
            local.Set(twin, values.Length == twin.Length ? values : Spread(values, twin, shared.Step.Layer(parameter.Layer)));
        }
        shared.Credit();
        local.Credit();
        for (int l = 1; l <= 3; l++)
        {
            Close.To(shared.Step.Clean.Units(l).Span.ToArray(), local.Step.Clean.Units(l).Span, 1e-13, $"h{l}");
            Close.To(shared.Step.Delta(l).Span.ToArray(), local.Step.Delta(l).Span, 1e-13, $"credit of layer {l}");
            foreach ((Parameter<double> one, Parameter<double> many) in (ReadOnlySpan<(Parameter<double>, Parameter<double>)>)[(shared.Network.Weights(l), local.Network.Weights(l)), (shared.Network.Biases(l), local.Network.Biases(l))])
            {
                double[] sums = new double[one.Length], gradients = local.Step.GradientOf(many).ToArray();
                int columns = l == 3 ? many.Length : one == shared.Network.Weights(l) ? many.Columns : 1, area = many.Length / one.Length;
                for (int i = 0; i < gradients.Length; i++)
                    sums[l == 3 ? i : (i / columns / area * columns) + (i % columns)] += gradients[i];
                Close.To(shared.Step.GradientOf(one).ToArray(), sums, 1e-13, one.Key);
            }
        }
    }

    [Fact]
    public void Weights_are_a_row_a_unit()
    {
        Layer layer = new NetworkSpec(Image, [new LocallyConnected2D(3, 3, 2, 1), new Dense(2)], OutputHead.LinearSquaredError).Graph[0];
        Assert.Equal(new TensorShape(3, 4, 4), layer.Units);
        Assert.Equal((48, 18, 48, 18, 27), (layer.WeightRows, layer.WeightColumns, layer.Synapses.Biases, layer.FanIn, layer.FanOut));
        Assert.Equal([3, 4, 4, 2, 3, 3], layer.Synapses.WeightShape);
        Assert.False(layer.IsFullyConnected);
        Assert.Equal("layer 1 (locally connected 2x7x7 to 3x4x4)", layer.ToString());
    }

    [Theory]
    [InlineData(0, 3, 1, 0, "Channels is 0; it must be at least 1")]
    [InlineData(1, 0, 1, 0, "KernelSize is 0; it must be at least 1")]
    [InlineData(1, 3, 0, 0, "Stride is 0; it must be at least 1")]
    [InlineData(1, 3, 1, 3, "Padding is 3; it must be in 0..KernelSize-1")]
    [InlineData(1, 8, 1, 0, "a window of 8 with padding 0 does not fit an input of 2x7x7")]
    public void Wrong_size_is_refused_with_what_was_expected(int channels, int kernel, int stride, int padding, string reason)
    {
        string message = Assert.Throws<ArgumentException>(() => new NetworkSpec(Image, [new LocallyConnected2D(channels, kernel, stride, padding), new Dense(2)], OutputHead.LinearSquaredError)).Message;
        Assert.StartsWith($"Layer 1: {reason}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Window_over_what_is_no_picture_says_so()
    {
        foreach (LayerSpec layer in (LayerSpec[])[new Convolution2D(2, 3), new LocallyConnected2D(2, 3), new MaxPooling2D(2)])
        {
            string message = Assert.Throws<ArgumentException>(() => new NetworkSpec(Image, [new Dense(4), layer, new Dense(2)], OutputHead.LinearSquaredError)).Message;
            Assert.Contains("does not fit", message, StringComparison.Ordinal);
            Assert.Contains("4 numbers without height and width; expected a picture", message, StringComparison.Ordinal);
        }
    }

    private static RuleBench<double> Bench(LayerSpec first, LayerSpec second, LearningRule rule)
    {
        double[] input = new double[Batch * Image.Size], target = [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 ? 1.0 : 0)];
        new RandomStream(2, "inputs").FillNormal<double>(input, 0, 1);
        RuleBench<double> bench = new(new NetworkSpec(Image, [first, second, new Dense(3)], OutputHead.SoftmaxCrossEntropy), rule, input, target, Batch);
        foreach (Parameter<double> parameter in bench.Network.Parameters)
            new RandomStream(3, parameter.Key).FillNormal<double>(parameter.Values, 0, 0.4);
        return bench;
    }

    /// <summary>Every place gets the filter's numbers.</summary>
    private static double[] Spread(double[] values, Parameter<double> to, Layer layer)
    {
        int columns = values.Length / layer.Units.Channels, area = to.Length / values.Length;
        return [.. Enumerable.Range(0, to.Length).Select(i => values[(i / columns / area * columns) + (i % columns)])];
    }
}
