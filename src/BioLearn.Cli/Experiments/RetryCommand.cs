using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment retry</c>.</summary>
internal sealed class RetrySettings : NamedGridSettings
{
    [CommandArgument(1, "[IDS]")]
    [Description("Trials to run again, by their identities or beginnings of them: their results are deleted")]
    public string[] Identities { get; init; } = [];

    [CommandOption("--failed")]
    [Description("Run again what failed")]
    public bool Failed { get; init; }

    [CommandOption("-w|--workers <N>")]
    [Description("Trials at once. Default: one a processor")]
    public int? Workers { get; init; }

    public override ValidationResult Validate() => RunLimits.Check(Workers, 0) ?? base.Validate();
}

/// <summary><c>biolearn experiment retry</c>: trials that failed, or that are named, once more.</summary>
internal sealed class RetryCommand(IAnsiConsole console) : Command<RetrySettings>
{
    public override int Execute(CommandContext context, RetrySettings settings, CancellationToken cancellation)
    {
        if (!settings.Failed && settings.Identities.Length == 0)
            throw new UsageException("expected --failed, or identities of trials behind <FILE>");
        GridChoice choice = GridChoice.Open(settings.File, settings);
        ResultsIndex index = choice.Folder.Scan();
        Trial[] named = [.. settings.Identities.Select(identity => TrialNames.Find(choice.Experiment, identity, "[IDS]"))];
        Trial[] trials = [.. named, .. settings.Failed ? choice.Experiment.Trials.Where(index.HasFailed).Except(named) : []];
        foreach (Trial trial in trials)
            choice.Folder.Forget(trial.Identity);
        if (trials.Length == 0)
        {
            console.MarkupLine("nothing failed");
            return ExitCodes.Success;
        }
        return new TrialsOnTerminal(console, RunLimits.Options(settings.Workers, 60), cancellation).Run(choice, trials);
    }
}
