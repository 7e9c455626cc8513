using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Reports;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment plan</c>.</summary>
internal sealed class PlanSettings : NamedGridSettings
{
    [CommandOption("--first <N>")]
    [Description("How many trials are listed")]
    [DefaultValue(10)]
    public int First { get; init; } = 10;

    public override ValidationResult Validate() => First < 0 ? ValidationResult.Error($"--first {First}: must be at least 0") : base.Validate();
}

/// <summary><c>biolearn experiment plan</c>: how many trials a grid has, how many are done, what the rest will cost.</summary>
internal sealed class PlanCommand(IAnsiConsole console) : Command<PlanSettings>
{
    public override int Execute(CommandContext context, PlanSettings settings, CancellationToken cancellation)
    {
        GridChoice choice = GridChoice.Open(settings.File, settings);
        Experiment experiment = choice.Experiment;
        ExperimentReport.Check(experiment);
        ResultsIndex index = choice.Folder.Scan();
        int done = experiment.Trials.Count(index.IsDone), failed = experiment.Trials.Count(index.HasFailed);
        console.MarkupLine($"[bold]{Printable.Escape(experiment.Grid.Name)}[/] {Printable.Escape(experiment.Grid.Summary)}");
        DataText.Tell(console, experiment);
        if (experiment.Lacking() is { } lacking)
            console.MarkupLine($"[yellow]{Printable.Escape(lacking)}; until then it does not run[/]");
        string repeated = experiment.Repeated > 0 ? $"; {experiment.Repeated} combinations that come to the same trials are left out" : "";
        console.MarkupLine($"{experiment.Trials.Count} trials with {experiment.Grid.Seeds.Count} seeds{repeated}; {done} done, {failed} failed, {experiment.Trials.Count - done - failed} missing");
        console.MarkupLine($"[grey]{Printable.Escape(CostText.Left(choice, index))}[/]");
        if (settings.First == 0)
            return ExitCodes.Success;
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("trial").NoWrap()).AddColumn("state").AddColumn("settings");
        foreach (Trial trial in experiment.Trials.Take(settings.First))
            table.AddRow(trial.Identity, index.HasDiverged(trial) ? "diverged" : index.IsDone(trial) ? "done" : index.HasFailed(trial) ? "failed" : "missing", Printable.Escape(trial.ToString()));
        console.Write(table);
        if (experiment.Trials.Count > settings.First)
            console.MarkupLine($"[grey]and {experiment.Trials.Count - settings.First} more[/]");
        return ExitCodes.Success;
    }
}
