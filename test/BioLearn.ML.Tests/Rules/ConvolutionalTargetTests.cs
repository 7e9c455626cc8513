using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Target propagation and forward-forward on convolutions, against differences of their own losses.</summary>
public sealed class ConvolutionalTargetTests
{
    private const int Batch = 3;
    private const double Delta = 1e-6;

    private static readonly NetworkSpec Strided = new(
        new(2, 6, 6),
        [
            new Convolution2D(3, 3, 1, 1, Activation.Tanh),
            new Convolution2D(4, 3, 2, 1, Activation.Tanh),
            new Convolution2D(4, 2, 1, 0, Activation.Tanh) { Groups = 2 },
            new Dense(3),
        ],
        OutputHead.SoftmaxCrossEntropy);

    private static readonly NetworkSpec Local = new(
        new(2, 6, 6),
        [
            new LocallyConnected2D(3, 3, 1, 1, Activation.Tanh),
            new LocallyConnected2D(4, 3, 2, 1, Activation.Tanh),
            new LocallyConnected2D(4, 2, 1, 0, Activation.Tanh),
            new Dense(3),
        ],
        OutputHead.SoftmaxCrossEntropy);

    [Theory]
    [InlineData(InverseLoss.Reconstruction, false)]
    [InlineData(InverseLoss.DifferenceReconstruction, false)]
    [InlineData(InverseLoss.LocalDifferenceReconstruction, false)]
    [InlineData(InverseLoss.Reconstruction, true)]
    [InlineData(InverseLoss.DifferenceReconstruction, true)]
    public void Inverses_of_convolutions_descend_their_loss(InverseLoss loss, bool local)
    {
        TargetPropagation rule = new() { InverseLoss = loss, InverseOnlySteps = 0, NoiseDeviation = 0.5 };
        using RuleBench<double> bench = Bench(local ? Local : Strided, rule);
        new RandomStream(8, "c").FillUniform<double>(bench.Network.Side("c", 2).Values, -0.5, 0.5);
        bench.Credit();
        for (int l = 2; l <= 3; l++)
        {
            Assert.Equal(bench.Step.Layer(l).Input.Channels, bench.Network.Side("c", l).Values.Length);
            foreach (Parameter<double> parameter in (Parameter<double>[])[bench.Network.Side("V", l), bench.Network.Side("c", l)])
            {
                double[] gradient = bench.Step.GradientOf(parameter).ToArray();
                double scale = gradient.Max(Math.Abs);
                Assert.True(scale > 1e-3, $"the gradient of {parameter} is at most {scale}");
                for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 9))
                {
                    double value = parameter.Values[i];
                    parameter.Values[i] = value + Delta;
                    double above = LossOf(bench, loss, l);
                    parameter.Values[i] = value - Delta;
                    double below = LossOf(bench, loss, l);
                    parameter.Values[i] = value;
                    double difference = (above - below) / (2 * Delta);
                    Assert.True(Math.Abs(gradient[i] - difference) < 1e-6 * Math.Max(1, scale), $"{loss}: {parameter}[{i}] is {gradient[i]:g9}, the loss says {difference:g9}");
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Convolutions_learn_towards_their_targets(bool local)
    {
        using RuleBench<double> bench = Bench(local ? Local : Strided, new TargetPropagation { InverseOnlySteps = 0 });
        bench.Credit();
        for (int l = 1; l <= 3; l++)
        {
            double[] target = bench.Step.Scratch("t", l + 1, bench.Step.Layer(l).Units.Size).Span.ToArray();
            Parameter<double> weights = bench.Network.Weights(l);
            double[] gradient = bench.Step.GradientOf(weights).ToArray();
            for (int i = 0; i < gradient.Length; i += gradient.Length / 5)
            {
                double difference = Slope(weights, i, () =>
                {
                    bench.Step.Forward();
                    return bench.Step.Clean.Units(l).Span.ToArray().Zip(target).Sum(p => Math.Pow(p.First - p.Second, 2)) / 2 / Batch;
                });
                Assert.Equal(difference, gradient[i], 1e-7);
            }
        }
    }

    [Theory]
    [InlineData(Goodness.MeanOfSquares)]
    [InlineData(Goodness.SumOfSquares)]
    public void Goodness_of_pooled_convolutions_descends_its_loss(Goodness goodness)
    {
        NetworkSpec spec = new(
            new(2, 6, 6),
            [new Convolution2D(3, 3, 1, 1, Activation.Tanh), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, Activation.Tanh), new AveragePooling2D(2), new Dense(5, Activation.Tanh), new Dense(3)],
            OutputHead.SoftmaxCrossEntropy);
        ForwardForward rule = new() { Goodness = goodness, Threshold = 1.5 };
        using RuleBench<double> bench = Bench(spec, rule);
        bench.Credit();
        for (int l = 1; l < bench.Step.Depth; l++)
        {
            foreach (Parameter<double> parameter in (Parameter<double>[])[bench.Network.Weights(l), bench.Network.Biases(l)])
            {
                double[] gradient = bench.Step.GradientOf(parameter).ToArray();
                double scale = gradient.Max(Math.Abs);
                Assert.True(scale > 1e-4, $"the gradient of {parameter} is at most {scale}");
                for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
                {
                    int layer = l;
                    double difference = Slope(parameter, i, () => GoodnessLoss(bench, rule, layer));
                    Assert.True(Math.Abs(gradient[i] - difference) < 1e-6 * Math.Max(1, scale), $"{goodness}: {parameter}[{i}] is {gradient[i]:g9}, the loss says {difference:g9}");
                }
            }
        }
    }

    [Fact]
    public void Target_propagation_learns_pictures_by_convolutions()
    {
        NetworkSpec spec = new(new(1, 28, 28), [new Convolution2D(6, 5, 3, 1, Activation.Tanh), new Convolution2D(12, 3, 2, 1, Activation.Tanh), new Dense(10)], OutputHead.SoftmaxCrossEntropy);
        Assert.InRange(Pictures.Accuracy(spec, new TargetPropagation(), 8, OptimizerSettings.Adam(2e-3)), 0.6, 1);
    }

    [Fact]
    public void Forward_forward_learns_pictures_by_convolutions()
    {
        NetworkSpec spec = new(new(1, 28, 28), [new Convolution2D(8, 5, 2, 2), new MaxPooling2D(2), new Convolution2D(16, 3, 1, 1), new MaxPooling2D(2), new Dense(10)], OutputHead.SoftmaxCrossEntropy);
        Assert.InRange(Pictures.Accuracy(spec, new ForwardForward(), 5, OptimizerSettings.Adam(1e-3)), 0.6, 1);
    }

    [Fact]
    public void Target_propagation_refuses_pooling_by_the_layer()
    {
        NetworkSpec spec = new(new(1, 6, 6), [new Convolution2D(2, 3), new MaxPooling2D(2), new Dense(3)], OutputHead.SoftmaxCrossEntropy);
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Network<float>(spec, new TargetPropagation(), Initializer.GlorotUniform, 1));
        Assert.Contains("pooling", e.Message, StringComparison.Ordinal);
        Assert.Contains("layer 1 (convolution", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The loss of the inverse of layer l as the paper has it, from passes of the test's own.</summary>
    private static double LossOf(RuleBench<double> bench, InverseLoss loss, int l)
    {
        LearningContext<double> step = bench.Step;
        step.Forward();
        int top = step.Depth;
        double[] h = Activity(l - 1), noise = Noise("inverse noise", l), noisy = Plus(h, noise);
        if (loss == InverseLoss.Reconstruction)
            return Squares(Minus(Back(l, Up(l, noisy)), noisy)) / 2 / Batch;
        if (loss == InverseLoss.DifferenceReconstruction)
        {
            double[][] up = new double[top + 1][];
            up[l - 1] = noisy;
            for (int k = l; k <= top; k++)
                up[k] = Up(k, up[k - 1]);
            double[] target = up[top];
            for (int k = top; k > l; k--)
                target = Plus(Activity(k - 1), Minus(Back(k, target), Back(k, Activity(k))));
            return Squares(Minus(Plus(h, Minus(Back(l, target), Back(l, Activity(l)))), noisy)) / 2 / Batch;
        }
        double[] clean = Back(l, Activity(l)), forward = Minus(Back(l, Up(l, noisy)), clean);
        double[] beside = Minus(Back(l, Plus(Activity(l), Noise("inverse output noise", l))), clean);
        return (Squares(beside) - (2 * noise.Zip(forward).Sum(p => p.First * p.Second))) / Batch;

        double[] Activity(int k) => (k == top ? step.Clean.PreActivation(k) : step.Clean.Activity(k)).Span.ToArray();

        double[] Noise(string stream, int layer)
        {
            Signal<double> draw = step.Scratch($"test, {stream}", layer, stream == "inverse noise" ? step.Layer(layer).Input.Size : step.Layer(layer).Units.Size);
            step.Normal(stream, layer, draw);
            return [.. draw.Span.ToArray().Select(e => 0.5 * e)];
        }

        double[] Up(int k, double[] x)
        {
            Signal<double> from = step.Scratch("test, x", k, step.Layer(k).Input.Size), to = step.Scratch("test, a", k, step.Layer(k).Units.Size);
            x.CopyTo(from.Span);
            step.PreActivate(k, from, to);
            step.Activate(step.Layer(k).Activation, to, to);
            return to.Span.ToArray();
        }

        double[] Back(int k, double[] z)
        {
            double[] v = step.Side("V", k).Values.ToArray(), c = step.Side("c", k).Values.ToArray();
            int inputs = step.Layer(k).Input.Size, units = step.Layer(k).Units.Size, area = inputs / c.Length;
            double[] y = new double[Batch * inputs];
            if (step.Layer(k).IsFullyConnected)
            {
                for (int i = 0; i < y.Length; i++)
                    y[i] = Enumerable.Range(0, units).Sum(u => v[(i % inputs * units) + u] * z[(i / inputs * units) + u]);
            }
            else
            {
                Scatter(step.Spec.Layers[k - 1], step.Layer(k), v, z, y);
            }
            for (int i = 0; i < y.Length; i++)
                y[i] = Math.Tanh(y[i] + c[i % inputs / area]);
            return y;
        }
    }

    /// <summary>A transposed convolution, tap by tap; places of a locally connected layer have weights of their own.</summary>
    private static void Scatter(LayerSpec kind, Layer layer, double[] v, double[] z, double[] y)
    {
        TensorShape low = layer.Input, high = layer.Units;
        (int size, int stride, int padding, int groups) = kind is LocallyConnected2D local
            ? (local.KernelSize, local.Stride, local.Padding, 1)
            : kind is Convolution2D { KernelSize: var k, Stride: var s, Padding: var p, Groups: var g } ? (k, s, p, g) : throw new ArgumentException($"{kind}", nameof(kind));
        int share = low.Channels / groups;
        for (int i = 0; i < z.Length; i++)
        {
            int b = i / high.Size, channel = i % high.Size / (high.Height * high.Width), row = i / high.Width % high.Height, column = i % high.Width;
            for (int tap = 0; tap < share * size * size; tap++)
            {
                int from = (channel / (high.Channels / groups) * share) + (tap / (size * size));
                int y0 = (row * stride) - padding + (tap / size % size), x0 = (column * stride) - padding + (tap % size);
                if (y0 >= 0 && y0 < low.Height && x0 >= 0 && x0 < low.Width)
                    y[(b * low.Size) + (((from * low.Height) + y0) * low.Width) + x0] += v[((kind is LocallyConnected2D ? i % high.Size : channel) * share * size * size) + tap] * z[i];
            }
        }
    }

    private static double GoodnessLoss(RuleBench<double> bench, ForwardForward rule, int l)
    {
        // The inputs of the layer are those of the step: what the layers below do to them is not the layer's to learn.
        LearningContext<double> step = bench.Step;
        double loss = 0;
        foreach ((string phase, string read, int sign) in (ReadOnlySpan<(string, string, int)>)[("positive", "x^+", -1), ("negative", "x^-", 1)])
        {
            Phase<double> state = step.Phase(phase);
            Signal<double> a = step.Scratch($"test, {phase}", l, step.Layer(l).Units.Size);
            step.PreActivate(l, step.Scratch(read, l, step.Layer(l).Input.Size), a);
            if (l == 1)
                step.AddRead(step.Side("U", 1), step.Scratch(phase == "positive" ? "y^+" : "y^-", 1, 3), a);
            step.Activate(step.Layer(l).Activation, a, a);
            for (int b = 0; b < Batch; b++)
            {
                double squares = a.Row(b).ToArray().Sum(v => v * v), g = rule.Goodness == Goodness.MeanOfSquares ? squares / a.Width : squares;
                loss += Math.Log(1 + Math.Exp(sign * (g - 1.5))) / 2 / Batch;
            }
        }
        return loss;
    }

    private static double Slope(Parameter<double> parameter, int index, Func<double> loss)
    {
        double value = parameter.Values[index];
        parameter.Values[index] = value + Delta;
        double above = loss();
        parameter.Values[index] = value - Delta;
        double below = loss();
        parameter.Values[index] = value;
        return (above - below) / (2 * Delta);
    }

    private static RuleBench<double> Bench(NetworkSpec spec, LearningRule rule)
    {
        double[] input = new double[Batch * spec.Input.Size];
        new RandomStream(4, "inputs").FillNormal<double>(input, 0, 1);
        return new(spec, rule, input, [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)], Batch);
    }

    private static double[] Plus(double[] x, double[] y) => [.. x.Zip(y).Select(p => p.First + p.Second)];

    private static double[] Minus(double[] x, double[] y) => [.. x.Zip(y).Select(p => p.First - p.Second)];

    private static double Squares(double[] x) => x.Sum(v => v * v);
}
