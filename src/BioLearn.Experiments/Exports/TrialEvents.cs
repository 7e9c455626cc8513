using BioLearn.ML.Hosting;

namespace BioLearn.Experiments.Exports;

/// <summary>Records as TensorBoard shows them: a run a trial, named by what tells it from the others.</summary>
public static class TrialEvents
{
    private const int LongestName = 120;

    // Tells a run that this class wrote from one of another program, which is never deleted.
    private const string Mark = "biolearn-trial.txt";

    /// <summary>Writes an event file a trial; one of the same trial that was written here before is replaced.</summary>
    /// <param name="table">The table.</param>
    /// <param name="folder">The folder of runs, for <c>tensorboard --logdir FOLDER</c>; made if it is not there.</param>
    /// <param name="clock">Where times come from, which records do not have; null for the system's clock.</param>
    /// <returns>Number of runs.</returns>
    /// <exception cref="IOException">It cannot be written, or a run's folder holds events of another program or trial: TensorBoard would show both as one.</exception>
    public static int Write(RecordTable table, string folder, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        IGrouping<Trial, RecordRow>[] trials = [.. table.Rows.GroupBy(row => row.Trial)];
        ILookup<string, Trial> named = trials.ToLookup(trial => NameOf(trial.Key), trial => trial.Key);
        (IGrouping<Trial, RecordRow> Trial, string Run, string[] Before)[] runs = [.. trials.Select(trial => (trial, RunOf(trial.Key))).Select(pair => (pair.trial, pair.Item2, Events(pair.Item2)))];
        foreach ((IGrouping<Trial, RecordRow> trial, string run, string[] before) in runs)
        {
            if (before.Length > 0 && !IsOwn(run, trial.Key))
                throw new IOException($"{run} holds events already, of another program or trial; delete it, or name another folder");
        }
        foreach ((IGrouping<Trial, RecordRow> trial, string run, string[] before) in runs)
        {
            string written = EventFile.Write(run, trial.Select(row => row.Row), clock);
            SafeFile.WriteText(Path.Combine(run, Mark), trial.Key.Identity);
            foreach (string file in before.Where(file => file != written))
                File.Delete(file);
        }
        return trials.Length;

        string RunOf(Trial trial) => NameOf(trial) is var name && named[name].Count() > 1 ? Path.Combine(folder, $"{name} {trial.Identity}") : Path.Combine(folder, name);
    }

    private static string[] Events(string run) => Directory.Exists(run) ? Directory.GetFiles(run, "*tfevents*") : [];

    private static bool IsOwn(string run, Trial trial) => Path.Combine(run, Mark) is var mark && File.Exists(mark) && File.ReadAllText(mark).Trim() == trial.Identity;

    private static string NameOf(Trial trial)
    {
        string text = string.Concat(trial.ToString().Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' or ',' or '_' or ' ' or '=' ? c : '-')).Trim('.', ' ');
        return text.Length <= LongestName ? text : trial.Identity;
    }
}
