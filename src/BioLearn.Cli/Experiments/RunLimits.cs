using BioLearn.Experiments;
using Spectre.Console;

namespace BioLearn.Cli.Experiments;

/// <summary>Numbers that commands have in common which run trials.</summary>
internal static class RunLimits
{
    private const int MostWorkers = 4096;
    private const double LongestWait = 1e6;

    public static ValidationResult? Check(int? workers, double checkpointEvery)
    {
        if (workers is < 1 or > MostWorkers)
            return ValidationResult.Error($"--workers {workers}: must lie between 1 and {MostWorkers}");
        return checkpointEvery is >= 0 and <= LongestWait ? null : ValidationResult.Error($"--checkpoint-every {checkpointEvery}: must lie between 0 and {LongestWait} seconds");
    }

    public static RunOptions Options(int? workers, double checkpointEvery) => new() { Workers = workers ?? Environment.ProcessorCount, CheckpointEvery = TimeSpan.FromSeconds(checkpointEvery) };
}
