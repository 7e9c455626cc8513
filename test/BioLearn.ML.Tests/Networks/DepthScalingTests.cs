using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Depth-µP: first weights and rates of deep networks.</summary>
public class DepthScalingTests
{
    [Fact]
    public void Multipliers_are_those_of_the_paper()
    {
        NetworkSpec chain = NetworkSpec.Perceptron(9, [16, 16], 3, Activation.Tanh, OutputHead.LinearSquaredError);
        Assert.Equal([1 / 3.0, 1 / 4.0, 1 / 16.0], DepthScaling.Multipliers(chain));
        NetworkSpec residual = NetworkSpec.ResidualPerceptron(9, 16, 4, 3, Activation.Tanh, OutputHead.LinearSquaredError);
        double[] weighted = [.. DepthScaling.Multipliers(residual).Zip(residual.Graph).Where(l => l.Second.HasWeights).Select(l => l.First)];
        Assert.Equal([1 / 3.0, 1 / Math.Sqrt(16 * 5), 1 / Math.Sqrt(16 * 5), 1 / Math.Sqrt(16 * 5), 1 / 16.0], weighted);
    }

    [Fact]
    public void Residual_perceptron_adds_to_a_stream_what_its_activations_send()
    {
        // s₂ = s₁ + W₂ φ(s₁), y = W₃ φ(s₂).
        NetworkSpec spec = NetworkSpec.ResidualPerceptron(2, 3, 2, 1, Activation.Tanh, OutputHead.LinearSquaredError);
        Backpropagation rule = new();
        using Network<double> network = new(spec, rule, Initializer.GlorotUniform, 1);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), 1);
        double[] input = [0.3, -0.8];
        double[][] w = [.. spec.Graph.Where(l => l.HasWeights).Select(l => network.Weights(l.Index).Values.ToArray())];
        double[] first = Times(w[0], input), second = [.. first.Zip(Times(w[1], Tanh(first)), (s, d) => s + d)];
        Assert.Equal(Times(w[2], Tanh(second))[0], trainer.Predict(input).Row(0)[0], 1e-14);

        static double[] Tanh(double[] x) => [.. x.Select(Math.Tanh)];
        static double[] Times(double[] matrix, double[] x) => [.. matrix.Chunk(x.Length).Select(row => row.Zip(x, (a, b) => a * b).Sum())];
    }

    [Fact]
    public void Plain_descent_moves_the_product_as_if_the_multiplier_stood_before_the_weights()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 6], 2, Activation.Tanh, OutputHead.LinearSquaredError);
        Backpropagation rule = new();
        using Network<double> network = new(spec, rule, Initializer.Zeros, 3);
        DepthScaling.Apply(network, OptimizerKind.Sgd);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.5), 1);
        double[][] before = Weights(network);
        trainer.Step([0.5, -1, 0.2, 0.7], [1, -1]);
        for (int l = 1; l <= 3; l++)
        {
            // W = a V, and V moves by rate · a · ∂ℓ/∂W.
            double a = DepthScaling.Multipliers(spec)[l - 1];
            double[] free = Descended(rule, spec, before, l);
            for (int i = 0; i < free.Length; i++)
                Assert.Equal(before[l - 1][i] + (a * a * (free[i] - before[l - 1][i])), network.Weights(l).Values[i], 1e-13);
        }
        Assert.Equal(1, before[0].Average(w => w * w) * 4, 0.8);

        static double[] Descended(LearningRule rule, NetworkSpec spec, double[][] from, int layer)
        {
            using Network<double> plain = new(spec, rule, Initializer.Zeros, 3);
            for (int l = 1; l <= 3; l++)
                from[l - 1].CopyTo(plain.Weights(l).Values);
            using NetworkTrainer<double> trainer = new(plain, rule, OptimizerSettings.Sgd(0.5), 1);
            trainer.Step([0.5, -1, 0.2, 0.7], [1, -1]);
            return plain.Weights(layer).Values.ToArray();
        }
    }

    [Fact]
    public void Activities_of_sixty_residual_layers_are_no_larger_than_those_of_ten()
    {
        double shallow = Size(10), deep = Size(60);
        Assert.InRange(deep / shallow, 0.7, 1.4);

        static double Size(int layers)
        {
            Backpropagation rule = new();
            NetworkSpec spec = NetworkSpec.ResidualPerceptron(20, 64, layers, 2, Activation.Tanh, OutputHead.LinearSquaredError);
            using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
            DepthScaling.Apply(network, OptimizerKind.Sgd);
            using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), 8);
            double[] input = new double[8 * 20];
            new RandomStream(1, "input").FillNormal<double>(input, 0, 1);
            trainer.Predict(input);
            return Math.Sqrt(trainer.Context.Clean.PreActivation(spec.Graph.Length - 2).Span.ToArray().Average(x => x * x));
        }
    }

    [Fact]
    public void Thirty_residual_layers_learn_by_error_optimization_at_the_rate_of_three()
    {
        Assert.True(Accuracy(3) > 0.9, $"3 layers: {Accuracy(3)}");
        Assert.True(Accuracy(30) > 0.9, $"30 layers: {Accuracy(30)}");

        static double Accuracy(int layers)
        {
            ErrorOptimization rule = new();
            NetworkSpec spec = NetworkSpec.ResidualPerceptron(4, 32, layers, 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
            using Network<float> network = new(spec, rule, Initializer.Zeros, 1);
            DepthScaling.Apply(network, OptimizerKind.Adam);
            using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Adam(0.05), 20);
            Samples<float> blobs = Blobs();
            for (int epoch = 0; epoch < 5; epoch++)
                trainer.TrainEpoch(blobs);
            return trainer.Evaluate(blobs).Accuracy;
        }

        static Samples<float> Blobs()
        {
            float[] features = new float[300 * 4];
            int[] classes = [.. Enumerable.Range(0, 300).Select(i => i % 3)];
            new RandomStream(4, "blobs").FillNormal<float>(features, 0, 0.5f);
            for (int i = 0; i < 300; i++)
                features[(i * 4) + classes[i]] += 2;
            return Samples<float>.OfClasses(features, classes);
        }
    }

    private static double[][] Weights(Network<double> network) => [.. Enumerable.Range(1, 3).Select(l => network.Weights(l).Values.ToArray())];
}
