using BioLearn.Experiments;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>One combination of parameters of <c>biolearn naming sweep</c>. Pictures and network are the command's: the subject names them with their checksums.</summary>
internal sealed class SweepTrial : ITrial
{
    /// <summary>Name of the task in the grid file.</summary>
    public const string Task = "naming-sweep";

    /// <summary>Parameters that are set; the others have their defaults.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>What is swept: names, network, seed, thresholds, checksums.</summary>
    public string Subject { get; init; } = "";

    public void Run(TrialContext context)
    {
        SweepRun run = SweepRun.Current ?? throw new InvalidOperationException("biolearn naming sweep runs these trials: it opens pictures and network");
        double[] measures = run.Measure(SweepPoint.Of(Parameters), context.Cancellation);
        context.Record(1, [.. SweepRun.Measures.Zip(measures)]);
    }
}
