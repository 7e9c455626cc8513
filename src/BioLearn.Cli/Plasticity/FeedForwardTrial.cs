using System.Globalization;
using BioLearn.Experiments;
using BioLearn.ML.Plasticity.FeedForward;

namespace BioLearn.Cli.Plasticity;

/// <summary>A run of a published feed-forward experiment: the task <c>plastic-feedforward</c> of grid files, and each run of <c>biolearn plastic feedforward</c>.</summary>
internal sealed class FeedForwardTrial : ITrial
{
    /// <summary>Name of the task in grid files.</summary>
    public const string TaskName = "plastic-feedforward";

    /// <summary>Stretches of the training that are noted.</summary>
    public const int Stretches = 10;

    /// <summary>Column of the mean error of a stretch.</summary>
    public const string Error = "error";

    /// <summary>Column of the mean error of the last episodes, whose parameters are frozen.</summary>
    public const string FrozenError = "frozen-error";

    public static IReadOnlyList<FeedForwardTask> Tasks { get; } = [FeedForwardTask.Completion, FeedForwardTask.OneShot, FeedForwardTask.Reversal];

    /// <summary>completion, oneshot or reversal.</summary>
    public string Task { get; init; } = "completion";

    public FeedForwardGradient Gradient { get; init; } = FeedForwardGradient.AsCoded;

    public void Run(TrialContext context)
    {
        FeedForwardTask task = Tasks.FirstOrDefault(one => one.Name == Task) ?? throw new ArgumentException($"task {Task}: expected {string.Join(", ", Tasks.Select(one => one.Name))}");
        int seed = int.TryParse(context.SeedName, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int)(context.Seed & int.MaxValue);
        FeedForwardTrainer<double> trainer = new(task, Gradient, seed);
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
