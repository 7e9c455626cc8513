using System.Globalization;
using BioLearn.Experiments;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Learning;

/// <summary>
/// A network taught by a learning rule on rows or pictures: the task <c>classify</c> of grid files, and each run of <c>biolearn compare</c>. Its
/// settings are the options of <c>biolearn train</c>.
/// </summary>
internal sealed class TaughtTrial : LearnSettings, ITrial
{
    /// <summary>Name of the task in grid files.</summary>
    public const string Task = "classify";

    /// <summary>The learning rule, options behind colons.</summary>
    public string Rule { get; init; } = "feedback-alignment";

    /// <summary>Checksum of the data; null if the grid file does not say which data it means.</summary>
    public string? DataSha256 { get; init; }

    public void Run(TrialContext context)
    {
        if (Validate() is { Successful: false, Message: { } problem })
            throw new ArgumentException(problem);
        if (Config is not null || Threads != 1)
            throw new ArgumentException("config and threads are no settings of a trial: a grid file has a base, and experiment run --workers");
        RuleChoice rule = RuleChoice.Parse(Rule);
        TeachingProcess process = TeachingProcess.Current;
        LearningRun run = process.Open(this);
        if (DataSha256 is { } wanted && wanted != run.Fingerprint)
            throw new InvalidDataException($"{Data}: the checksum of the data is {run.Fingerprint}, not {wanted} as data-sha256 says");
        NetworkOptions options = ToOptions(run.Features, run.Classes);
        options.NumberOfThreads = process.Threads;
        Action<EpochResult>? shown = process.Begin?.Invoke(Rule, context.SeedName);
        // Seeds that are numbers are those of biolearn train; others stand for a number of their own.
        int seed = int.TryParse(context.SeedName, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int)(context.Seed & int.MaxValue);
        using NetworkModelParameters model = run.Train(rule.Rule, options, seed, Note, context.Cancellation).Model;

        void Note(EpochResult epoch)
        {
            context.Record(epoch.Epoch, ("test-accuracy", epoch.TestAccuracy), ("test-loss", epoch.TestLoss), ("loss", epoch.Loss));
            shown?.Invoke(epoch);
        }
    }
}
