using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Tests.Taught;

/// <summary>Networks of our own rules, reversed: without pools and rectification what a unit draws is a product of matrices, computed here.</summary>
public sealed class TaughtNetworkTests
{
    [Fact]
    public void Units_of_a_perceptron_draw_the_product_of_the_transposes()
    {
        using NetworkModelParameters model = Made(NetworkSpec.Sequential(new TensorShape(12), new Dense(7, Activation.Tanh), new Dense(5, Activation.ReLU), new Dense(3)), new FeedbackAlignment());
        using TaughtNetwork network = new(model, new TensorShape(1, 3, 4));
        float[] w1 = model.GetWeights(1), w2 = model.GetWeights(2), w3 = model.GetWeights(3);
        IReadOnlyList<float[]> first = network.Draw(1), second = network.Draw(2), outputs = network.Draw(3, [2, 0]);
        Assert.Equal((7, 5, 2), (first.Count, second.Count, outputs.Count));
        for (int unit = 0; unit < 7; unit++)
            Near(Enumerable.Range(0, 12).Select(i => w1[(unit * 12) + i]), first[unit]);
        for (int unit = 0; unit < 5; unit++)
            Near(Enumerable.Range(0, 12).Select(i => Enumerable.Range(0, 7).Sum(h => w2[(unit * 7) + h] * w1[(h * 12) + i])), second[unit]);
        Near(Enumerable.Range(0, 12).Select(i => Enumerable.Range(0, 5).Sum(g => w3[(2 * 5) + g] * Enumerable.Range(0, 7).Sum(h => w2[(g * 7) + h] * w1[(h * 12) + i]))), outputs[0]);
    }

    [Fact]
    public void Channels_of_a_convolution_draw_their_kernels()
    {
        using NetworkModelParameters model = Made(NetworkSpec.Sequential(new TensorShape(3, 5, 5), new Convolution2D(2, 3) { Padding = 1 }, new MaxPooling2D(5), new Dense(2)), new FeedbackAlignment());
        using TaughtNetwork network = new(model, new TensorShape(3, 5, 5));
        float[] kernels = model.GetWeights(1);
        // The pool's only window holds every place: spread evenly, each draws the kernel where it lies; the middle of the picture gets all of its taps.
        float[] drawn = network.Draw(1, [1])[0];
        for (int channel = 0; channel < 3; channel++)
        {
            float sum = Enumerable.Range(0, 9).Sum(tap => kernels[((3 + channel) * 9) + tap]);
            Assert.Equal(sum * drawn[12] / Enumerable.Range(0, 9).Sum(tap => kernels[(3 * 9) + tap]), drawn[(channel * 25) + 12], 1e-5);
        }
    }

    [Fact]
    public void Units_of_a_locally_connected_layer_draw_through_weights_of_their_own()
    {
        using NetworkModelParameters model = Made(NetworkSpec.Sequential(new TensorShape(3, 4, 4), new LocallyConnected2D(3, 3), new Dense(2)), new FeedbackAlignment());
        using TaughtNetwork network = new(model, new TensorShape(3, 4, 4));
        float[] local = model.GetWeights(1), dense = model.GetWeights(2);
        IReadOnlyList<float[]> drawn = network.Draw(2);
        for (int unit = 0; unit < 2; unit++)
        {
            float[] picture = new float[48];
            for (int below = 0; below < 12; below++)
            {
                for (int tap = 0; tap < 27; tap++)
                    picture[(tap / 9 * 16) + (((below % 4 / 2) + (tap % 9 / 3)) * 4) + (below % 2) + (tap % 3)] += dense[(unit * 12) + below] * local[(below * 27) + tap];
            }
            Near(picture, drawn[unit]);
        }
    }

    [Fact]
    public void Network_that_settles_is_reversed_through_its_weights_up()
    {
        using NetworkModelParameters model = Made(new NetworkSpec(new TensorShape(4), [new Dense(3, Activation.Sigmoid), new Dense(2)], OutputHead.LinearSquaredError), new EquilibriumPropagation());
        using TaughtNetwork network = new(model, new TensorShape(1, 2, 2));
        float[] w1 = model.GetWeights(1), w2 = model.GetWeights(2);
        Near(Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 3).Sum(h => w2[3 + h] * w1[(h * 4) + i])), network.Draw(2)[1]);
    }

    [Fact]
    public void Gradient_of_an_output_takes_the_trace_of_a_picture()
    {
        using NetworkModelParameters model = Made(NetworkSpec.Sequential(new TensorShape(4), new Dense(3, Activation.ReLU), new Dense(2)), new Backpropagation());
        using TaughtNetwork network = new(model, new TensorShape(1, 2, 2));
        float[] picture = [.4f, -1.2f, .3f, 2], w1 = model.GetWeights(1), b1 = model.GetBiases(1), w2 = model.GetWeights(2);
        bool[] open = [.. Enumerable.Range(0, 3).Select(h => b1[h] + Enumerable.Range(0, 4).Sum(i => w1[(h * 4) + i] * picture[i]) > 0)];
        Assert.Contains(true, open);
        Assert.Contains(false, open);
        Near(Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 3).Where(h => open[h]).Sum(h => w2[h] * w1[(h * 4) + i])), network.Draw(2, [0], RecollectionOptions.Gradient, picture)[0]);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        using NetworkModelParameters model = Made(NetworkSpec.Sequential(new TensorShape(4), new Dense(3), new Dense(2)), new Backpropagation());
        Assert.Contains("the network reads 4", Assert.Throws<ArgumentException>(() => new TaughtNetwork(model, new TensorShape(1, 3, 3))).Message, StringComparison.Ordinal);
        using TaughtNetwork network = new(model, new TensorShape(1, 2, 2));
        Assert.Contains("from 1 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => network.Draw(3)).Message, StringComparison.Ordinal);
        Assert.Contains("units 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => network.Draw(2, [2])).Message, StringComparison.Ordinal);
        Assert.Contains("a picture of 1x2x2 has 4", Assert.Throws<ArgumentException>(() => network.Draw(2, [0], null, new float[3])).Message, StringComparison.Ordinal);
    }

    private static NetworkModelParameters Made(NetworkSpec spec, LearningRule rule)
    {
        Network<float> network = new(spec, rule, Initializer.GlorotUniform, seed: 4);
        for (int layer = 1; layer <= network.Depth; layer++)
            new RandomStream(seed: 2, $"biases/{layer}").FillNormal(network.Biases(layer).Values, 0, .3f);
        return new(network, rule);
    }

    private static void Near(IEnumerable<float> expected, float[] drawn)
    {
        float[] all = [.. expected];
        Assert.Equal(all.Length, drawn.Length);
        Assert.True(all.Max() > 1e-3);
        Assert.All(all.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
