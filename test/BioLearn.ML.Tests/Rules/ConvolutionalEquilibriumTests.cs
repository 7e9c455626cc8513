using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Equilibrium propagation on convolutions: as β goes to 0 its gradient is that of the loss of the settled network.</summary>
public sealed class ConvolutionalEquilibriumTests
{
    private const int Batch = 3;
    private static readonly TensorShape Image = new(1, 6, 6);

    [Theory]
    [InlineData("max")]
    [InlineData("average")]
    [InlineData("strided")]
    [InlineData("pooled twice")]
    public void Gradient_is_that_of_the_settled_loss(string network)
    {
        LayerSpec[] hidden = network switch
        {
            "max" => [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(2)],
            "average" => [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new AveragePooling2D(2), new Dense(4, Activation.Tanh)],
            "strided" => [new Convolution2D(3, 3, 2, 1, Activation.Tanh), new Convolution2D(4, 2, 1, 0, Activation.Tanh)],
            // Positive states: a maximum then raises itself. Negative ones lower it, and synchronous steps swing between two for ever.
            _ => [new Convolution2D(3, 3, 1, 1, Activation.Sigmoid), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Sigmoid), new MaxPooling2D(2)],
        };
        NetworkSpec spec = new(Image, [.. hidden, new Dense(3)], OutputHead.LinearSquaredError);
        double[] input = new double[Batch * Image.Size], target = [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)];
        new RandomStream(2, "inputs").FillUniform<double>(input, 0, 1);
        EquilibriumPropagation rule = new() { Beta = 1e-3, FreeSteps = 200, NudgedSteps = 200 };
        using RuleBench<double> bench = new(spec, rule, input, target, Batch);
        RandomStream random = new(3, "weights");
        foreach (Parameter<double> parameter in bench.Network.Parameters)
            random.FillUniform<double>(parameter.Values, -0.15, 0.2);
        bench.Credit();
        int compared = 0;
        foreach (Parameter<double> parameter in bench.Network.Parameters)
        {
            double[] gradient = bench.Step.GradientOf(parameter).ToArray();
            double scale = Math.Max(1e-3, gradient.Max(Math.Abs));
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 5))
            {
                double difference = (Loss(bench, parameter, i, 1e-5) - Loss(bench, parameter, i, -1e-5)) / 2e-5;
                Assert.True(Math.Abs(gradient[i] - difference) < 1e-4 * scale, $"{network}: {parameter}[{i}] is {gradient[i]:g8}, the settled loss says {difference:g8}");
                compared++;
            }
        }
        Assert.True(compared > 8);
    }

    [Fact]
    public void Convolutional_network_learns()
    {
        NetworkSpec spec = new(Image, [new Convolution2D(6, 3, 1, 1, Activation.ShiftedSigmoid), new MaxPooling2D(2), new Dense(3)], OutputHead.LinearSquaredError);
        EquilibriumPropagation rule = new();
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(0.01), 20);
        Samples<float> rows = Bars(240);
        for (int epoch = 0; epoch < 12; epoch++)
            trainer.TrainEpoch(rows);
        Assert.InRange(trainer.Evaluate(rows).Accuracy, 0.9, 1);
    }

    [Fact]
    public void Normalized_network_is_refused_by_its_layer()
    {
        NetworkSpec spec = new(Image, [new Convolution2D(2, 3, 1, 1, Activation.Linear), new BatchNormalization(Activation.Tanh), new Dense(3)], OutputHead.LinearSquaredError);
        string message = Assert.Throws<ArgumentException>(() => new Network<float>(spec, new EquilibriumPropagation(), Initializer.Zeros, 1)).Message;
        Assert.Equal("Equilibrium propagation has no way through normalization: layer 1 (convolution 1x6x6 to 2x6x6).", message);
    }

    /// <summary>A bar across, a bar down, or a cross somewhere, with noise.</summary>
    private static Samples<float> Bars(int count)
    {
        float[] features = new float[count * Image.Size];
        int[] classes = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        RandomStream random = new(5, "bars");
        random.FillUniform<float>(features, 0, 0.3f);
        float[] places = new float[2 * count];
        random.FillUniform<float>(places, 0, 5.99f);
        for (int row = 0; row < count; row++)
        {
            int at = (int)places[2 * row], across = (int)places[(2 * row) + 1];
            for (int i = 0; i < 6; i++)
            {
                if (classes[row] != 1)
                    features[(row * 36) + (at * 6) + i] += 0.7f;
                if (classes[row] != 0)
                    features[(row * 36) + (i * 6) + across] += 0.7f;
            }
        }
        return Samples<float>.OfClasses(features, classes);
    }

    private static double Loss(RuleBench<double> bench, Parameter<double> parameter, int index, double step)
    {
        double value = parameter.Values[index];
        parameter.Values[index] = value + step;
        bench.Rule.Predict(bench.Step);
        bench.Step.OutputError();
        parameter.Values[index] = value;
        return bench.Step.MeanLoss;
    }
}
