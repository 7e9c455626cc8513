namespace BioLearn.Experiments;

/// <summary>How trials are shared out among the tasks of a cluster: a task should last minutes, since starting one takes seconds.</summary>
/// <param name="TargetMinutes">How long a task should last; above 0. Default: 10.</param>
/// <param name="MostTasks">Most tasks of a submission; Slurm refuses arrays of more than MaxArraySize, 1,001 unless configured otherwise. Default: 1,000.</param>
public sealed record Packing(double TargetMinutes = 10, int MostTasks = 1000)
{
    private const int TasksOfUnknownTrials = 100;

    /// <summary>Number of tasks for trials of known cost.</summary>
    /// <param name="trials">Trials that are missing.</param>
    /// <param name="secondsEach">Seconds of a trial; null where none was run yet.</param>
    /// <returns>At least 1; no more than trials, and no more than the most tasks.</returns>
    public int Tasks(int trials, double? secondsEach)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        double wanted = secondsEach is { } seconds ? Math.Ceiling(trials * seconds / (60 * TargetMinutes)) : TasksOfUnknownTrials;
        return (int)Math.Clamp(wanted, 1, Math.Min(trials, MostTasks));
    }
}
