using System.Globalization;
using System.Text;

namespace BioLearn.Experiments;

/// <summary>
/// A batch script for a Slurm job array, kept beside the results, to be read and changed. It does not ask Slurm to requeue: what a lost node has not
/// finished is missing in the folder, and the next submission has it.
/// </summary>
/// <param name="Submission">What is to be done.</param>
/// <param name="Tasks">Tasks of the array; at least 1.</param>
/// <param name="Command">Words of the command of a task: it finds its index in Slurm's variables.</param>
public sealed record SlurmScript(Submission Submission, int Tasks, IReadOnlyList<string> Command)
{
    private const int SecondsToStop = 60;

    /// <summary>Name of the job.</summary>
    public string JobName { get; init; } = "biolearn";

    /// <summary>Processors of a task, one a trial that runs at once; at least 1.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Tasks at once; 0 as many as Slurm lets.</summary>
    public int AtOnce { get; init; }

    /// <summary>Further options, such as <c>--mem=2G</c> or <c>--partition=long</c>, each a line.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The script.</summary>
    /// <returns>Its text.</returns>
    /// <exception cref="ArgumentException">An option does not begin with a hyphen, or holds a line break.</exception>
    public string Text()
    {
        StringBuilder text = new("#!/bin/bash\n");
        Option($"--job-name={JobName}");
        Option(string.Create(CultureInfo.InvariantCulture, $"--array=0-{Tasks - 1}{(AtOnce > 0 ? $"%{AtOnce}" : "")}"));
        Option("--ntasks=1");
        Option(string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={Processors}"));
        Option($"--output={Path.Combine(Submission.Folder, "%a.log")}");
        Option("--open-mode=append");
        // At a time limit long trials leave checkpoints.
        Option(string.Create(CultureInfo.InvariantCulture, $"--signal=B:TERM@{SecondsToStop}"));
        foreach (string option in Options)
            Option(option);
        text.Append(CultureInfo.InvariantCulture, $"# {Submission.Identities.Count} trials of {Submission.Name}; submitting again has only what is missing then.\n");
        text.Append(CultureInfo.InvariantCulture, $"exec {ShellText.Of(Command)}\n");
        return text.ToString();

        void Option(string option)
        {
            if (!option.StartsWith('-') || option.AsSpan().ContainsAny('\n', '\r'))
                throw new ArgumentException($"'{option}' is no option of sbatch; expected one such as --mem=2G");
            text.Append("#SBATCH ").Append(option.Contains(' ', StringComparison.Ordinal) ? $"\"{option}\"" : option).Append('\n');
        }
    }
}
