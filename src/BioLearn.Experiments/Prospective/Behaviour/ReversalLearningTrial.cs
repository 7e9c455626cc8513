using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Reversal learning (figure 6c of Song et al. 2024): after a punishment, how
/// does the value of what is chosen next compare with that of what was punished, when the choice stays and when it switches?
/// </summary>
/// <remarks>
/// One row: <c>stay-punished</c> and <c>switch-punished</c>, the value of the chosen action before its punishment; <c>stay-next</c> and
/// <c>switch-next</c>, the value of the action that is chosen in the next trial; <c>stay-change</c> and <c>switch-change</c>, next less punished. Means
/// over subjects of each subject's mean over the trials that count; <c>sem-stay-change</c> and <c>sem-switch-change</c>, standard errors over subjects.
/// </remarks>
public sealed class ReversalLearningTrial : ITrial
{
    /// <summary>Predictive coding or backpropagation. Default: predictive coding as published, 256 steps at a rate of 0.1, discounted by 0.9.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding { InferenceSteps = 256, InferenceRate = 0.1, RateDiscount = 0.9 };

    /// <summary>Rate of all synapses; at least 0. Default: 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Deviation of the first weights; at least 0. Default: 0.05.</summary>
    public double InitialDeviation { get; init; } = 0.05;

    /// <summary>Trials; above <see cref="CountsAfter"/>. Default: 128.</summary>
    public int Trials { get; init; } = 128;

    /// <summary>Trials that are left out at the beginning. Default: 64.</summary>
    public int CountsAfter { get; init; } = 64;

    /// <summary>Subjects; at least 1. Default: 22.</summary>
    public int Subjects { get; init; } = 22;

    /// <inheritdoc/>
    public void Check()
    {
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        Behaviour.Subjects.Check(LearningRate >= 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "at least 0");
        Behaviour.Subjects.Check(InitialDeviation >= 0 && double.IsFinite(InitialDeviation), nameof(InitialDeviation), InitialDeviation, "at least 0");
        Behaviour.Subjects.Check(Subjects >= 1, nameof(Subjects), Subjects, "at least 1");
        Behaviour.Subjects.Check(Trials > CountsAfter && CountsAfter >= 0, nameof(Trials), Trials, $"above {CountsAfter}, CountsAfter");
        using ReversalSubjects subjects = new(Subjects, Rule, LearningRate);
        Player[] players = [.. Enumerable.Range(0, Subjects).Select(s => new Player(new(context.Stream($"pay/{s}")), context.Stream($"choice/{s}")))];
        double[] normals = new double[3];
        for (int s = 0; s < Subjects; s++)
        {
            context.Stream($"weights/{s}").FillNormal<double>(normals, 0, InitialDeviation);
            subjects.Population.Weight(1, 0, 0)[s] = normals[0];
            subjects.Population.Weight(2, 0, 0)[s] = normals[1];
            subjects.Population.Weight(2, 1, 0)[s] = normals[2];
        }
        for (int t = 0; t < Trials; t++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            subjects.Population.Predict();
            for (int s = 0; s < Subjects; s++)
            {
                (int action, double pay) = players[s].Play(subjects.Population.Output(0)[s], subjects.Population.Output(1)[s], counts: t >= CountsAfter);
                subjects.Show(s, action, pay);
            }
            subjects.Learn();
        }
        double[] means = [.. Enumerable.Range(0, 4).Select(i => Behaviour.Subjects.Moments([.. players.Where(p => p.Counted(i / 2) > 0).Select(p => p.Mean(i))]).Mean)];
        double[] errors = [.. Enumerable.Range(0, 2).Select(i => Behaviour.Subjects.Moments([.. players.Where(p => p.Counted(i) > 0).Select(p => p.Mean((2 * i) + 1) - p.Mean(2 * i))]).StandardError)];
        context.Record(
            1,
            ("stay-punished", means[0]), ("stay-next", means[1]), ("switch-punished", means[2]), ("switch-next", means[3]),
            ("stay-change", means[1] - means[0]), ("switch-change", means[3] - means[2]), ("sem-stay-change", errors[0]), ("sem-switch-change", errors[1]));
    }

    /// <summary>One subject's choices, and what followed its punishments.</summary>
    private sealed class Player(ReversalTask task, RandomStream choice)
    {
        private readonly double[] _sums = new double[4];
        private readonly int[] _counted = new int[2];
        private (int Action, double Value)? _punished;

        /// <summary>Punishments after which it stayed (0) or switched (1).</summary>
        public int Counted(int kind) => _counted[kind];

        /// <summary>Mean value at those punishments (0, 2) and at the next trials (1, 3).</summary>
        public double Mean(int which) => _sums[which] / _counted[which / 2];

        public (int Action, double Pay) Play(double first, double second, bool counts)
        {
            int action = choice.NextDouble() < 1 / (1 + Math.Exp(second - first)) ? 0 : 1; // softmax
            double value = action == 0 ? first : second;
            if (_punished is { } before)
            {
                int kind = action == before.Action ? 0 : 1;
                _counted[kind]++;
                _sums[2 * kind] += before.Value;
                _sums[(2 * kind) + 1] += value;
            }
            double pay = task.Choose(action);
            _punished = counts && pay < 0 ? (action, value) : null;
            return (action, pay);
        }
    }
}
