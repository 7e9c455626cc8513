using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Burst-dependent plasticity through strided convolutions and locally connected layers, against the paper's equations as loops.</summary>
public sealed class ConvolutionalBurstTests
{
    private const int Batch = 3, Classes = 3;
    private const double Baseline = 0.3;

    private static readonly TensorShape Image = new(2, 7, 7);
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Updates_are_those_of_the_equations(bool inhibition, bool shared)
    {
        NaiveWindows first = new(2, 7, 3, 3, 2, 1, shared), second = new(3, 4, 4, 2, 1, 0, shared);
        LayerSpec[] hidden = shared
            ? [new Convolution2D(3, 3, 2, 1, Activation.Sigmoid), new Convolution2D(4, 2, 1, 0, Activation.Sigmoid)]
            : [new LocallyConnected2D(3, 3, 2, 1, Activation.Sigmoid), new LocallyConnected2D(4, 2, 1, 0, Activation.Sigmoid)];
        NetworkSpec spec = new(Image, [.. hidden, new Dense(Classes)], OutputHead.SigmoidCrossEntropy);
        double[] input = new double[Batch * Image.Size], target = [.. Enumerable.Range(0, Batch * Classes).Select(i => i % Classes == i / Classes ? 1.0 : 0)];
        new RandomStream(2, "inputs").FillNormal<double>(input, 0, 1);
        using RuleBench<double> bench = new(spec, new BurstDependentPlasticity { BaselineBurstProbability = Baseline, LearnFeedback = true, LateralInhibition = inhibition, InhibitionRate = 0.2 }, input, target, Batch);
        foreach (Parameter<double> parameter in bench.Network.Parameters)
            new RandomStream(3, parameter.Key).FillNormal<double>(parameter.Values, 0, 0.5);
        bench.Credit();
        double[][] w = [.. Enumerable.Range(1, 3).Select(l => bench.Network.Weights(l).Values.ToArray())], b = [.. Enumerable.Range(1, 3).Select(l => bench.Network.Biases(l).Values.ToArray())];
        double[] y2 = bench.Network.Side("Y", 2).Values.ToArray(), y3 = bench.Network.Side("Y", 3).Values.ToArray();
        double[][] z = [.. Enumerable.Range(1, 2).Select(l => inhibition ? bench.Network.Side("Z", l).Values.ToArray() : [])], dz = [.. z.Select(v => new double[v.Length])];
        double[][] dw = [.. w.Select(v => new double[v.Length])], db = [.. b.Select(v => new double[v.Length])];
        for (int n = 0; n < Batch; n++)
        {
            double[] x = input[(n * Image.Size)..((n + 1) * Image.Size)], t = target[(n * Classes)..((n + 1) * Classes)];
            double[] e1 = Sigmoid(first.Up(w[0], b[0], x)), e2 = Sigmoid(second.Up(w[1], b[1], e1));
            double[] e3 = Sigmoid([.. Enumerable.Range(0, Classes).Select(k => b[2][k] + e2.Select((e, i) => w[2][(k * e2.Length) + i] * e).Sum())]);
            double[] p3 = [.. e3.Select(_ => Baseline)], q3 = [.. e3.Select((e, k) => Baseline * (((t[k] - e) * (1 - e)) + 1))];
            (double[] p2, double[] q2) = Bursts(2, e2, Through(p3, e3), Through(q3, e3));
            (double[] p1, double[] q1) = Bursts(1, e1, second.Down(y2, Product(p2, e2)), second.Down(y2, Product(q2, e2)));
            Add(first.Meet(Product(Less(p1, q1), e1), x), 0);
            Add(second.Meet(Product(Less(p2, q2), e2), e1), 1);
            double[] d3 = Product(Less(p3, q3), e3);
            Add(([.. d3.SelectMany(d => e2.Select(e => d * e))], d3), 2);

            double[] Through(double[] p, double[] e) => [.. e2.Select((_, i) => Enumerable.Range(0, Classes).Sum(k => p[k] * e[k] * y3[(k * e2.Length) + i]))];
        }
        for (int l = 1; l <= 3; l++)
        {
            Close.To(dw[l - 1], bench.Step.GradientOf(bench.Network.Weights(l)), 1e-14, $"W{l}");
            Close.To(db[l - 1], bench.Step.GradientOf(bench.Network.Biases(l)), 1e-14, $"b{l}");
            Assert.Contains(dw[l - 1], v => Math.Abs(v) > 1e-4);
        }
        for (int l = 1; l <= 2 && inhibition; l++)
            Close.To(dz[l - 1], bench.Step.GradientOf(bench.Network.Side("Z", l)), 1e-14, $"Z{l}");
        Close.To(dw[1], bench.Step.GradientOf(bench.Network.Side("Y", 2)), 1e-14, "Y2");
        Close.To(dw[2], bench.Step.GradientOf(bench.Network.Side("Y", 3)), 1e-14, "Y3");

        // u = f (1 − e) − Z b⁰, b⁰ = σ(f) e, with what comes down without a teacher; p = σ(u).
        (double[] P, double[] Q) Bursts(int layer, double[] e, double[] f, double[] taught)
        {
            double[] neighbours = Product(Sigmoid(f), e), lateral = new double[e.Length], rest = [.. e.Select(v => 1 - v)];
            for (int i = 0; i < lateral.Length && inhibition; i++)
                lateral[i] = neighbours.Select((b, j) => z[layer - 1][(i * e.Length) + j] * b).Sum();
            double[] u = Less(Product(f, rest), lateral);
            for (int i = 0; i < dz[layer - 1].Length; i++)
                dz[layer - 1][i] -= 0.2 * u[i / e.Length] * neighbours[i % e.Length] / Batch;
            return (Sigmoid(u), Sigmoid(Less(Product(taught, rest), lateral)));
        }

        void Add((double[] Weights, double[] Biases) met, int layer)
        {
            for (int i = 0; i < met.Weights.Length; i++)
                dw[layer][i] += met.Weights[i] / Batch;
            for (int i = 0; i < met.Biases.Length; i++)
                db[layer][i] += met.Biases[i] / Batch;
        }
    }

    [Fact]
    public void Pooling_is_refused_by_its_layer()
    {
        NetworkSpec spec = new(Image, [new Convolution2D(2, 3, 1, 1, Activation.Sigmoid), new MaxPooling2D(2), new Dense(Classes)], OutputHead.SigmoidCrossEntropy);
        string message = Assert.Throws<ArgumentException>(() => new Network<float>(spec, new BurstDependentPlasticity(), Initializer.Zeros, 1)).Message;
        Assert.Equal("Burst-dependent plasticity has no way back through pooling; use strides: layer 1 (convolution 2x7x7 to 2x3x3).", message);
    }

    private static double[] Sigmoid(double[] a) => [.. a.Select(v => 1 / (1 + Math.Exp(-v)))];

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (v, w) => v * w)];

    private static double[] Less(double[] a, double[] b) => [.. a.Zip(b, (v, w) => v - w)];
}
