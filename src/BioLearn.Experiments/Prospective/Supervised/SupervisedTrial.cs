using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// A multi-layer perceptron without biases learns to tell pictures apart by a rule: deep nets, online learning and limited data of Song et al.
/// (2024; figures 3f to h, 4b, c and h).
/// </summary>
/// <remarks>
/// Rows, one an epoch, iterations from 0: <c>train-loss</c>, mean ½‖y − t‖² of the epoch as met on the way; <c>test-error</c> after the epoch, the mean over
/// batches, 1 once the run has diverged; <c>diverged</c>, 0 or 1.
/// </remarks>
public sealed class SupervisedTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Matrices of weights, L; at least 1. Hidden layers are one fewer. Default: 3.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Units of each hidden layer; at least 1. Default: 32.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Activation of the hidden layers. Default: the sigmoid.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How weights start. Default: Glorot's uniform distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Samples of a mini-batch; at least 1. The error on test pictures is a mean over batches of this size. Default: 60.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>Epochs; at least 1. Default: 64.</summary>
    public int Epochs { get; init; } = 64;

    /// <summary>Mini-batches of an epoch, after each of which samples are shuffled anew; 0 takes all samples. Default: 0.</summary>
    public int BatchesPerEpoch { get; init; }

    /// <summary>Training pictures of each class; 0 for all. Default: 0.</summary>
    public int TrainPerClass { get; init; }

    /// <summary>Test pictures of each class; 0 for all. Default: 0.</summary>
    public int TestPerClass { get; init; }

    /// <summary>Whether one picture is left out of a class that is wanted whole, as in the published program (<see cref="ClassSubset"/>). Default: no.</summary>
    public bool OmitLastOfClass { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(BatchesPerEpoch);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        LabelledRows training = Data.Training, test = Data.Test;
        int[] chosen = ClassSubset.PerClass(training.Labels.Span, TrainPerClass, context.Stream("training pictures"), OmitLastOfClass);
        test = test.Take(ClassSubset.PerClass(test.Labels.Span, TestPerClass, context.Stream("test pictures"), OmitLastOfClass));
        Samples<float> samples = Samples<float>.OfTargets(training.Features, ClassTargets.Of<float>(training.Labels.Span, training.Classes), training.Count);
        NetworkSpec spec = MultilayerPerceptron.Of(training.Width, Depth, Width, training.Classes, Activation);
        using Classifier network = new(spec, Rule, Initializer, LearningRate, BatchSize, context.Seed);
        int first = 0;
        context.TryRestore(reader =>
        {
            first = reader.ReadInt32();
            network.Load(reader);
        });
        for (int epoch = first; epoch < Epochs; epoch++)
        {
            double loss = network.LearnEpoch(samples, chosen, BatchSize, BatchesPerEpoch, context.Stream($"order/{epoch}"), context.Cancellation);
            context.Record(epoch, ("train-loss", loss), ("test-error", network.Error(test, BatchSize)), ("diverged", network.HasDiverged ? 1 : 0));
            context.Checkpoint(writer =>
            {
                writer.Write(epoch + 1);
                network.Save(writer);
            });
        }
    }
}
