using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Motor adaptation by inference of contexts (figure 5f of Song et al. 2024): how much a single trial of a colour and a force changes what is done
/// when the first colour comes without force. Subjects are networks that learn side by side; each has trials and first weights of its own, the same
/// for every rate and rule.
/// </summary>
/// <remarks>
/// One row: <c>adaptation-1+</c>, <c>adaptation-2+</c>, <c>adaptation-1-</c>, <c>adaptation-2-</c>, means over subjects of the change, towards the
/// force, of the prediction between the first and the third trial of a probe; and <c>sem-…</c>, their standard errors over subjects.
/// </remarks>
public sealed class MotorAdaptationTrial : ITrial
{
    /// <summary>Predictive coding or backpropagation. Default: predictive coding as published, 256 steps at a rate of 0.1, discounted by 0.9.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding { InferenceSteps = 256, InferenceRate = 0.1, RateDiscount = 0.9 };

    /// <summary>Rate of the first layer, from colours to contexts; at least 0. Default: 5e-5.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Rate of the second layer, from contexts to forces; at least 0. Default: 0.01.</summary>
    public double MemoryRate { get; init; } = 0.01;

    /// <summary>Deviation of the first weights; at least 0. Default: 0.1.</summary>
    public double InitialDeviation { get; init; } = 0.1;

    /// <summary>Hidden units, contexts; an even number of at least 2. Default: 2.</summary>
    public int Contexts { get; init; } = 2;

    /// <summary>Whether each colour reaches all contexts. Default: no, its own half alone.</summary>
    public bool FullyConnected { get; init; }

    /// <summary>Subjects; at least 1. Default: 24.</summary>
    public int Subjects { get; init; } = 24;

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
        Behaviour.Subjects.Check(MemoryRate >= 0 && double.IsFinite(MemoryRate), nameof(MemoryRate), MemoryRate, "at least 0");
        Behaviour.Subjects.Check(InitialDeviation >= 0 && double.IsFinite(InitialDeviation), nameof(InitialDeviation), InitialDeviation, "at least 0");
        Behaviour.Subjects.Check(Subjects >= 1, nameof(Subjects), Subjects, "at least 1");
        using ForceFieldSubjects subjects = new(Subjects, Rule, LearningRate, MemoryRate, Contexts, FullyConnected);
        ForceFieldSchedule[] schedules = new ForceFieldSchedule[Subjects];
        double[] normals = new double[subjects.Weights];
        for (int s = 0; s < Subjects; s++)
        {
            schedules[s] = new(context.Stream($"schedule/{s}"));
            context.Stream($"weights/{s}").FillNormal<double>(normals, 0, 1);
            subjects.Start(s, normals, InitialDeviation);
        }
        double[,] changes = Follow(subjects, schedules, context);
        List<(string, double)> row = [], errors = [];
        for (int group = 0; group < ForceFieldSchedule.Groups.Count; group++)
        {
            (double mean, double error) = Behaviour.Subjects.Moments([.. Enumerable.Range(0, Subjects).Select(s => changes[s, group])]);
            row.Add(($"adaptation-{ForceFieldSchedule.Groups[group]}", mean));
            errors.Add(($"sem-{ForceFieldSchedule.Groups[group]}", error));
        }
        context.Record(1, [.. row, .. errors]);
    }

    /// <summary>Each subject's adaptation to each group, the mean over its probes.</summary>
    private static double[,] Follow(ForceFieldSubjects subjects, ForceFieldSchedule[] schedules, TrialContext context)
    {
        double[,] sums = new double[schedules.Length, ForceFieldSchedule.Groups.Count];
        double[] before = new double[schedules.Length];
        int[] probes = new int[schedules.Length];
        int longest = schedules.Max(s => s.Trials.Count);
        for (int t = 0; t < longest; t++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            for (int s = 0; s < schedules.Length; s++)
                subjects.Show(s, t < schedules[s].Trials.Count ? schedules[s].Trials[t] : null);
            subjects.Predict();
            for (int s = 0; s < schedules.Length; s++)
            {
                if (probes[s] == schedules[s].Probes.Count)
                    continue;
                ForceFieldProbe probe = schedules[s].Probes[probes[s]];
                double lean = subjects.Population.Output(0)[s] - subjects.Population.Output(1)[s];
                if (t == probe.First)
                    before[s] = lean;
                if (t != probe.First + 2)
                    continue;
                sums[s, probe.Group] += ForceFieldSchedule.Groups[probe.Group].Force == Force.Plus ? lean - before[s] : before[s] - lean;
                probes[s]++;
            }
            subjects.Learn();
        }
        for (int s = 0; s < schedules.Length; s++)
        {
            for (int group = 0; group < ForceFieldSchedule.Groups.Count; group++)
                sums[s, group] /= schedules[s].Probes.Count(p => p.Group == group);
        }
        return sums;
    }
}
