using System.ComponentModel;
using System.Diagnostics;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary><c>biolearn experiment submit</c>: what is missing of a grid, handed to a cluster.</summary>
internal sealed class SubmitCommand(IAnsiConsole console) : AsyncCommand<SubmitSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, SubmitSettings settings, CancellationToken cancellation)
    {
        GivenOptions given = new(context, settings);
        settings.CheckEngine(given);
        GridChoice choice = GridChoice.Open(settings.File, settings);
        ResultsIndex index = choice.Folder.Scan();
        Trial[] missing = [.. choice.Experiment.Trials.Where(trial => !index.IsDone(trial) && (settings.Failed || !index.HasFailed(trial)))];
        if (missing.Length == 0)
        {
            console.MarkupLine($"nothing is missing: {choice.Experiment.Trials.Count(index.IsDone)} of {choice.Experiment.Trials.Count} trials are done, {choice.Experiment.Trials.Count(index.HasFailed)} failed");
            return ExitCodes.Success;
        }
        choice.Experiment.CheckData();
        OutputFolder.Check("--out", choice.Folder.Path);
        if (settings.Failed)
        {
            foreach (Trial trial in missing.Where(index.HasFailed))
                choice.Folder.Forget(trial.Identity);
        }
        string grid = choice.Folder.Grids.Keep(choice.Experiment.Grid);
        Submission submission = Submission.Create(choice.Folder, missing);
        int tasks = settings.Tasks ?? new Packing(settings.Minutes, settings.MostTasks).Tasks(missing.Length, Seconds(choice) / settings.Workers);
        tasks = Math.Min(tasks, missing.Length);
        bool isSlurm = settings.Engine == ClusterEngine.Slurm;
        string file = Path.Combine(submission.Folder, isSlurm ? "job.sbatch" : "job.yaml"), text = isSlurm ? Slurm(settings, choice, submission, grid, tasks) : Kubernetes(settings, choice, submission, grid, tasks);
        SafeFile.WriteText(file, text);
        if (settings.Print)
        {
            console.Profile.Out.Writer.Write(text);
            return ExitCodes.Success;
        }
        console.MarkupLine($"{missing.Length} missing trials in {tasks} tasks: {Printable.Escape(file)}");
        string job = await HandOver(isSlurm ? ["sbatch", "--parsable", file] : ["kubectl", "apply", "-f", file], cancellation);
        console.MarkupLine($"{(isSlurm ? "job" : "")} {Printable.Escape(job)}; [grey]biolearn experiment status {Printable.Escape(choice.Folder.Path)} tells what is done; submitting again has only what is missing then[/]");
        return ExitCodes.Success;
    }

    private static double? Seconds(GridChoice choice)
    {
        IReadOnlyDictionary<string, TrialCost> costs = choice.Folder.Journals.Costs();
        double[] seen = [.. choice.Experiment.Trials.Where(trial => costs.ContainsKey(trial.Identity)).Select(trial => costs[trial.Identity].Seconds)];
        return seen.Length == 0 ? null : seen.Average();
    }

    private static string Slurm(SubmitSettings settings, GridChoice choice, Submission submission, string grid, int tasks)
    {
        try
        {
            return new SlurmScript(submission, tasks, Work(settings, settings.Words(), choice.Folder.Path, submission, grid, tasks))
            {
                JobName = Path.GetFileName(choice.Experiment.Grid.Name),
                Processors = settings.Workers,
                AtOnce = settings.AtOnce,
                Options = settings.Option,
            }.Text();
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--option {string.Join(' ', settings.Option)}: {GivenOptions.Plain(e)}");
        }
    }

    private static string Kubernetes(SubmitSettings settings, GridChoice choice, Submission submission, string grid, int tasks) =>
        new KubernetesJob(submission, tasks, Work(settings, settings.Command is null ? ["biolearn"] : settings.Words(), settings.MountedAt, submission, grid, tasks), settings.Image!, settings.Claim!, settings.MountedAt)
        {
            JobName = Path.GetFileName(choice.Experiment.Grid.Name),
            Processors = settings.Workers,
            AtOnce = settings.AtOnce,
            Memory = settings.Memory,
        }.Text();

    private static string[] Work(SubmitSettings settings, string[] command, string folder, Submission submission, string grid, int tasks) =>
    [
        .. command, "experiment", "work", folder, "--grid", grid, "--submission", submission.Name, "--of", $"{tasks}", "--workers", $"{settings.Workers}",
        .. settings.Data.SelectMany(data => (string[])["--data", data]), .. settings.Trials is null ? [] : (string[])["--trials", Path.GetFullPath(settings.Trials)],
    ];

    private static async Task<string> HandOver(string[] command, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{command[0]} cannot be started: {e.Message}. The script lies beside the results; with --print it is only shown");
        }
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation), errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? (await output).Trim() : throw new IOException($"{string.Join(' ', command)} ended with {process.ExitCode}: {(await errors).Trim()}");
        }
    }
}
