using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>What there is of an experiment: the trials that are done, and those that are missing.</summary>
/// <param name="grid">The grid file: its <c>select</c> and <c>report</c> are read.</param>
/// <param name="trials">Trials that are done.</param>
/// <param name="missing">Settings of the trials that are not.</param>
/// <param name="command">The command line that runs it.</param>
/// <param name="machines">Program and machine of the processes that ran trials.</param>
public sealed class ExperimentResults(GridFile grid, IReadOnlyList<ReportTrial> trials, IReadOnlyList<GridMap> missing, string command, IReadOnlyList<string> machines)
{
    /// <summary>The grid file.</summary>
    public GridFile Grid { get; } = grid;

    /// <summary>Name of the grid file, without its extension: several grids may be of one experiment.</summary>
    public string File { get; } = Path.GetFileNameWithoutExtension(grid.Document.Place.File);

    /// <summary>Trials that are done.</summary>
    public IReadOnlyList<ReportTrial> Trials { get; } = trials;

    /// <summary>Settings of the trials that are not done.</summary>
    public IReadOnlyList<GridMap> Missing { get; } = missing;

    /// <summary>Settings of all trials of the grid, done or not.</summary>
    internal IReadOnlyList<GridMap> Settings { get; } = [.. trials.Select(trial => trial.Settings), .. missing];

    /// <summary>Files of results whose bytes are not those that were written: their trials are missing.</summary>
    public IReadOnlyList<string> Damaged { get; init; } = [];

    /// <summary>The command line that runs it.</summary>
    public string Command { get; } = command;

    /// <summary>Program and machine of the processes that ran trials, each once.</summary>
    public IReadOnlyList<string> Machines { get; } = machines;

    /// <summary>The days of the first and the last trial, in UTC; null where nobody noted them.</summary>
    public (DateOnly First, DateOnly Last)? Days { get; init; }

    /// <summary>Whether only what the metrics of claims and tables come to is there, not the rows: curves cannot be drawn.</summary>
    public bool AreKept { get; init; }

    /// <summary>Reads the results of an experiment from its folder; nothing is run.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="command">The command line that runs it.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>What there is.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">There are two results of different bytes of one trial.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static ExperimentResults Read(Experiment experiment, ResultsFolder folder, string command, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(folder);
        ResultsIndex index = folder.Scan();
        IReadOnlyDictionary<string, TrialCost> costs = folder.Journals.Costs();
        List<ReportTrial> trials = [];
        List<GridMap> missing = [];
        List<string> damaged = [];
        foreach (Trial trial in experiment.Trials)
        {
            cancellation.ThrowIfCancellationRequested();
            if (index.IsDone(trial) && folder.Read(trial.Identity) is { } record)
                trials.Add(new(trial.Identity, trial.Settings, trial.Seed, record.Outcome, record.Rows, costs.GetValueOrDefault(trial.Identity).CpuSeconds));
            else
            {
                missing.Add(trial.Settings);
                damaged.AddRange(folder.Damaged(trial.Identity));
            }
        }
        DateOnly[] days = [.. trials.Select(trial => costs.GetValueOrDefault(trial.Identity).Ended).OfType<DateOnly>()];
        return new(experiment.Grid, trials, missing, command, [.. folder.Journals.Processes().Distinct()]) { Days = days.Length > 0 ? (days.Min(), days.Max()) : null, Damaged = damaged };
    }

    internal IEnumerable<ReportTrial> Where(GridMap? where) => where is null ? Trials : Trials.Where(trial => GridMatch.Fits(trial.Settings, where));

    internal int MissingWhere(GridMap? where) => where is null ? Missing.Count : Missing.Count(settings => GridMatch.Fits(settings, where));
}
