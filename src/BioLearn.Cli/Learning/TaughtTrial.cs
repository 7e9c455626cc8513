using BioLearn.Experiments;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Learning;

/// <summary>
/// A run of <c>biolearn compare</c>: its settings are the options of that command, in words. Grid files have the task <c>credit</c>, which comes to the
/// same numbers.
/// </summary>
internal sealed class TaughtTrial : LearnSettings, ITrial
{
    /// <summary>Name of the task in the grid of a comparison.</summary>
    public const string Name = "compare";

    /// <summary>The learning rule, options behind colons.</summary>
    public string Rule { get; init; } = "feedback-alignment";

    /// <summary>Checksum of the data.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Checksum of the file that describes the network, or null.</summary>
    public string? NetworkSha256 { get; init; }

    public void Run(TrialContext context)
    {
        if (Validate() is { Successful: false, Message: { } problem })
            throw new ArgumentException(problem);
        if (Config is not null || Threads is not null)
            throw new ArgumentException("config and threads are no settings of a trial: a grid file has a base, and experiment run --workers");
        RuleChoice rule = RuleChoice.Parse(Rule);
        TeachingProcess process = TeachingProcess.Current;
        LearningRun run = process.Open(this, context.Cancellation);
        if (DataSha256 != run.Fingerprint)
            throw new InvalidDataException($"{Data}: the checksum of the data is {run.Fingerprint}, not {DataSha256}");
        if (NetworkSha256 is { } network && ComparisonGrid.ChecksumOf(Network) != network)
            throw new InvalidDataException($"{Network}: the checksum of the file is {ComparisonGrid.ChecksumOf(Network)}, not {network}");
        NetworkOptions options = ToOptions(run);
        options.NumberOfThreads = process.Threads;
        Action<EpochResult>? shown = process.Begin?.Invoke(Rule, context.SeedName);
        using NetworkModelParameters model = run.Train(rule.Rule, options, context.SeedNumber, Note, context.Cancellation).Model;

        void Note(EpochResult epoch)
        {
            context.Record(epoch.Epoch, [("test-score", epoch.TestScore), ("loss", epoch.Loss), .. run.Validates ? [("validation-loss", epoch.ValidationLoss)] : Array.Empty<(string, double)>(), .. double.IsNaN(epoch.TestLoss) ? Array.Empty<(string, double)>() : [("test-loss", epoch.TestLoss)]]);
            shown?.Invoke(epoch);
        }
    }
}
