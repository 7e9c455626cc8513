using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>One row of a table of records.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Row">What it noted at one iteration.</param>
public sealed record RecordRow(Trial Trial, TrialOutcome Outcome, TrialRow Row)
{
    /// <summary>A setting as a grid file writes it; null where the trial does not give it.</summary>
    /// <param name="path">Its dotted path.</param>
    /// <returns>The text.</returns>
    public string? Setting(string path) => new GridPath((path ?? throw new ArgumentNullException(nameof(path))).Split('.')).In(Trial.Settings)?.ToString();

    /// <summary>A metric; null where it was not noted.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    public double? Metric(string name)
    {
        foreach ((string metric, double value) in Row.Values)
        {
            if (metric == name)
                return value;
        }
        return null;
    }
}

/// <summary>The records of an experiment as one table: a row a trial and iteration; columns are the settings that any trial gives, and the metrics.</summary>
public sealed class RecordTable
{
    private RecordTable(IReadOnlyList<RecordRow> rows, IReadOnlyList<string> settings, IReadOnlyList<string> metrics, int missing, IReadOnlyList<string> damaged) =>
        (Rows, Settings, Metrics, Missing, Damaged) = (rows, settings, metrics, missing, damaged);

    /// <summary>The rows, in the grid's order of trials.</summary>
    public IReadOnlyList<RecordRow> Rows { get; }

    /// <summary>Dotted paths of settings, sorted.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>Names of metrics, as first met.</summary>
    public IReadOnlyList<string> Metrics { get; }

    /// <summary>Trials of the experiment that are not done: the table lacks them.</summary>
    public int Missing { get; }

    /// <summary>Files of results whose bytes are not those that were written; their trials are among the missing ones.</summary>
    public IReadOnlyList<string> Damaged { get; }

    /// <summary>Reads the finished trials of an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Where its results are.</param>
    /// <param name="lastOnly">Takes the last row of each trial alone.</param>
    /// <param name="cancellation">Heard between two trials.</param>
    /// <returns>The table.</returns>
    /// <exception cref="IOException">A result cannot be read.</exception>
    /// <exception cref="InvalidDataException">A trial has results that differ.</exception>
    public static RecordTable Read(Experiment experiment, ResultsFolder folder, bool lastOnly = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(folder);
        ResultsIndex index = folder.Scan();
        List<RecordRow> rows = [];
        SortedSet<string> settings = new(StringComparer.Ordinal);
        List<string> metrics = [];
        List<string> damaged = [];
        int missing = 0;
        foreach (Trial trial in experiment.Trials)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!index.IsDone(trial) || folder.Read(trial.Identity) is not { } record)
            {
                missing++;
                damaged.AddRange(folder.Damaged(trial.Identity));
                continue;
            }
            AddPaths(trial.Settings, "", settings);
            foreach (TrialRow row in lastOnly ? record.Rows.TakeLast(1) : record.Rows)
            {
                rows.Add(new(trial, record.Outcome, row));
                foreach ((string metric, _) in row.Values)
                {
                    if (!metrics.Contains(metric))
                        metrics.Add(metric);
                }
            }
        }
        return new(rows, [.. settings], metrics, missing, damaged);
    }

    /// <summary>Whether every trial gives a setting as a number.</summary>
    /// <param name="path">Its dotted path.</param>
    /// <returns>True if so: then it is a column of numbers.</returns>
    public bool IsNumber(string path)
    {
        GridPath steps = new((path ?? throw new ArgumentNullException(nameof(path))).Split('.'));
        return Rows.Count > 0 && Rows.All(row => steps.In(row.Trial.Settings) is null or GridScalar { Value: long or double });
    }

    private static void AddPaths(GridMap map, string before, SortedSet<string> paths)
    {
        foreach (GridEntry entry in map.Entries)
        {
            if (entry.Value is GridMap inner)
                AddPaths(inner, $"{before}{entry.Key}.", paths);
            else
                paths.Add(before + entry.Key);
        }
    }
}
