using System.ComponentModel;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>Who schedules trials on many machines.</summary>
internal enum ClusterEngine
{
    Slurm,
    Kubernetes,
}

/// <summary>The command line of <c>biolearn experiment submit</c>.</summary>
internal sealed class SubmitSettings : NamedGridSettings
{
    private const int MostWorkers = 4096;

    [CommandOption("-e|--engine <NAME>")]
    [Description("slurm: a job array, handed to sbatch. kubernetes: an Indexed Job, handed to kubectl")]
    [DefaultValue(ClusterEngine.Slurm)]
    public ClusterEngine Engine { get; init; }

    [CommandOption("--print")]
    [Description("Only write the script beside the results, and show it")]
    public bool Print { get; init; }

    [CommandOption("--failed")]
    [Description("Also what failed")]
    public bool Failed { get; init; }

    [CommandOption("--tasks <N>")]
    [Description("Tasks of the array. Default: as many as make each last --minutes, at the rate seen so far")]
    public int? Tasks { get; init; }

    [CommandOption("--minutes <M>")]
    [Description("How long a task should last")]
    [DefaultValue(10.0)]
    public double Minutes { get; init; } = 10;

    [CommandOption("--most-tasks <N>")]
    [Description("Most tasks of an array")]
    [DefaultValue(1000)]
    public int MostTasks { get; init; } = 1000;

    [CommandOption("--at-once <N>")]
    [Description("Tasks at once; 0 all that the cluster lets")]
    [DefaultValue(0)]
    public int AtOnce { get; init; }

    [CommandOption("-w|--workers <N>")]
    [Description("Trials of a task at once, a processor each")]
    [DefaultValue(1)]
    public int Workers { get; init; } = 1;

    [CommandOption("--command <COMMAND>")]
    [Description("How a task starts this tool, words with blanks between them. Default: as it was started here; for Kubernetes biolearn")]
    public string? Command { get; init; }

    [CommandOption("--option <OPTION>")]
    [Description("Slurm: a further option of sbatch, such as --option=--mem=2G; may stand several times")]
    public string[] Option { get; init; } = [];

    [CommandOption("--image <IMAGE>")]
    [Description("Kubernetes: the container image")]
    public string? Image { get; init; }

    [CommandOption("--claim <NAME>")]
    [Description("Kubernetes: the persistent volume claim that is the folder of results")]
    public string? Claim { get; init; }

    [CommandOption("--mounted-at <FOLDER>")]
    [Description("Kubernetes: where the claim is mounted in a container")]
    [DefaultValue("/results")]
    public string MountedAt { get; init; } = "/results";

    [CommandOption("--memory <AMOUNT>")]
    [Description("Kubernetes: memory of a pod, such as 2Gi")]
    public string? Memory { get; init; }

    public override ValidationResult Validate()
    {
        if (Tasks < 1)
            return ValidationResult.Error($"--tasks {Tasks}: must be at least 1");
        if (!(Minutes is > 0 and <= 1e6))
            return ValidationResult.Error($"--minutes {Minutes}: must lie above 0 and not above 1000000");
        if (MostTasks < 1)
            return ValidationResult.Error($"--most-tasks {MostTasks}: must be at least 1");
        if (AtOnce < 0)
            return ValidationResult.Error($"--at-once {AtOnce}: must be at least 0");
        return Workers is < 1 or > MostWorkers ? ValidationResult.Error($"--workers {Workers}: must lie between 1 and {MostWorkers}") : base.Validate();
    }

    /// <summary>How a task starts this tool.</summary>
    public string[] Words() => Command?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "biolearn.dll")] : [Environment.ProcessPath ?? "biolearn"]);

    /// <summary>Refuses options of the other engine, and asks for those that the engine needs.</summary>
    /// <exception cref="UsageException">One is too many or missing.</exception>
    public void CheckEngine(GivenOptions given)
    {
        if (Engine == ClusterEngine.Slurm)
        {
            given.Refuse("needs --engine kubernetes", nameof(Image), nameof(Claim), nameof(MountedAt), nameof(Memory));
            return;
        }
        given.Refuse("needs --engine slurm", nameof(Option));
        if (Image is null || Claim is null)
            throw new UsageException($"--engine {Engine}: expected --image IMAGE and --claim NAME");
    }
}
