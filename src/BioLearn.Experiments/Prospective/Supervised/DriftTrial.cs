using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>
/// Concept drift (figure 4f and g of Song et al. 2024): a network that knows the pictures goes on learning from a few of them while the labels of
/// half of the classes are exchanged again and again.
/// </summary>
/// <remarks>
/// All trials start from one network, taught by backpropagation (<see cref="StartNetwork"/>). In every epoch whose number is a multiple of
/// <see cref="DriftEvery"/>, 0 among them, labels drift and other pictures are drawn: those for training serve from the next epoch on, those for
/// the test at once, as in the published program. Rows, one an epoch, from 0: <c>train-loss</c>, <c>test-error</c>, <c>diverged</c>; the first also
/// has <c>start-error</c>, that of the start network on all test pictures.
/// </remarks>
public sealed class DriftTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The network that all trials start from.</summary>
    public StartNetwork Start { get; init; } = new();

    /// <summary>Samples of a mini-batch; at least 1. The error on test pictures is a mean over batches of this size. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Epochs; at least 1. Default: 3,000.</summary>
    public int Epochs { get; init; } = 3000;

    /// <summary>Epochs from one drift to the next; at least 1. Default: 64.</summary>
    public int DriftEvery { get; init; } = 64;

    /// <summary>The first class whose label drifts; those before keep theirs. Default: 5.</summary>
    public int FirstDriftingClass { get; init; } = 5;

    /// <summary>Training pictures of each class; 0 for all. Default: 120.</summary>
    public int TrainPerClass { get; init; } = 120;

    /// <summary>Test pictures of each class; 0 for all. Default: 100.</summary>
    public int TestPerClass { get; init; } = 100;

    /// <summary>
    /// Whether the targets of the first epoch are 0 and 1, as the published program sets them, before its drift makes them −1 and 1 for good; else they
    /// are −1 and 1 from the beginning, as those of the start network. Default: no.
    /// </summary>
    public bool ZeroTargetsAtFirst { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DriftEvery, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        StartNetwork.Taught start = Start.Teach(Data, context.Cancellation);
        using Classifier network = new(Start.Spec(Data), Rule, Initializer.Zeros, LearningRate, BatchSize, context.Seed);
        start.CopyTo(network.Network);
        int first = 0;
        context.TryRestore(reader =>
        {
            first = reader.ReadInt32();
            network.Load(reader);
        });
        Pictures pictures = first == 0 ? Draw(context, -1) : Draw(context, (first - 1) / DriftEvery);
        for (int epoch = first; epoch < Epochs; epoch++)
        {
            double loss = network.LearnEpoch(pictures.Training, pictures.Rows, BatchSize, 0, context.Stream($"order/{epoch}"), context.Cancellation);
            if (epoch % DriftEvery == 0)
                pictures = Draw(context, epoch / DriftEvery);
            double error = network.Error(pictures.Test, BatchSize), diverged = network.HasDiverged ? 1 : 0;
            if (epoch == 0)
                context.Record(0, ("train-loss", loss), ("test-error", error), ("diverged", diverged), ("start-error", start.Error));
            else
                context.Record(epoch, ("train-loss", loss), ("test-error", error), ("diverged", diverged));
            context.Checkpoint(writer =>
            {
                writer.Write(epoch + 1);
                network.Save(writer);
            });
        }
    }

    /// <summary>What a drift leaves: labels and pictures until the next one. Drift −1 is the state before the first.</summary>
    private Pictures Draw(TrialContext context, int drift)
    {
        int classes = Data.Training.Classes;
        int[] labels = drift < 0 ? [.. Enumerable.Range(0, classes)] : ClassPermutation.Draw(classes, FirstDriftingClass, context.Stream($"labels/{drift}"));
        LabelledRows training = Of(Data.Training, TrainPerClass, "training"), test = Of(Data.Test, TestPerClass, "test");
        float[] targets = ClassTargets.Of<float>(training.Labels.Span, classes, drift < 0 && ZeroTargetsAtFirst ? 0 : -1);
        return new(Samples<float>.OfTargets(training.Features, targets, training.Count), [.. Enumerable.Range(0, training.Count)], test);

        LabelledRows Of(LabelledRows rows, int perClass, string what) =>
            rows.Take(ClassSubset.PerClass(rows.Labels.Span, perClass, context.Stream($"{what} pictures/{drift}"))).Relabel(labels);
    }

    private sealed record Pictures(Samples<float> Training, int[] Rows, LabelledRows Test);
}
