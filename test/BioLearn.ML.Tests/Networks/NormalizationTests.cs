using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Batch normalization over learning and predicting: whose statistics count, and what moves them.</summary>
public sealed class NormalizationTests
{
    private const int Features = 4, Channels = 3;

    private static readonly NetworkSpec Spec = new(
        new TensorShape(Features),
        [new Dense(Channels, Activation.Linear) { Bias = false }, new BatchNormalization(Activation.Tanh) { Momentum = 0.3, Epsilon = 0.01 }, new Dense(2)],
        OutputHead.SoftmaxCrossEntropy);

    [Fact]
    public void Running_statistics_follow_the_batch_by_their_momentum_the_variance_unbiased()
    {
        using Bench bench = new(Spec);
        double[][] sums = Sums(bench.Network, 6);
        bench.Step(6);
        for (int c = 0; c < Channels; c++)
        {
            double[] channel = [.. sums.Select(s => s[c])];
            double mean = channel.Average(), unbiased = channel.Sum(x => (x - mean) * (x - mean)) / (channel.Length - 1);
            Assert.Equal(0.3 * mean, bench.Mean[c], 1e-13);
            Assert.Equal(0.7 + (0.3 * unbiased), bench.Variance[c], 1e-13);
            // What the units saw is normalized by the biased variance.
            double biased = unbiased * 5 / 6;
            for (int b = 0; b < 6; b++)
                Assert.Equal(Math.Tanh((channel[b] - mean) / Math.Sqrt(biased + 0.01)), bench.Trainer.Context.Clean.Units(1).Row(b)[c], 1e-12);
        }
    }

    [Fact]
    public void Running_statistics_of_pictures_count_every_place()
    {
        NetworkSpec spec = new(
            new TensorShape(1, 2, 2),
            [new Convolution2D(1, 1, 1, 0, Activation.Linear) { Bias = false }, new BatchNormalization { Momentum = 1 }, new Dense(2)],
            OutputHead.SoftmaxCrossEntropy);
        using Bench bench = new(spec);
        double weight = bench.Network.Weights(1).Values[0];
        bench.Step(3);
        double[] all = [.. Rows(3).Select(x => weight * x)];
        double mean = all.Average();
        Assert.Equal(mean, bench.Mean[0], 1e-13);
        Assert.Equal(all.Sum(x => (x - mean) * (x - mean)) / 11, bench.Variance[0], 1e-13);
    }

    [Fact]
    public void Predicting_and_evaluating_leave_the_running_statistics_alone_and_scores_do_not_depend_on_the_company()
    {
        using Bench bench = new(Spec);
        bench.Step(6);
        bench.Step(5);
        double[] mean = bench.Mean, variance = bench.Variance;
        double[] together = bench.Trainer.Predict(Rows(6)).Span.ToArray();
        for (int row = 0; row < 6; row++)
            Assert.Equal(together[(2 * row)..(2 * (row + 1))], bench.Trainer.Predict(Rows(6).AsSpan(row * Features, Features)).Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
        bench.Trainer.Evaluate(Samples<double>.OfClasses(Rows(6), new int[6]));
        Assert.Equal(mean, bench.Mean);
        Assert.Equal(variance, bench.Variance);
        double[][] sums = Sums(bench.Network, 6);
        for (int c = 0; c < Channels; c++)
        {
            bench.Trainer.Predict(Rows(6));
            Assert.Equal(
                Math.Tanh((bench.Gain[c] * (sums[2][c] - mean[c]) / Math.Sqrt(variance[c] + 0.01)) + bench.Shift[c]), bench.Trainer.Context.Clean.Units(1).Row(2)[c], 1e-12);
        }
    }

    [Fact]
    public void Predictions_between_steps_change_no_step()
    {
        Assert.Equal(Learned(look: false), Learned(look: true));

        static double[] Learned(bool look)
        {
            using Bench bench = new(Spec);
            for (int step = 0; step < 4; step++)
            {
                bench.Step(6 - step);
                if (look)
                    bench.Trainer.Predict(Rows(5));
            }
            return bench.Everything;
        }
    }

    [Fact]
    public void Probe_of_diagnostics_leaves_the_running_statistics_alone()
    {
        double[] watched = Learned(watch: true), alone = Learned(watch: false);
        Assert.Equal(alone, watched);

        static double[] Learned(bool watch)
        {
            using Bench bench = new(Spec);
            Samples<double> samples = Samples<double>.OfClasses(Rows(6), new[] { 0, 1, 0, 1, 1, 0 });
            LearningDiagnostics diagnostics = new() { Every = 1, ProbeRows = 4 };
            using (watch ? diagnostics.Attach(bench.Trainer, samples) : null)
            {
                for (int epoch = 0; epoch < 3; epoch++)
                    bench.Trainer.TrainEpoch(samples);
            }
            Assert.Equal(watch, diagnostics.Records.Count > 0);
            return bench.Everything;
        }
    }

    [Fact]
    public void Batch_of_one_row_is_normalized_by_the_running_statistics_and_leaves_them_alone()
    {
        using Bench bench = new(Spec);
        bench.Step(6);
        double[] mean = bench.Mean, variance = bench.Variance, gain = bench.Gain, shift = bench.Shift;
        double[] weights = bench.Network.Weights(1).Values.ToArray(), predicted = bench.Trainer.Predict(Rows(1)).Span.ToArray();
        bench.Step(1);
        Assert.Equal(predicted, bench.Trainer.Context.Clean.Units(2).Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(mean, bench.Mean);
        Assert.Equal(variance, bench.Variance);
        Assert.NotEqual(gain, bench.Gain);
        Assert.NotEqual(shift, bench.Shift);
        Assert.NotEqual(weights, bench.Network.Weights(1).Values.ToArray());
    }

    [Fact]
    public void Gain_and_shift_do_not_decay_with_the_weights()
    {
        using Bench plain = new(Spec), decaying = new(Spec, weightDecay: 0.5);
        plain.Step(6);
        decaying.Step(6);
        Assert.Equal(plain.Gain, decaying.Gain);
        Assert.Equal(plain.Shift, decaying.Shift);
        Assert.NotEqual(plain.Network.Weights(1).Values.ToArray(), decaying.Network.Weights(1).Values.ToArray());
    }

    private static double[][] Sums(Network<double> network, int rows)
    {
        double[] w = network.Weights(1).Values.ToArray(), x = Rows(rows);
        return [.. Enumerable.Range(0, rows).Select(b => (double[])[.. Enumerable.Range(0, Channels).Select(c => Enumerable.Range(0, Features).Sum(i => w[(c * Features) + i] * x[(b * Features) + i]))])];
    }

    private static double[] Rows(int count)
    {
        double[] x = new double[count * Features];
        new RandomStream(8, "rows").FillUniform<double>(x, 0, 3);
        return x;
    }

    private sealed class Bench : IDisposable
    {
        public Bench(NetworkSpec spec, double weightDecay = 0)
        {
            Backpropagation rule = new();
            Network = new Network<double>(spec, rule, Initializer.GlorotUniform, 4);
            Trainer = new NetworkTrainer<double>(Network, rule, new OptimizerSettings(OptimizerKind.Momentum, 0.2) { WeightDecay = weightDecay }, 6);
        }

        public Network<double> Network { get; }

        public NetworkTrainer<double> Trainer { get; }

        public double[] Gain => Of("gain");

        public double[] Shift => Of("shift");

        public double[] Mean => Of("running mean");

        public double[] Variance => Of("running variance");

        public double[] Everything => [.. Network.Parameters.SelectMany(p => p.Values.ToArray())];

        public void Step(int rows) => Trainer.Step(Rows(rows), [.. Enumerable.Range(0, rows * 2).Select(i => i % 2 == i / 2 % 2 ? 1.0 : 0)]);

        public void Dispose()
        {
            Trainer.Dispose();
            Network.Dispose();
        }

        private double[] Of(string name) => Network.Normalization(1).Single(p => p.Name == name).Values.ToArray();
    }
}
