using BioLearn.ML.Plasticity.Mazes;
using BioLearn.ML.Plasticity.Neuromodulation;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// A recurrent network learns to learn mazes, by plastic connections that it modulates itself (Miconi et al. 2019), by plain plastic ones (Miconi, Clune and Stanley 2018), or without
/// any plasticity, at equal numbers of episodes.
/// </summary>
/// <remarks>
/// Rows, one a hundredth of the updates: <c>reward</c> of an episode, the mean over that hundredth. Then, <see cref="MazeTrainer.Play(string)">an episode</see> after training, one
/// row a step, iterations going on: <c>row</c>, <c>column</c>, <c>step-reward</c>, <c>signal</c> (the neuromodulator), and in its first row <c>goal-row</c> and <c>goal-column</c>. The last row also has
/// <c>final-reward</c>, the mean reward of <see cref="TestEpisodes"/> episodes after training, and <c>first-half</c> and <c>second-half</c>, its parts in either half of the episode.
/// </remarks>
public sealed class MazeTrial : ITrial
{
    private const int Stretches = 100;

    /// <summary>What learns within an episode: off (a plain recurrent network), plastic (a trained constant rate), simple or retroactive (neuromodulated). Default: simple.</summary>
    public string Plasticity { get; init; } = "simple";

    /// <summary>Cells a side, walls among them; odd, at least 5. Default: 9.</summary>
    public int Size { get; init; } = 9;

    /// <summary>Steps of an episode; at least 1. Default: 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Recurrent neurons; at least 1. Default: 100.</summary>
    public int Neurons { get; init; } = 100;

    /// <summary>Updates; at least 1. Default: 200,000, the published number.</summary>
    public int Updates { get; init; } = 200_000;

    /// <summary>Episodes of an update; at least 1. Default: 30.</summary>
    public int BatchSize { get; init; } = 30;

    /// <summary>Adam's rate; above 0. Default: 1e-4.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Episodes after training; at least 1. Default: 300.</summary>
    public int TestEpisodes { get; init; } = 300;

    /// <summary>What <see cref="Plasticity"/> can be.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["off", "plastic", "simple", "retroactive"];

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Updates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TestEpisodes, 1);
        if (!Kinds.Contains(Plasticity))
            throw new ArgumentException($"plasticity is {Plasticity}; expected {string.Join(", ", Kinds)}");
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        MazeTrainer trainer = new(
            new()
            {
                Maze = new() { Size = Size, Steps = Steps },
                Plastic = Plasticity != "off",
                Modulation = Plasticity switch { "simple" => Modulation.Simple, "retroactive" => Modulation.Retroactive, _ => Modulation.None },
                Neurons = Neurons,
                BatchSize = BatchSize,
                LearningRate = LearningRate,
            },
            context.Seed);
        double sum = 0;
        int noted = 0;
        context.TryRestore(reader =>
        {
            (sum, noted) = (reader.ReadDouble(), reader.ReadInt32());
            trainer.LoadState(reader);
        });
        while (trainer.Updates < Updates)
        {
            sum += trainer.Update(context.Cancellation);
            if ((long)trainer.Updates * Stretches / Updates > (long)(trainer.Updates - 1) * Stretches / Updates)
            {
                context.Record(trainer.Updates, ("reward", sum / (trainer.Updates - noted)));
                (sum, noted) = (0, trainer.Updates);
            }
            context.Checkpoint(writer =>
            {
                writer.Write(sum);
                writer.Write(noted);
                trainer.SaveState(writer);
            });
        }
        Show(trainer, context);
    }

    private void Show(MazeTrainer trainer, TrialContext context)
    {
        double[] halves = [0, 0];
        for (int i = 0; i < TestEpisodes; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            foreach ((int t, MazeStep step) in trainer.Play($"test/{i}").Steps.Index())
                halves[2 * t / Steps] += step.Reward / TestEpisodes;
        }
        (IReadOnlyList<MazeStep> steps, MazeCell goal) = trainer.Play("shown");
        for (int t = 0; t < steps.Count; t++)
        {
            (string, double)[] row = [("row", steps[t].Agent.Row), ("column", steps[t].Agent.Column), ("step-reward", steps[t].Reward), ("signal", steps[t].Signal)];
            if (t == 0)
                row = [.. row, ("goal-row", goal.Row), ("goal-column", goal.Column)];
            if (t == steps.Count - 1)
                row = [.. row, ("final-reward", halves.Sum()), ("first-half", halves[0]), ("second-half", halves[1])];
            context.Record(Updates + 1 + t, row);
        }
    }
}
