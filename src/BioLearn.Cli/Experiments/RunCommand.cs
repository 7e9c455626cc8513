using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment run</c>.</summary>
internal sealed class RunSettings : GridSettings
{
    [CommandArgument(0, "<FILE>")]
    [Description("A grid file, one of the bundled (prospective/NAME.quick), or a folder of results")]
    public string File { get; init; } = "";

    [CommandOption("-w|--workers <N>")]
    [Description("Trials at once. Default: one a processor")]
    public int? Workers { get; init; }

    [CommandOption("--stop-at-first")]
    [Description("Stop when a trial fails. Default: go on, and tell at the end")]
    public bool StopAtFirst { get; init; }

    [CommandOption("--checkpoint-every <SECONDS>")]
    [Description("How often a long trial leaves a checkpoint")]
    [DefaultValue(60.0)]
    public double CheckpointEvery { get; init; } = 60;

    public override ValidationResult Validate() => RunLimits.Check(Workers, CheckpointEvery) ?? base.Validate();
}

/// <summary><c>biolearn experiment run</c>: what is missing of a grid, on this machine.</summary>
internal sealed class RunCommand(IAnsiConsole console) : Command<RunSettings>
{
    public override int Execute(CommandContext context, RunSettings settings, CancellationToken cancellation)
    {
        RunOptions options = RunLimits.Options(settings.Workers, settings.CheckpointEvery) with { StopsAtFirstFailure = settings.StopAtFirst };
        return new TrialsOnTerminal(console, options, cancellation).Run(GridChoice.Open(settings.File, settings), trials: null);
    }
}
