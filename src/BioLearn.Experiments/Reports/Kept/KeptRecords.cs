using System.Globalization;
using System.Text;
using System.Text.Json;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments.Reports;

/// <summary>
/// Records of a grid in one small file, which a repository can keep: for each trial what the metrics of the grid file's choices, claims and tables come to,
/// without the rows. Enough to print them again, and to see that a trial is no longer the one that was run. Comma-separated values; lines that begin with
/// <c>#</c> say which data, programs and days.
/// </summary>
public static class KeptRecords
{
    private const string Data = "# data ", Program = "# program ", Days = "# days ", Default = "# default ";
    private static readonly string[] Fixed = ["trial", "outcome", "cpu-seconds"];

    /// <summary>Extension of the files.</summary>
    public const string Extension = ".csv";

    /// <summary>Writes a file; one that is there is replaced.</summary>
    /// <param name="file">The file.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="results">What there is of it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">No trial is done, or the grid file's <c>select</c> or <c>report</c> is not clear, or speaks of columns that the records lack.</exception>
    public static void Write(string file, Experiment experiment, ExperimentResults results)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(results);
        if (results.Trials.Count == 0)
            throw new InvalidDataException($"no trial of {results.File} is done: there is nothing to keep");
        Metric[] metrics = KeptMetrics.Of(results.Grid);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {results.Grid.Name}, {results.File}: written by biolearn experiment export --records; printed by biolearn experiment print\n");
        foreach (DataSource source in experiment.Sources.OrderBy(source => source.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{Data}{source.Name} {source.Checksum}\n");
        foreach (string program in results.Machines.Select(WithoutName).Distinct())
            text.Append(CultureInfo.InvariantCulture, $"{Program}{program}\n");
        if (results.Days is { } days)
            text.Append(CultureInfo.InvariantCulture, $"{Days}{days.First:yyyy-MM-dd} {days.Last:yyyy-MM-dd}\n");
        foreach ((string setting, string value) in experiment.Defaults().Where(one => results.Grid.Settings[one.Key] is null))
            text.Append(CultureInfo.InvariantCulture, $"{Default}{setting} {value}\n");
        text.AppendJoin(',', [.. Fixed, .. metrics.Select(metric => metric.Key)]).Append('\n');
        foreach (ReportTrial trial in results.Trials)
            text.AppendJoin(',', [trial.Identity, SettingName.Of(trial.Outcome.ToString()), trial.CpuSeconds.ToString("0.###", CultureInfo.InvariantCulture), .. metrics.Select(metric => KeptText.Of(metric, trial))]).Append('\n');
        SafeFile.WriteText(file, text.ToString());
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="grid">The grid that it is of.</param>
    /// <param name="command">The command line that runs the grid.</param>
    /// <param name="catalog">Classes of trials by name; null for those of this library.</param>
    /// <returns>What there is; trials that the file lacks are missing.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or it has a trial that the grid no longer has, or a default that has changed: the grid or the task is another one since.</exception>
    public static ExperimentResults Read(string file, GridFile grid, string command, TrialCatalog? catalog = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(grid);
        string[] lines = File.ReadAllLines(file), notes = [.. lines.TakeWhile(line => line.StartsWith('#'))];
        if (lines.Length == notes.Length || lines[notes.Length].Split(',') is not [.. var head] || head.Length < Fixed.Length || !head.AsSpan(0, Fixed.Length).SequenceEqual(Fixed))
            throw new InvalidDataException($"{file}, line {notes.Length + 1}: expected the columns {string.Join(", ", Fixed)} and metrics: these are no records of a grid");
        DataSource[] sources = [.. Notes(Data).Select(note => note.Split(' ')).Where(parts => parts.Length == 2).Select(parts => DataSource.Recorded(parts[0], parts[1]))];
        Experiment experiment = new(grid, catalog, sources: sources);
        TaskDefaults.Compare(Notes(Default).Select(note => note.Split(' ', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]), experiment, $"the records in {file}");
        Dictionary<string, (int Line, string[] Cells)> rows = [];
        for (int i = notes.Length + 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            if (cells.Length != head.Length || !rows.TryAdd(cells[0], (i + 1, cells)))
                throw new InvalidDataException($"{file}, line {i + 1}: {(cells.Length == head.Length ? $"the trial {cells[0]} stands twice" : $"{cells.Length} cells; expected {head.Length}")}");
        }
        List<ReportTrial> trials = [];
        List<GridMap> missing = [];
        foreach (Trial trial in experiment.Trials)
        {
            if (rows.Remove(trial.Identity, out var row))
                trials.Add(KeptText.Trial(trial, head, row, file, Fixed.Length));
            else
                missing.Add(trial.Settings);
        }
        if (rows.Keys.FirstOrDefault() is { } stale)
            throw new InvalidDataException($"{file}: {rows.Count} of its trials, {stale} for one, are no trials of {Path.GetFileName(grid.Document.Place.File)}: {(sources.Length > 0 ? "its settings, its version or its data (the checksums of the lines '# data')" : "its settings or its version")} have changed since. Run it again, and write its records with biolearn experiment export --records");
        return new(grid, trials, missing, command, [.. Notes(Program)]) { AreKept = true, Days = Notes(Days).Select(Span).FirstOrDefault() };

        IEnumerable<string> Notes(string kind) => notes.Where(note => note.StartsWith(kind, StringComparison.Ordinal)).Select(note => note[kind.Length..]);
    }

    /// <summary>The command line that runs a grid of this program, with the data that must be named.</summary>
    /// <param name="name">Its name, such as <c>credit/rules.full</c>.</param>
    /// <param name="grid">The grid.</param>
    /// <returns>The command line.</returns>
    public static string Command(string name, GridFile grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return $"biolearn experiment run {name}{string.Concat(grid.Needs.Where(need => need.Value > 0).Select(need => $" --data {need.Key}=FOLDER"))}";
    }

    private static (DateOnly, DateOnly)? Span(string note) => note.Split(' ') is [var first, var last] && DateOnly.TryParseExact(first, "yyyy-MM-dd", out DateOnly from) && DateOnly.TryParseExact(last, "yyyy-MM-dd", out DateOnly to) ? (from, to) : null;

    /// <summary>A process' line of a journal without the machine's own name.</summary>
    private static string WithoutName(string json)
    {
        using var line = JsonDocument.Parse(json);
        return BoundValue.Object(line.RootElement.EnumerateObject().Where(member => member.Name != "machine").Select(member => new KeyValuePair<string, string>(member.Name, member.Value.GetRawText())));
    }
}
