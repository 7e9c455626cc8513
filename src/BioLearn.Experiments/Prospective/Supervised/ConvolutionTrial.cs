using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// Convolutional networks (figure 4i of Song et al. 2024): two convolutions with stride 2, a hidden layer and linear outputs, taught by incremental
/// predictive coding, or by backpropagation with as many updates on each mini-batch.
/// </summary>
/// <remarks>Rows, one an epoch, from 0: <c>train-loss</c> before the first update on each mini-batch; <c>test-error</c>, the mean over whole mini-batches; <c>diverged</c>.</remarks>
public sealed class ConvolutionTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Learning rate of Adam; above 0. Default: 0.0001.</summary>
    public double LearningRate { get; init; } = 0.0001;

    /// <summary>L2 penalty of all parameters on the loss that is summed over the mini-batch; at least 0. Default: 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Updates on each mini-batch; at least 1. Default: 1; predictive coding makes its own.</summary>
    public int UpdatesPerBatch { get; init; } = 1;

    /// <summary>Channels of the two convolutions. Default: 64, 128.</summary>
    public int[] Channels { get; init; } = [64, 128];

    /// <summary>Units of the hidden layer; at least 1. Default: 512.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Samples of a mini-batch; at least 1. What does not make a whole one is left out. Default: 200.</summary>
    public int BatchSize { get; init; } = 200;

    /// <summary>Epochs; at least 1. Default: 80.</summary>
    public int Epochs { get; init; } = 80;

    /// <summary>Training pictures, the first of the set; 0 for all. Default: 0.</summary>
    public int TrainingPictures { get; init; }

    /// <summary>Test pictures, the first of the set; 0 for all. Default: 0.</summary>
    public int TestPictures { get; init; }

    /// <summary>Whether outputs are rectified, as by a slip of the published program's configuration for backpropagation. Default: no.</summary>
    public bool RectifiedOutputs { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(UpdatesPerBatch, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        LabelledRows training = Data.Training, test = Data.Test;
        int pictures = Whole("training-pictures", TrainingPictures, training.Count), tests = Whole("test-pictures", TestPictures, test.Count), classes = training.Classes;
        Samples<float> samples = Samples<float>.OfTargets(training.Features, ClassTargets.Of<float>(training.Labels.Span, classes), training.Count);
        bool sums = Rule is PredictiveCoding { SumOverBatch: true };
        // Adam forgets a factor on the gradients, but for its ε and the penalty beside them.
        OptimizerSettings optimizer = OptimizerSettings.Adam(LearningRate) with
        {
            Epsilon = sums ? 1e-8 : 1e-8 / BatchSize,
            WeightDecay = sums ? WeightDecay : WeightDecay / BatchSize,
            DecayBiases = true,
        };
        using Network<float> network = new(Spec(classes), Rule, Initializer.UniformByFanIn, context.Seed, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, Rule, optimizer, BatchSize);
        int first = 0;
        bool diverged = false;
        context.TryRestore(reader =>
        {
            first = reader.ReadInt32();
            diverged = reader.ReadBoolean();
            trainer.LoadState(reader);
        });
        for (int epoch = first; epoch < Epochs; epoch++)
        {
            double loss = diverged ? double.NaN : Learn(trainer, samples, pictures, context, epoch, ref diverged);
            context.Record(epoch, ("train-loss", loss), ("test-error", diverged ? 1 : ClassificationError.Of(trainer, test, tests / BatchSize * BatchSize, BatchSize, context.Cancellation)), ("diverged", diverged ? 1 : 0));
            context.Checkpoint(writer =>
            {
                writer.Write(epoch + 1);
                writer.Write(diverged);
                trainer.SaveState(writer);
            });
        }
    }

    private NetworkSpec Spec(int classes) => new(
        Data.Shape,
        [
            .. Channels.Select(channels => new Convolution2D(channels, 3, 2, 1, Activation.ReLU) { Bias = false }),
            new Dense(Hidden, Activation.ReLU), new Dense(classes, Activation.Linear),
        ],
        RectifiedOutputs ? RectifiedSquaredError.Instance : OutputHead.LinearSquaredError);

    private double Learn(NetworkTrainer<float> trainer, in Samples<float> samples, int pictures, TrialContext context, int epoch, ref bool diverged)
    {
        int[] order = new int[pictures];
        context.Stream($"order/{epoch}").FillPermutation(order);
        int batches = pictures / BatchSize;
        double loss = 0;
        try
        {
            for (int batch = 0; batch < batches; batch++)
            {
                for (int update = 0; update < UpdatesPerBatch; update++)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    double before = trainer.Step(samples, order.AsSpan(batch * BatchSize, BatchSize));
                    loss += update == 0 ? before : 0;
                }
            }
        }
        catch (DivergenceException)
        {
            diverged = true;
            return double.NaN;
        }
        return loss / batches;
    }

    private int Whole(string setting, int wanted, int there)
    {
        int count = wanted == 0 ? there : wanted;
        return count >= BatchSize && count <= there ? count : throw new ArgumentException($"{setting} is {wanted}; expected at least {BatchSize}, a mini-batch, and at most the {there} pictures of {Data.Name}, or 0 for all");
    }
}
