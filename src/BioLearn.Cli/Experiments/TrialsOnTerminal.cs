using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;

namespace BioLearn.Cli.Experiments;

/// <summary>Runs trials under a live table, and says what came of them.</summary>
internal sealed class TrialsOnTerminal(IAnsiConsole console, RunOptions options, CancellationToken cancellation)
{
    private const int FailuresTold = 3;

    /// <param name="choice">The grid.</param>
    /// <param name="trials">Its trials that are asked for; null for all.</param>
    /// <returns>An exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public int Run(GridChoice choice, IReadOnlyList<Trial>? trials)
    {
        (Experiment experiment, ResultsFolder folder, _) = choice;
        DataText.Tell(console, experiment);
        experiment.CheckData();
        OutputFolder.Check("--out", folder.Path);
        folder.Grids.Keep(experiment.Grid);
        TrialBoard board = new(console, choice);
        RunSummary summary = null!;
        board.Show(() => summary = new LocalRun(experiment, folder, options, board).Run(trials, cancellation));
        board.Write();
        string diverged = summary.Diverged > 0 ? $" ({summary.Diverged} diverged)" : "", failed = summary.Failed > 0 ? $", [red]{summary.Failed} failed[/]" : "", missing = summary.Missing > 0 ? $", [yellow]{summary.Missing} missing[/]" : "";
        console.MarkupLine($"{summary.Trials} trials: {summary.Before} were done, {summary.Ran} run{diverged}{failed}{missing}. Results in {Printable.Escape(folder.Path)}");
        if (summary.Failed > 0)
            TellFailures(choice, trials ?? experiment.Trials);
        cancellation.ThrowIfCancellationRequested();
        return summary.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }

    private void TellFailures(GridChoice choice, IReadOnlyList<Trial> trials)
    {
        IReadOnlySet<string> failed = choice.Folder.Failures.Identities();
        foreach (Trial trial in trials.Where(trial => failed.Contains(trial.Identity)).Take(FailuresTold))
            console.MarkupLine($"[red]{trial.Identity}[/] {Printable.Escape(trial.ToString())}: {Printable.Escape(choice.Folder.Failures.Message(trial.Identity) ?? "")}");
        console.MarkupLine($"[grey]{Printable.Escape(choice.CommandLine("retry", "--failed"))} runs them again[/]");
    }
}
