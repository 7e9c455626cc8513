using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Reports;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment run</c>.</summary>
internal sealed class RunSettings : GridSettings
{
    [CommandArgument(0, "[FILE]")]
    [Description("A grid file, one of the bundled (prospective/NAME.quick), or a folder of results. Without one: four claims, each as a demonstration")]
    public string? File { get; init; }

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
        GridChoice[] choices = settings.File is { } file ? [GridChoice.Open(file, settings)] : GridChoice.Checked([.. Demonstrations.Select(name => GridChoice.OfFile(name, settings.Out is null ? null : Path.Combine(settings.Out, Path.GetFileName(name)), settings))], settings);
        // A mistake in select or report is told before hours of work, not behind them.
        foreach (GridChoice choice in choices)
        {
            ExperimentReport.Check(choice.Experiment);
            choice.Experiment.CheckData();
        }
        int code = ExitCodes.Success;
        foreach (GridChoice choice in choices)
        {
            if (choices.Length > 1)
                console.MarkupLine($"[bold]{Printable.Escape(choice.Experiment.Grid.Name)}[/] {Printable.Escape(choice.Experiment.Grid.Summary)}");
            code = Math.Max(code, new TrialsOnTerminal(console, options, cancellation).Run(choice, trials: null));
        }
        GridChoice[] reported = [.. choices.Where(choice => choice.Experiment.Grid.Report is not null)];
        if (code == ExitCodes.Success && reported.Length > 0)
            new ReportOnTerminal(console, cancellation).Write(reported, Path.Combine(settings.File is null ? settings.Out ?? "results" : reported[0].Folder.Path, ReportOnTerminal.Folder));
        return code;
    }

    /// <summary>Four claims that a minute or two can show.</summary>
    internal static readonly string[] Demonstrations = ["prospective/interference.quick", "prospective/alignment.quick", "prospective/deep-nets.quick", "prospective/fear.quick"];
}
