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
    [InlineData("readout")]
    [InlineData("readout of pooled")]
    [InlineData("readout, energy")]
    public void Gradient_is_that_of_the_settled_loss(string network)
    {
        LayerSpec[] hidden = network switch
        {
            "max" => [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(2)],
            "average" => [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new AveragePooling2D(2), new Dense(4, Activation.Tanh)],
            "readout" => [new Convolution2D(3, 3, 2, 1, Activation.Tanh), new Dense(4, Activation.Tanh)],
            "readout of pooled" => [new Convolution2D(3, 3, 1, 1, Activation.Sigmoid), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Sigmoid), new MaxPooling2D(2)],
            "readout, energy" => [new Dense(5, Activation.HardSigmoid), new Dense(4, Activation.HardSigmoid)],
            "strided" => [new Convolution2D(3, 3, 2, 1, Activation.Tanh), new Convolution2D(4, 2, 1, 0, Activation.Tanh)],
            // Positive states: a maximum then raises itself. Negative ones lower it, and synchronous steps swing between two for ever.
            _ => [new Convolution2D(3, 3, 1, 1, Activation.Sigmoid), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Sigmoid), new MaxPooling2D(2)],
        };
        bool readout = network.StartsWith("readout", StringComparison.Ordinal);
        NetworkSpec spec = new(Image, [.. hidden, new Dense(3)], readout ? OutputHead.SoftmaxCrossEntropy : OutputHead.LinearSquaredError);
        double[] input = new double[Batch * Image.Size], target = [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)];
        new RandomStream(2, "inputs").FillUniform<double>(input, 0, 1);
        EquilibriumPropagation rule = new()
        {
            Beta = 1e-3,
            FreeSteps = 200,
            NudgedSteps = 200,
            OutputIsReadout = readout,
            Dynamics = network == "readout, energy" ? EquilibriumDynamics.Energy : EquilibriumDynamics.Discrete,
        };
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

    /// <summary>One nudged step by hand: what pushes s_{L-1} is the output's error at the states as they are, and W_L learns from both nudged states.</summary>
    [Theory]
    [InlineData(EquilibriumNudging.Symmetric)]
    [InlineData(EquilibriumNudging.OneSided)]
    public void Readout_pushes_by_its_error_and_learns_at_the_nudged_states(EquilibriumNudging nudging)
    {
        const double beta = 0.4;
        NetworkSpec spec = new(new TensorShape(2), [new Dense(3, Activation.WideHardSigmoid), new Dense(2)], OutputHead.SoftmaxCrossEntropy);
        double[] x = [0.6, -0.3], t = [1, 0];
        EquilibriumPropagation rule = new() { OutputIsReadout = true, Beta = beta, FreeSteps = 3, NudgedSteps = 2, Nudging = nudging };
        using RuleBench<double> bench = new(spec, rule, x, t, 1);
        foreach (Parameter<double> parameter in bench.Network.Parameters)
            new RandomStream(4, parameter.Key).FillUniform<double>(parameter.Values, 0.1, 0.9);
        double[] w1 = bench.Network.Weights(1).Values.ToArray(), b1 = bench.Network.Biases(1).Values.ToArray(), w2 = bench.Network.Weights(2).Values.ToArray(), b2 = bench.Network.Biases(2).Values.ToArray();
        bench.Credit();

        double[] drive = [.. Enumerable.Range(0, 3).Select(i => (w1[2 * i] * x[0]) + (w1[(2 * i) + 1] * x[1]) + b1[i])];
        double[] free = [.. drive.Select(Clip)]; // nothing comes from above
        double sign = nudging == EquilibriumNudging.Symmetric ? 1 : 0;
        double[] plus = Nudged(beta), minus = Nudged(-beta * sign), errorPlus = Error(plus), errorMinus = Error(minus);
        double difference = beta * (1 + sign);
        Close.To([.. drive.SelectMany((_, i) => x.Select(v => -(plus[i] - minus[i]) * v / difference))], bench.Step.GradientOf(bench.Network.Weights(1)), 1e-13, "W1");
        Close.To(
            [.. Enumerable.Range(0, 2).SelectMany(k => Enumerable.Range(0, 3).Select(i => ((beta * errorPlus[k] * plus[i]) + (beta * sign * errorMinus[k] * minus[i])) / difference))],
            bench.Step.GradientOf(bench.Network.Weights(2)), 1e-13, "W2");

        double[] Nudged(double strength)
        {
            double[] s = free;
            for (int step = 0; step < 2; step++)
            {
                double[] error = Error(s);
                s = [.. drive.Select((d, i) => Clip(d - (strength * ((error[0] * w2[i]) + (error[1] * w2[3 + i])))))];
            }
            return s;
        }

        double[] Error(double[] s)
        {
            double[] a = [.. Enumerable.Range(0, 2).Select(k => b2[k] + Enumerable.Range(0, 3).Sum(i => w2[(3 * k) + i] * s[i]))];
            double sum = a.Sum(Math.Exp);
            return [.. a.Select((v, k) => (Math.Exp(v) / sum) - t[k])];
        }

        static double Clip(double v) => Math.Clamp(v / 2, 0, 1);
    }

    [Fact]
    public void Readout_of_nothing_is_refused()
    {
        NetworkSpec spec = new(Image, [new Dense(3)], OutputHead.SoftmaxCrossEntropy);
        string message = Assert.Throws<ArgumentException>(() => new Network<float>(spec, new EquilibriumPropagation { OutputIsReadout = true }, Initializer.Zeros, 1)).Message;
        Assert.StartsWith("Equilibrium propagation with OutputIsReadout settles the hidden layers, and the network has none; expected at least one.", message, StringComparison.Ordinal);
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
