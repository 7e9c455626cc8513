using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Fear conditioning (Song et al. 2024): a shock follows the noise (N+), or light and noise together (LN+); when the
/// light is then shown alone without a shock (L-), the rats fear the noise more. Groups of the same subjects: the same first weights.
/// </summary>
/// <remarks>
/// One row: <c>fear-LN+</c>, <c>fear-LN+L-</c>, <c>fear-N+</c>, means over subjects of the fear of the noise alone in the end, and <c>sem-…</c>, their
/// standard errors over subjects.
/// </remarks>
public sealed class FearConditioningTrial : ITrial
{
    private static readonly (string Name, bool Light, bool ExtinctLight)[] Groups = [("LN+", true, false), ("LN+L-", true, true), ("N+", false, false)];

    /// <summary>Predictive coding or backpropagation. Default: predictive coding as published, 200 steps at a rate of 0.5, discounted by 0.5.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding { InferenceSteps = 200, InferenceRate = 0.5, RateDiscount = 0.5 };

    /// <summary>Rate of both synapses of perception; at least 0. Default: 0.001.</summary>
    public double PerceptionRate { get; init; } = 0.001;

    /// <summary>Rate of the fear of the light; at least 0. Default: 0.001.</summary>
    public double LightRate { get; init; } = 0.001;

    /// <summary>Rate of the fear of the noise; at least 0. Default: 1.</summary>
    public double NoiseRate { get; init; } = 1;

    /// <summary>The first fears are |N(0.1, this)|; at least 0. Default: 0.01.</summary>
    public double InitialDeviation { get; init; } = 0.01;

    /// <summary>Trials of conditioning, and of extinction; at least 1. Default: 32.</summary>
    public int TrialsOfAPhase { get; init; } = 32;

    /// <summary>Subjects of each group; at least 1. Default: 8.</summary>
    public int Subjects { get; init; } = 8;

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach ((string name, double value) in new[] { (nameof(PerceptionRate), PerceptionRate), (nameof(LightRate), LightRate), (nameof(NoiseRate), NoiseRate), (nameof(InitialDeviation), InitialDeviation) })
            Behaviour.Subjects.Check(value >= 0 && double.IsFinite(value), name, value, "at least 0");
        Behaviour.Subjects.Check(TrialsOfAPhase >= 1, nameof(TrialsOfAPhase), TrialsOfAPhase, "at least 1");
        Behaviour.Subjects.Check(Subjects >= 1, nameof(Subjects), Subjects, "at least 1");
        using FearSubjects subjects = new(Groups.Length * Subjects, Rule, PerceptionRate, LightRate, NoiseRate);
        double[] normals = new double[2];
        for (int s = 0; s < Subjects; s++)
        {
            context.Stream($"weights/{s}").FillNormal<double>(normals, 0.1, InitialDeviation);
            for (int group = 0; group < Groups.Length; group++)
            {
                for (int stimulus = 0; stimulus < 2; stimulus++)
                    subjects.Population.Weight(2, 0, stimulus)[(group * Subjects) + s] = Math.Abs(normals[stimulus]);
            }
        }
        Teach(subjects, extinction: false, context);
        Teach(subjects, extinction: true, context);
        double[] fear = new double[Groups.Length * Subjects];
        subjects.FearOfNoise(fear);
        (double Mean, double StandardError)[] moments = [.. Groups.Select((_, group) => Behaviour.Subjects.Moments(fear[(group * Subjects)..((group + 1) * Subjects)]))];
        context.Record(1, [.. Groups.Select((g, i) => ($"fear-{g.Name}", moments[i].Mean)), .. Groups.Select((g, i) => ($"sem-{g.Name}", moments[i].StandardError))]);
    }

    private void Teach(FearSubjects subjects, bool extinction, TrialContext context)
    {
        for (int i = 0; i < Groups.Length * Subjects; i++)
        {
            (_, bool light, bool extinctLight) = Groups[i / Subjects];
            subjects.Show(i, extinction ? extinctLight : light, noise: !extinction, shock: !extinction);
        }
        for (int trial = 0; trial < TrialsOfAPhase; trial++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            subjects.Learn();
        }
    }
}
