using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Harness;

/// <summary>What every suite of comparisons takes from the command line.</summary>
internal sealed class BenchmarkSettings : CommandSettings
{
    [CommandOption("--only <TEXT>")]
    [Description("Only comparisons whose name contains this text.")]
    public string? Only { get; init; }

    [CommandOption("--sizes <LIST>")]
    [Description("Only these sizes, separated by commas, as the table prints them.")]
    public string? Sizes { get; init; }

    [CommandOption("--threads <COUNT>")]
    [Description("Threads given to both sides. 1 counts CPU time, more counts wall time.")]
    [DefaultValue(1)]
    public int Threads { get; init; }

    [CommandOption("--milliseconds <TIME>")]
    [Description("Measured time for each contestant of a comparison.")]
    [DefaultValue(600)]
    public int Milliseconds { get; init; }

    [CommandOption("--fail-below <RATIO>")]
    [Description("Exit with 1 where a ratio to the peer is below this one.")]
    public double? FailBelow { get; init; }

    [CommandOption("--output <FILE>")]
    [Description("Append the JSON lines to this file as well.")]
    public string? Output { get; init; }

    public override ValidationResult Validate()
    {
        if (Threads < 1)
            return ValidationResult.Error($"--threads is {Threads}, must be at least 1");
        if (Milliseconds < 10)
            return ValidationResult.Error($"--milliseconds is {Milliseconds}, must be at least 10");
        if (FailBelow is { } ratio && !(ratio > 0))
            return ValidationResult.Error($"--fail-below is {ratio}, must be above 0");
        return ValidationResult.Success();
    }
}
