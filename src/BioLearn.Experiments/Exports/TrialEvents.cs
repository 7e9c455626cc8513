namespace BioLearn.Experiments.Exports;

/// <summary>Records as TensorBoard shows them: a run a trial, named by what tells it from the others.</summary>
public static class TrialEvents
{
    private const int LongestName = 120;

    /// <summary>Writes an event file a trial.</summary>
    /// <param name="table">The table.</param>
    /// <param name="folder">The folder of runs, for <c>tensorboard --logdir FOLDER</c>; made if it is not there.</param>
    /// <param name="clock">Where times come from, which records do not have; null for the system's clock.</param>
    /// <returns>Number of runs.</returns>
    /// <exception cref="IOException">It cannot be written, or a run's folder holds events already: TensorBoard would show both as one.</exception>
    public static int Write(RecordTable table, string folder, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        IGrouping<Trial, RecordRow>[] trials = [.. table.Rows.GroupBy(row => row.Trial)];
        ILookup<string, Trial> named = trials.ToLookup(trial => NameOf(trial.Key), trial => trial.Key);
        foreach (IGrouping<Trial, RecordRow> trial in trials)
        {
            string name = NameOf(trial.Key), run = Path.Combine(folder, named[name].Count() > 1 ? $"{name} {trial.Key.Identity}" : name);
            if (Directory.Exists(run) && Directory.EnumerateFiles(run, "*tfevents*").Any())
                throw new IOException($"{run} holds events already; delete it, or name another folder");
            EventFile.Write(run, trial.Select(row => row.Row), clock);
        }
        return trials.Length;
    }

    private static string NameOf(Trial trial)
    {
        string text = string.Concat(trial.ToString().Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' or ',' or '_' or ' ' or '=' ? c : '-')).Trim('.', ' ');
        return text.Length <= LongestName ? text : trial.Identity;
    }
}
