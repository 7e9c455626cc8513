using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment why</c>.</summary>
internal sealed class WhySettings : NamedGridSettings
{
    [CommandArgument(1, "<ID>")]
    [Description("The trial's identity, or its beginning")]
    public string Identity { get; init; } = "";
}

/// <summary><c>biolearn experiment why</c>: a trial's state and configuration, and what differs from the finished trial that is nearest to it.</summary>
internal sealed class WhyCommand(IAnsiConsole console) : Command<WhySettings>
{
    public override int Execute(CommandContext context, WhySettings settings, CancellationToken cancellation)
    {
        GridChoice choice = GridChoice.Open(settings.File, settings);
        Trial trial = TrialNames.Find(choice.Experiment, settings.Identity, "<ID>");
        ResultsIndex index = choice.Folder.Scan();
        IReadOnlyList<string> damaged = choice.Folder.Damaged(trial.Identity);
        string state = index.IsDone(trial) && !choice.Folder.IsWhole(trial.Identity) ? "damaged" : index.HasDiverged(trial) ? "diverged" : index.IsDone(trial) ? "done" : index.HasFailed(trial) ? "failed" : index.Cut.Contains(trial.Identity) ? "damaged" : "missing";
        console.MarkupLine($"{trial.Identity} [bold]{state}[/] {Printable.Escape(trial.ToString())}");
        foreach (string file in damaged)
            console.MarkupLine($"[red]{Printable.Escape(file)}[/]: its bytes are not those that were written; it will be run again");
        if (choice.Folder.Failures.Message(trial.Identity) is { } message && state == "failed")
            console.MarkupLine($"[red]{Printable.Escape(message)}[/]");
        if (choice.Folder.Journals.Costs().TryGetValue(trial.Identity, out TrialCost cost))
            console.MarkupLine($"[grey]{CostText.Time(cost.Seconds)}, {CostText.Time(cost.CpuSeconds)} of CPU[/]");
        console.WriteLine(Printable.Visible(choice.Experiment.Configuration(trial)));
        Compare(choice, trial, index);
        return ExitCodes.Success;
    }

    private void Compare(GridChoice choice, Trial trial, ResultsIndex index)
    {
        TrialDifference? nearest = TrialDifference.Nearest(trial, choice.Experiment.Trials.Where(other => other != trial && index.IsDone(other)));
        if (nearest is null)
        {
            console.MarkupLine("[grey]no other trial of this grid is finished[/]");
            return;
        }
        console.MarkupLine($"nearest finished trial: {nearest.Other.Identity}");
        var table = new Table().Border(TableBorder.Simple).AddColumn("setting").AddColumn("this trial").AddColumn("the other");
        foreach ((string setting, string? own, string? other) in nearest.Settings)
            table.AddRow(Printable.Escape(setting), Printable.Escape(own ?? "as the class has it"), Printable.Escape(other ?? "as the class has it"));
        console.Write(table);
    }
}
