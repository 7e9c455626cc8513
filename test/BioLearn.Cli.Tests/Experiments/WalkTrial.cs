using BioLearn.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

/// <summary>A trial that is over at once.</summary>
public sealed class WalkTrial : ITrial
{
    /// <summary>A grid of six trials.</summary>
    internal const string Grid = "name: walks\nsummary: Walks of two lengths.\ntask: walk\nseeds: 3\ntrial: {steps: {grid: [2, 3]}}\n";

    /// <summary>The first of them.</summary>
    internal static string Identity => new Experiment(BioLearn.Experiments.Grids.GridFile.Parse(Grid), new TrialCatalog().Add<WalkTrial>("walk")).Trials[0].Identity;

    public int Steps { get; init; } = 1;
    public bool Throws { get; init; }
    public int Milliseconds { get; init; }

    public void Run(TrialContext context)
    {
        if (Throws)
            throw new ArgumentException("a trial that throws");
        double at = 0;
        for (int step = 0; step < Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Thread.Sleep(Milliseconds);
            context.Record(step, ("walked", at += context.Stream($"{step}").NextDouble()));
        }
    }
}
