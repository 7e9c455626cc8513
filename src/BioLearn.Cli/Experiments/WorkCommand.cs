using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment work</c>.</summary>
internal sealed class WorkSettings : ExperimentSettings
{
    [CommandArgument(0, "<FOLDER>")]
    [Description("The folder of results, with the grids in it")]
    public string Folder { get; init; } = "";

    [CommandOption("--grid <NAME>")]
    [Description("One of the folder's grids. Default: all, one after the other")]
    public string? Grid { get; init; }

    [CommandOption("--submission <NAME>")]
    [Description("Share out the list of a submission instead of all trials")]
    public string? Submission { get; init; }

    [CommandOption("-i|--index <I>")]
    [Description("Which share is this one's, from 0. Default: what Slurm or Kubernetes says (SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX), else 0")]
    public int? Index { get; init; }

    [CommandOption("-n|--of <N>")]
    [Description("Number of shares. Default: what Slurm says (SLURM_ARRAY_TASK_COUNT), else 1")]
    public int? Of { get; init; }

    [CommandOption("-w|--workers <N>")]
    [Description("Trials at once")]
    [DefaultValue(1)]
    public int Workers { get; init; } = 1;

    [CommandOption("--checkpoint-every <SECONDS>")]
    [Description("How often a long trial leaves a checkpoint")]
    [DefaultValue(60.0)]
    public double CheckpointEvery { get; init; } = 60;

    public override ValidationResult Validate()
    {
        if (Index < 0)
            return ValidationResult.Error($"--index {Index}: must be at least 0");
        if (Of < 1)
            return ValidationResult.Error($"--of {Of}: must be at least 1");
        if (Submission is not null && Grid is null)
            return ValidationResult.Error("--submission: expected --grid, too: the list is one grid's");
        return RunLimits.Check(Workers, CheckpointEvery) ?? base.Validate();
    }
}

/// <summary><c>biolearn experiment work</c>: one share of a folder's trials, what a task of an array job does.</summary>
internal sealed class WorkCommand(IAnsiConsole console) : Command<WorkSettings>
{
    public override int Execute(CommandContext context, WorkSettings settings, CancellationToken cancellation)
    {
        TrialShare share;
        try
        {
            share = TrialShare.FromEnvironment(settings.Index, settings.Of);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--index {settings.Index}, --of {settings.Of}: {GivenOptions.Plain(e)}");
        }
        int exitCode = ExitCodes.Success;
        foreach (GridChoice choice in GridChoice.Checked([.. GridChoice.OfFolder(settings.Folder, settings, settings.Grid)], settings))
        {
            IReadOnlyList<Trial> trials = share.Of(settings.Submission is null ? choice.Experiment.Trials : Submission.Read(choice.Folder, settings.Submission).Of(choice.Experiment));
            console.MarkupLine($"{Printable.Escape(choice.Experiment.Grid.Name)}: share {share.Index} of {share.Count}, {trials.Count} of {choice.Experiment.Trials.Count} trials");
            exitCode = Math.Max(exitCode, new TrialsOnTerminal(console, RunLimits.Options(settings.Workers, settings.CheckpointEvery), cancellation).Run(choice, trials));
        }
        return exitCode;
    }
}
