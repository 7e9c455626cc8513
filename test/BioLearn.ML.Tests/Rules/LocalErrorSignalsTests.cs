using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Local error signals against differences of the layers' own losses, written out from the paper.</summary>
public sealed class LocalErrorSignalsTests
{
    private const int Batch = 5, Outputs = 3;
    private const double Delta = 1e-6;

    public static TheoryData<string, LocalLoss, bool> Cases()
    {
        TheoryData<string, LocalLoss, bool> cases = [];
        foreach (string graph in TestGraphs.Names)
        {
            foreach (LocalLoss loss in Enum.GetValues<LocalLoss>())
            {
                cases.Add(graph, loss, false);
                cases.Add(graph, loss, true);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_every_layer_are_those_of_its_own_loss(string graph, LocalLoss loss, bool weighted)
    {
        // Few enough inputs for windows of several sizes, with rests at the edges.
        LocalErrorSignals rule = new() { Loss = loss, SimilarityShare = 0.7, PredictionWidth = 40, Classifier = Initializer.Normal(0.3) };
        double[] weights = weighted ? [1, 0.5, 2, 0, 1.5] : [1, 1, 1, 1, 1];
        using Network<double> network = new(TestGraphs.Of(graph, Activation.Tanh), rule, Initializer.GlorotUniform, seed: 1);
        RandomStream random = new(9, "biases");
        foreach (Parameter<double> parameter in network.Parameters.Where(p => p.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift || p.Name == "c"))
            random.FillUniform<double>(parameter.Values, 0.1, 0.6);
        using NativeBuffer<double> input = new(Batch * TestGraphs.Image.Size), target = new(Batch * Outputs), sampleWeights = new(Batch);
        new RandomStream(4, "inputs").FillNormal<double>(input.Span, 0, 1);
        for (int b = 0; b < Batch; b++)
            target.Span[(b * Outputs) + (b % Outputs)] = 1;
        weights.CopyTo(sampleWeights.Span);
        using LearningContext<double> step = new(network, Batch);
        step.Begin(new(input, Batch, TestGraphs.Image.Size), new(target, Batch, Outputs), weighted ? new(sampleWeights, Batch, 1) : default);
        rule.ComputeCredit(step);

        int compared = 0;
        foreach (Parameter<double> parameter in step.Taught.Where(p => p.Layer < network.Depth).ToArray())
        {
            double[] gradient = step.GradientOf(parameter).ToArray();
            double scale = Math.Max(1e-2, gradient.Max(Math.Abs));
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 5))
            {
                double value = parameter.Values[i];
                parameter.Values[i] = value + Delta;
                double above = LossOf(step, rule, parameter.Layer, weights);
                parameter.Values[i] = value - Delta;
                double below = LossOf(step, rule, parameter.Layer, weights);
                parameter.Values[i] = value;
                double difference = (above - below) / (2 * Delta);
                Assert.True(Math.Abs(gradient[i] - difference) < 2e-6 * scale, $"{parameter}[{i}] is {gradient[i]:g9}, the layer's loss says {difference:g9}");
                compared++;
            }
        }
        Assert.True(compared > 10, $"{compared} numbers were compared");
        foreach (Layer layer in step.Spec.Graph.Where(l => l.HasWeights))
            Assert.Contains(network.Weights(layer.Index), step.Taught);
    }

    [Fact]
    public void Output_layer_learns_from_its_own_error_alone()
    {
        NetworkSpec spec = TestGraphs.Of("convolutions", Activation.Tanh);
        double[] input = new double[Batch * TestGraphs.Image.Size], target = [.. Enumerable.Range(0, Batch * Outputs).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)];
        new RandomStream(4, "inputs").FillNormal<double>(input, 0, 1);
        using RuleBench<double> local = new RuleBench<double>(spec, new LocalErrorSignals(), input, target, Batch).Credit(), reference = new RuleBench<double>(spec, new Backpropagation(), input, target, Batch).Credit();
        Close.To(reference.Step.GradientOf(reference.Network.Weights(spec.Graph.Length)).ToArray(), local.Step.GradientOf(local.Network.Weights(spec.Graph.Length)), 1e-14, "output layer");
    }

    [Fact]
    public void Samples_that_do_not_vary_and_losses_of_one_sample_give_finite_gradients()
    {
        NetworkSpec spec = new(new(1, 4, 4), [new Convolution2D(4, 3, 1, 1, Activation.ReLU), new Dense(5, Activation.ReLU), new Dense(2)], OutputHead.SoftmaxCrossEntropy);
        foreach (int batch in (int[])[1, 3])
        {
            using RuleBench<float> bench = new(spec, new LocalErrorSignals(), new double[batch * 16], [.. Enumerable.Range(0, batch).SelectMany(_ => (double[])[1, 0])], batch);
            bench.Network.Biases(1).Values.Fill(-1);
            bench.Credit();
            Assert.All(bench.Step.Taught, p => Assert.True(bench.Step.GradientOf(p).ToArray().All(float.IsFinite), p.Key));
        }
    }

    [Theory]
    [InlineData(LocalLoss.Prediction)]
    [InlineData(LocalLoss.Similarity)]
    [InlineData(LocalLoss.PredictionAndSimilarity)]
    public void Convolutional_net_learns_pictures(LocalLoss loss)
    {
        LocalErrorSignals rule = new() { Loss = loss };
        NetworkSpec spec = new(
            new(1, 28, 28),
            [
                new Convolution2D(8, 5, 2, 2, Activation.Linear), new BatchNormalization(Activation.ReLU), new MaxPooling2D(2),
                new Convolution2D(16, 3, 1, 1, Activation.Linear), new BatchNormalization(Activation.ReLU), new MaxPooling2D(2),
                new Dense(32, Activation.Linear), new BatchNormalization(Activation.ReLU),
                new Dense(10),
            ],
            OutputHead.SoftmaxCrossEntropy);
        Assert.InRange(Pictures.Accuracy(spec, rule, 6, OptimizerSettings.Adam(5e-3)), 0.6, 1);
    }

    [Fact]
    public void Regression_is_refused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Network<float>(NetworkSpec.Perceptron(3, [4], 1, Activation.ReLU, OutputHead.LinearSquaredError), new LocalErrorSignals(), Initializer.GlorotUniform, 1));
        Assert.Contains("classes", e.Message, StringComparison.Ordinal);
    }

    private static double LossOf(LearningContext<double> step, LocalErrorSignals rule, int l, double[] weights)
    {
        step.Forward();
        Layer layer = step.Layer(l);
        double[][] h = [.. Enumerable.Range(0, Batch).Select(b => step.Clean.Units(l).Row(b).ToArray())];
        double[][] t = [.. Enumerable.Range(0, Batch).Select(b => step.Target.Row(b).ToArray())];
        double share = rule.Loss switch { LocalLoss.Prediction => 0, LocalLoss.Similarity => 1, _ => rule.SimilarityShare };
        double loss = 0;
        if (share < 1)
        {
            for (int b = 0; b < Batch; b++)
                loss += (1 - share) * weights[b] * CrossEntropy(step, l, Averages(h[b], layer.Units, rule.PredictionWidth), t[b]) / Batch;
        }
        if (share > 0)
        {
            double[][] x = layer.Units is { Channels: > 3, IsVector: false } ? [.. h.Select(sample => Deviations(sample, layer.Units))] : h;
            for (int b = 0; b < Batch; b++)
            {
                for (int other = 0; other < Batch; other++)
                    loss += share * weights[b] * weights[other] / weights.Sum() * Math.Pow(Cosine(x[b], x[other]) - Cosine(t[b], t[other]), 2) / Batch;
            }
        }
        return loss;
    }

    private static double CrossEntropy(LearningContext<double> step, int l, double[] read, double[] target)
    {
        double[] weights = step.Side("P", l).Values.ToArray(), biases = step.Side("c", l).Values.ToArray();
        Assert.Equal(weights.Length, Outputs * read.Length);
        double[] z = [.. Enumerable.Range(0, Outputs).Select(k => biases[k] + read.Select((r, i) => r * weights[(k * read.Length) + i]).Sum())];
        return Math.Log(z.Sum(Math.Exp)) - z.Zip(target).Sum(p => p.First * p.Second);
    }

    /// <summary>Windows of 1x1, 2x1, 2x2, 4x2 and so on, the first with few enough numbers.</summary>
    private static double[] Averages(double[] h, TensorShape shape, int most)
    {
        for (int doublings = 0; ; doublings++)
        {
            int high = 1 << ((doublings + 1) / 2), wide = 1 << (doublings / 2);
            List<double> averages = [];
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                for (int y = 0; y < shape.Height; y += high)
                {
                    for (int x = 0; x < shape.Width; x += wide)
                    {
                        averages.Add((from row in Enumerable.Range(y, Math.Min(high, shape.Height - y))
                                      from column in Enumerable.Range(x, Math.Min(wide, shape.Width - x))
                                      select h[(((channel * shape.Height) + row) * shape.Width) + column]).Average());
                    }
                }
            }
            if (averages.Count <= most || (high >= shape.Height && wide >= shape.Width))
                return [.. averages];
        }
    }

    private static double[] Deviations(double[] h, TensorShape shape) =>
        [.. h.Chunk(shape.Height * shape.Width).Select(plane => Math.Sqrt(plane.Sum(v => Math.Pow(v - plane.Average(), 2)) / (plane.Length - 1)))];

    private static double Cosine(double[] x, double[] y)
    {
        double[] a = [.. x.Select(v => v - x.Average())], b = [.. y.Select(v => v - y.Average())];
        return a.Zip(b).Sum(p => p.First * p.Second) / Math.Sqrt(a.Sum(v => v * v) * b.Sum(v => v * v));
    }
}
