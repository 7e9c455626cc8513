using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>The one epoch loop: which rows it takes in which batches, what it tells when, how it is stopped.</summary>
public sealed class EpochTests
{
    private const int Rows = 11;

    private static readonly NetworkSpec Spec = NetworkSpec.Perceptron(1, [3], 2, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);

    [Theory]
    [InlineData(0, new[] { 4, 4, 3 })]
    [InlineData(2, new[] { 4, 4 })]
    [InlineData(3, new[] { 4, 4, 3 })]
    [InlineData(9, new[] { 4, 4, 3 })]
    public void Epoch_takes_every_row_once_at_most_the_last_batch_being_smaller(int stepsPerEpoch, int[] batches)
    {
        List<double[]> steps = [];
        using Bench bench = new(stepsPerEpoch: stepsPerEpoch);
        bench.Trainer.StepEnded += t => steps.Add(Features(t.Context.Input));
        bench.Trainer.TrainEpoch(Samples());
        Assert.Equal(batches, steps.Select(s => s.Length));
        double[] taken = [.. steps.SelectMany(s => s)];
        Assert.Equal(taken.Length, taken.Distinct().Count());
        Assert.All(taken, row => Assert.Contains(row, Enumerable.Range(0, Rows).Select(i => (double)i)));
        Assert.NotEqual(taken.Order(), taken);

        steps.Clear();
        bench.Trainer.TrainEpoch(Samples());
        Assert.Equal(batches, steps.Select(s => s.Length));
        Assert.NotEqual(taken, steps.SelectMany(s => s));
    }

    [Fact]
    public void Events_come_after_the_parameters_moved_and_the_epoch_s_after_all_its_steps()
    {
        List<string> heard = [];
        using Bench bench = new();
        NetworkTrainer<double> trainer = bench.Trainer;
        double[] before = Weights(trainer);
        List<double> losses = [];
        trainer.StepEnded += t =>
        {
            Assert.NotEqual(before, Weights(t));
            before = Weights(t);
            losses.Add(t.Loss);
            heard.Add($"step {t.Steps} of epoch {t.Epoch}");
        };
        trainer.EpochEnded += t => heard.Add($"epoch {t.Epoch}");
        Assert.Equal((0, 0), (trainer.Steps, trainer.Epoch));
        double loss = trainer.TrainEpoch(Samples());
        // The loss of an epoch is a mean over rows, not over batches.
        Assert.Equal(((4 * losses[0]) + (4 * losses[1]) + (3 * losses[2])) / 11, loss, 1e-14);
        Assert.Equal(loss, trainer.Loss);
        trainer.TrainEpoch(Samples());
        Assert.Equal(
            ["step 1 of epoch 1", "step 2 of epoch 1", "step 3 of epoch 1", "epoch 1", "step 4 of epoch 2", "step 5 of epoch 2", "step 6 of epoch 2", "epoch 2"], heard);
    }

    [Fact]
    public void Stopping_ends_the_epoch_after_the_step_and_the_next_begins_anew()
    {
        using Bench bench = new();
        NetworkTrainer<double> trainer = bench.Trainer;
        List<double> losses = [];
        int ended = 0;
        trainer.StepEnded += t =>
        {
            losses.Add(t.Loss);
            t.IsStopping = t.Steps == 2;
        };
        trainer.EpochEnded += _ => ended++;
        Assert.Equal((losses.Count, ended), (0, 0));
        double loss = trainer.TrainEpoch(Samples());
        Assert.Equal((2, 1), (losses.Count, ended));
        Assert.Equal((losses[0] + losses[1]) / 2, loss, 1e-14);
        trainer.TrainEpoch(Samples());
        Assert.Equal((5, 2), (losses.Count, ended));
    }

    [Fact]
    public void Stopping_asked_for_at_an_epoch_s_end_does_not_silence_the_next()
    {
        using Bench bench = new();
        bench.Trainer.EpochEnded += t => t.IsStopping = true;
        bench.Trainer.TrainEpoch(Samples());
        bench.Trainer.TrainEpoch(Samples());
        Assert.Equal(6, bench.Trainer.Steps);
    }

    [Fact]
    public void Cancellation_is_heard_before_a_step()
    {
        using Bench bench = new();
        using CancellationTokenSource source = new();
        bench.Trainer.StepEnded += t => source.Cancel();
        Assert.Throws<OperationCanceledException>(() => bench.Trainer.TrainEpoch(Samples(), source.Token));
        Assert.Equal(1, bench.Trainer.Steps);
    }

    [Fact]
    public void Learning_rate_factor_scales_what_a_step_moves()
    {
        double[] whole = Change(1), half = Change(0.5);
        Assert.Contains(whole, c => Math.Abs(c) > 1e-3);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(0.5 * whole[i], half[i], 1e-15);
        Assert.All(Change(0), c => Assert.Equal(0, c));

        static double[] Change(double factor)
        {
            using Bench bench = new();
            Assert.Equal(1, bench.Trainer.LearningRateFactor);
            bench.Trainer.LearningRateFactor = factor;
            Assert.Equal(factor, bench.Trainer.LearningRateFactor);
            double[] before = Weights(bench.Trainer);
            bench.Trainer.Step(Samples(), [0, 5, 7]);
            return [.. Weights(bench.Trainer).Zip(before, (a, b) => a - b)];
        }
    }

    [Fact]
    public void Step_on_rows_and_step_on_numbers_are_the_same_step()
    {
        using Bench rows = new(), numbers = new();
        Assert.Equal(rows.Trainer.Step(Samples(weightOfRow4: 2), [4, 9, 0]), numbers.Trainer.Step([4, 9, 0], [1, 0, 0, 1, 1, 0], [2, 1, 1]));
        Assert.Equal(Weights(rows.Trainer), Weights(numbers.Trainer));
        Assert.Equal((1, 0), (rows.Trainer.Steps, rows.Trainer.Epoch));
    }

    [Fact]
    public void Evaluation_is_a_mean_over_all_rows_whatever_the_batch_and_moves_nothing()
    {
        using Bench bench = new();
        bench.Trainer.Network.Biases(2).Values[1] = 0.01; // no row's outputs are alike
        double[] before = Weights(bench.Trainer);
        (double loss, double accuracy) = bench.Trainer.Evaluate(Samples());
        double sum = 0;
        int right = 0;
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<double> y = bench.Trainer.Predict([row]).Row(0);
            sum -= Math.Log(y[row % 2]);
            right += y[row % 2] > y[1 - (row % 2)] ? 1 : 0;
        }
        Assert.Equal(sum / Rows, loss, 1e-12);
        Assert.Equal(right / (double)Rows, accuracy, 1e-15);
        Assert.Equal(before, Weights(bench.Trainer));
        Assert.Equal(0, bench.Trainer.Steps);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.51, true)]
    [InlineData(0.49, false)]
    public void Single_output_above_one_half_says_yes(double output, bool yes)
    {
        Backpropagation rule = new();
        using Network<double> network = new(new NetworkSpec(new TensorShape(1), [new Dense(1)], OutputHead.LinearSquaredError), rule, Initializer.Zeros, 1);
        network.Biases(1).Values[0] = output;
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(0.1), 4);
        Assert.Equal(yes ? 1 : 0, trainer.Evaluate(Samples<double>.OfClasses(new double[1], new[] { 1 })).Accuracy);
        Assert.Equal(yes ? 0 : 1, trainer.Evaluate(Samples<double>.OfClasses(new double[1], new[] { 0 })).Accuracy);
    }

    [Fact]
    public void Divergence_puts_back_what_the_last_whole_epoch_left()
    {
        using Bench bench = new();
        NetworkTrainer<double> trainer = bench.Trainer;
        trainer.TrainEpoch(Samples());
        double[] good = Weights(trainer);
        trainer.Step(Samples(), [1, 2]);
        Assert.NotEqual(good, Weights(trainer));
        DivergenceException e = Assert.Throws<DivergenceException>(() => trainer.Step([double.NaN], [1, 0]));
        Assert.Equal(good, Weights(trainer));
        Assert.Equal((1, 1, 5), (e.Layer, e.Epoch, e.Step));
        Assert.Contains("pre-activation", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_that_leaves_the_numbers_in_the_last_step_is_named()
    {
        using Bench bench = new();
        NetworkTrainer<double> trainer = bench.Trainer;
        double[] good = Weights(trainer);
        trainer.StepEnded += t => t.Network.Biases(2).Values[0] = t.Steps == 3 ? double.NaN : 0;
        DivergenceException e = Assert.Throws<DivergenceException>(() => trainer.TrainEpoch(Samples()));
        Assert.Contains("the tensor b/2", e.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3), (e.Layer, e.Step));
        Assert.Equal(good, Weights(trainer));
    }

    private static double[] Features(Signal<double> signal) => signal.Span.ToArray();

    private static double[] Weights(NetworkTrainer<double> trainer) => [.. trainer.Network.Parameters.SelectMany(p => p.Values.ToArray())];

    /// <summary>The only feature of a row is its number.</summary>
    private static Samples<double> Samples(double? weightOfRow4 = null)
    {
        double[] features = [.. Enumerable.Range(0, Rows).Select(i => (double)i)];
        int[] classes = [.. Enumerable.Range(0, Rows).Select(i => i % 2)];
        double[] weights = weightOfRow4 is { } weight ? [1, 1, 1, 1, weight, 1, 1, 1, 1, 1, 1] : [];
        return Samples<double>.OfClasses(features, classes, weights);
    }

    private sealed class Bench : IDisposable
    {
        public Bench(int stepsPerEpoch = 0)
        {
            Backpropagation rule = new();
            Network<double> network = new(Spec, rule, Initializer.GlorotUniform, 2);
            Trainer = new NetworkTrainer<double>(network, rule, new OptimizerSettings(OptimizerKind.Momentum, 0.1), 4) { StepsPerEpoch = stepsPerEpoch };
        }

        public NetworkTrainer<double> Trainer { get; }

        public void Dispose()
        {
            Trainer.Dispose();
            Trainer.Network.Dispose();
        }
    }
}
