using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests;

/// <summary>A trial that is over at once: a random walk whose steps are scaled by a rate. It keeps checkpoints, throws or diverges when it is told to.</summary>
public sealed class ToyTrial : ITrial
{
    /// <summary>Told each step of the trials that are run from this test.</summary>
    internal static AsyncLocal<Action<int>?> AtStep { get; } = new();

    public double Rate { get; init; } = .5;
    public int Steps { get; init; } = 4;
    public string Label { get; init; } = "";
    public double DivergesAbove { get; init; } = double.PositiveInfinity;
    public string? Throws { get; init; }
    public int Milliseconds { get; init; }
    public int[] Sizes { get; init; } = [];
    public ToyKind Kind { get; init; }
    public LearningRule? Rule { get; init; }
    public Activation? Activation { get; init; }
    public Initializer? Initializer { get; init; }
    public OptimizerSettings? Optimizer { get; init; }
    public bool? Flag { get; init; }
    public long Large { get; init; }

    public void Run(TrialContext context)
    {
        double at = 0;
        int first = 0;
        context.TryRestore(state =>
        {
            first = state.ReadInt32();
            at = state.ReadDouble();
        });
        if (Throws is not null)
            throw new ArgumentException(Throws);
        for (int step = first; step < Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            AtStep.Value?.Invoke(step);
            at += Rate * context.Stream($"step/{step}").NextDouble();
            context.Record(step, ("at", at > DivergesAbove ? double.NaN : at), ("square", at * at));
            if (Milliseconds > 0)
                Thread.Sleep(Milliseconds);
            context.Checkpoint(state =>
            {
                state.Write(step + 1);
                state.Write(at);
            });
        }
    }
}

public enum ToyKind
{
    First,
    LastHalf,
}
