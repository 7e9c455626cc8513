using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>
/// An experiment with feed-forward networks for <see cref="FeedForwardTrainer{T}"/>: one of the three of Miconi 2016 with all its published
/// constants, or one of your own.
/// </summary>
public abstract class FeedForwardTask
{
    /// <summary>Complete a pattern of 8 elements from one of them, shown once before.</summary>
    public static FeedForwardTask Completion { get; } = new CompletionTask();

    /// <summary>Tell two patterns apart after one labelled look at each.</summary>
    public static FeedForwardTask OneShot { get; } = new LabellingTask(reverses: false);

    /// <summary>The same, with the labels swapped in the middle of the episode.</summary>
    public static FeedForwardTask Reversal { get; } = new LabellingTask(reverses: true);

    /// <summary>What the task is called on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Steps of an episode.</summary>
    public abstract int Steps { get; }

    /// <summary>Steps at the start that the logged error leaves out.</summary>
    public abstract int LearningSteps { get; }

    /// <summary>Decay g of the trace.</summary>
    public abstract double Decay { get; }

    /// <summary>Episodes of an experiment, of which the first <see cref="TrainingEpisodes"/> train.</summary>
    public abstract int Episodes { get; }

    /// <summary>How parameters follow their gradients.</summary>
    public abstract PlasticOptimizerOptions Optimizer { get; }

    /// <summary>Episodes at the end of the published experiments that only measure.</summary>
    public const int FrozenEpisodes = 500;

    /// <summary>Episodes that train; those behind them only measure.</summary>
    public virtual int TrainingEpisodes => Episodes - FrozenEpisodes;

    /// <summary>A network of the task's sizes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public abstract FeedForwardNetwork<T> CreateNetwork<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Draws an episode: inputs, targets, and which steps count.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="stream">Where its numbers come from; each episode starts at a position of its own.</param>
    /// <param name="episode">The last episode, to be written over.</param>
    public abstract void Draw<T>(RandomStream stream, FeedForwardEpisode<T> episode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Random elements of ±1.</summary>
    private static void DrawPattern<T>(RandomStream stream, Span<T> pattern)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        stream.FillBernoulli(pattern, .5);
        foreach (ref T value in pattern)
            value = value + value - T.One;
    }

    private sealed class CompletionTask : FeedForwardTask
    {
        private const int Size = 8;

        public override string Name => "completion";
        public override int Steps => 2;
        public override int LearningSteps => 1;
        public override double Decay => .5;
        public override int Episodes => 5_000;
        public override PlasticOptimizerOptions Optimizer { get; } = new() { Kind = PlasticOptimizer.ClippedRmsProp, LearningRate = .03, LargestStep = .1, L1 = 1e-3, L2 = 1e-4 };

        public override FeedForwardNetwork<T> CreateNetwork<T>() => new(Size, Size, Size, FeedForwardOutput.Identity);

        public override void Draw<T>(RandomStream stream, FeedForwardEpisode<T> episode)
        {
            DrawPattern(stream, episode.Input(0));
            int kept = stream.NextInt(Size);
            episode.Input(1).Clear();
            episode.Input(1)[kept] = episode.Input(0)[kept];
            for (int step = 0; step < Steps; step++)
            {
                episode.Input(0).CopyTo(episode.Target(step));
                episode.IsScored[step] = step >= LearningSteps;
            }
        }
    }

    private sealed class LabellingTask(bool reverses) : FeedForwardTask
    {
        private const int PatternSize = 8;
        private const int Labels = 2;

        public override string Name => reverses ? "reversal" : "oneshot";
        public override int Steps => 20;
        public override int LearningSteps => 2;
        public override double Decay => .98;
        public override int Episodes => 10_000;
        public override PlasticOptimizerOptions Optimizer { get; } = new() { Kind = PlasticOptimizer.ClippedRmsProp, LearningRate = .01, LargestStep = .01, L1 = 1e-4 };

        public override FeedForwardNetwork<T> CreateNetwork<T>() => new(Labels + PatternSize, hidden: 2, Labels, FeedForwardOutput.Softmax);

        public override void Draw<T>(RandomStream stream, FeedForwardEpisode<T> episode)
        {
            Span<T> first = stackalloc T[PatternSize], second = stackalloc T[PatternSize];
            do
            {
                DrawPattern(stream, first);
                DrawPattern(stream, second);
            }
            while (first.SequenceEqual(second));

            for (int step = 0; step < Steps; step++)
            {
                bool isSecondHalf = reverses && step >= Steps / 2;
                int label = step % Labels;
                int sinceLabels = isSecondHalf ? step - Steps / 2 : step;
                bool isLabelled = sinceLabels < LearningSteps;
                (label == 0 ^ isSecondHalf ? first : second).CopyTo(episode.Input(step)[Labels..]);
                for (int k = 0; k < Labels; k++)
                {
                    episode.Target(step)[k] = k == label ? T.One : T.Zero;
                    episode.Input(step)[k] = isLabelled ? episode.Target(step)[k] : T.Zero;
                }

                episode.IsScored[step] = !isLabelled;
            }
        }
    }
}
