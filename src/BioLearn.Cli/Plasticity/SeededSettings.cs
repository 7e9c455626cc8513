using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>How often, and how many at once: what commands have in common that run a network with several seeds.</summary>
internal abstract class SeededSettings : CommandSettings
{
    [CommandOption("-w|--workers <N>")]
    [Description("Runs at once. Default: one a processor")]
    public int? Workers { get; init; }

    /// <summary>Runs, with seeds from 0; the option and its default are the command's.</summary>
    public abstract int Seeds { get; init; }

    public override ValidationResult Validate() =>
        Seeds is < 1 or > 1000 ? ValidationResult.Error($"--seeds {Seeds}: must lie between 1 and 1000")
        : Workers < 1 ? ValidationResult.Error($"--workers {Workers}: must be at least 1") : ValidationResult.Success();
}
