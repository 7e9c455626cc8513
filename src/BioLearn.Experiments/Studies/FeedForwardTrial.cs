using BioLearn.ML.Plasticity.FeedForward;

namespace BioLearn.Experiments.Studies;

/// <summary>A published experiment with plastic feed-forward networks, in double precision.</summary>
/// <remarks>
/// Rows, one a tenth of the episodes: <c>error</c>, the mean over that tenth; the last one also has <c>frozen-error</c>, the mean of the last episodes, in
/// which parameters are frozen.
/// </remarks>
public sealed class FeedForwardTrial : ITrial
{
    /// <summary>Stretches of the training that are noted.</summary>
    public const int Stretches = 10;

    /// <summary>Column of the mean error of a stretch.</summary>
    public const string Error = "error";

    /// <summary>Column of the mean error of the last episodes, whose parameters are frozen.</summary>
    public const string FrozenError = "frozen-error";

    /// <summary>The published experiments.</summary>
    public static IReadOnlyList<FeedForwardTask> Tasks { get; } = [FeedForwardTask.Completion, FeedForwardTask.OneShot, FeedForwardTask.Reversal];

    /// <summary>completion, oneshot or reversal. Default: completion.</summary>
    public string Task { get; init; } = "completion";

    /// <summary>Which gradient. Default: that of the published programs.</summary>
    public FeedForwardGradient Gradient { get; init; } = FeedForwardGradient.AsCoded;

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        FeedForwardTask task = Tasks.FirstOrDefault(one => one.Name == Task) ?? throw new ArgumentException($"task {Task}: expected {string.Join(", ", Tasks.Select(one => one.Name))}");
        FeedForwardTrainer<double> trainer = new(task, Gradient, context.SeedNumber);
        trainer.Train(context.Cancellation);
        double[] errors = [.. trainer.Errors];
        int stretch = task.Episodes / Stretches;
        for (int s = 1; s <= Stretches; s++)
        {
            double mean = errors[((s - 1) * stretch)..(s * stretch)].Average();
            if (s < Stretches)
                context.Record(s * stretch, (Error, mean));
            else
                context.Record(s * stretch, (Error, mean), (FrozenError, errors[^FeedForwardTask.FrozenEpisodes..].Average()));
        }
    }
}
