using System.Globalization;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>How a column's values become one number of a trial.</summary>
internal enum Reduction
{
    Last,
    First,
    Min,
    Max,
    Mean,
    Sum,
    Value,
    Curve,
    Fit,
}

/// <summary>
/// A metric: columns of a trial's rows, averaged within the row, smoothed, cut to some rows, reduced to a number; or kept as a curve; or fitted to data
/// over all seeds of a setting.
/// </summary>
internal sealed record Metric(Reduction Reduction, IReadOnlyList<string> Columns, GridPlace Place)
{
    /// <summary>First and last iteration, both counted in.</summary>
    public (int From, int To) Rows { get; init; } = (int.MinValue, int.MaxValue);

    /// <summary>Last rows that count: a number, or a share below 0 (-.1: the last tenth). 0 for all.</summary>
    public double Tail { get; init; }

    /// <summary>Rows of the running mean.</summary>
    public int Smooth { get; init; } = 1;

    /// <summary>The iteration of <see cref="Reduction.Value"/>.</summary>
    public int At { get; init; }

    public double Factor { get; init; } = 1;

    public IReadOnlyList<double> Data { get; init; } = [];

    public DataFitForm Form { get; init; }

    /// <summary>Of a fit the fitted values, not their error.</summary>
    public bool ShowsValues { get; init; }

    /// <summary>Whether it gives a value an iteration, not one a trial.</summary>
    public bool IsCurve => Reduction == Reduction.Curve || (Reduction == Reduction.Fit && ShowsValues);

    /// <summary>Whether it gives one number for all seeds of a setting.</summary>
    public bool IsFit => Reduction == Reduction.Fit;

    /// <summary>Its name on an axis.</summary>
    public string Text(Func<string, string> label)
    {
        string columns = string.Join(", ", Columns.Select(label));
        string text = Reduction switch
        {
            Reduction.Fit => ShowsValues ? "fitted value" : "error of the fit",
            Reduction.Last or Reduction.Curve => columns,
            Reduction.Value => $"{columns} at {At}",
            Reduction.Min => $"{columns}, least",
            Reduction.Max => $"{columns}, largest",
            _ => $"{columns}, {Reduction.ToString().ToLowerInvariant()}",
        };
        return Tail == 0 ? text : $"{text} of the last {(Tail < 0 ? $"{-100 * Tail:0.#} %" : $"{Tail:0}")}";
    }

    /// <summary>What tells it from other metrics, whatever order its keys were written in.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{SettingName.Of(Reduction.ToString())} {string.Join('+', Columns)}{(Rows == (int.MinValue, int.MaxValue) ? "" : $" rows {Rows.From}..{Rows.To}")}{(Tail == 0 ? "" : $" tail {Tail}")}{(Smooth == 1 ? "" : $" smooth {Smooth}")}{(Reduction == Reduction.Value ? $" at {At}" : "")}{(Factor == 1 ? "" : $" factor {Factor}")}");

    /// <summary>The metrics that a fit is made of, or itself.</summary>
    public IEnumerable<Metric> Parts => IsFit ? Columns.Select(column => new Metric(Reduction.Last, [column], Place)) : [this];

    /// <summary>The number of one trial; NaN where it diverged.</summary>
    public double Of(ReportTrial trial)
    {
        if (trial.Kept is not null)
            return KeptOf(trial) is [var one] ? one.Value : double.NaN;
        double[] values = [.. Curve(trial).Select(point => point.Value)];
        // A run that diverged has an end, a mean or a sum of its own only by chance: it counts as diverged. The least and the largest until then are what they are.
        bool isWhole = trial.Outcome == TrialOutcome.Finished && values.Length > 0;
        return Reduction switch
        {
            Reduction.Min => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min(),
            Reduction.Max => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max(),
            _ when !isWhole => double.NaN,
            Reduction.First => values[0],
            Reduction.Mean => values.Average(),
            Reduction.Sum => values.Sum(),
            _ => values[^1],
        };
    }

    /// <summary>The curve of one trial.</summary>
    public IReadOnlyList<(int Iteration, double Value)> Curve(ReportTrial trial)
    {
        if (trial.Kept is not null)
            return KeptOf(trial);
        List<(int Iteration, double Value)> all = [];
        foreach (TrialRow row in trial.Rows)
        {
            if (InRow(row) is { } value)
                all.Add((row.Iteration, Factor * value));
        }
        if (all.Count == 0 && trial.Outcome == TrialOutcome.Finished)
            throw Missing(trial);
        List<(int Iteration, double Value)> kept = [.. Smoothed(all).Where(point => point.Iteration >= Rows.From && point.Iteration <= Rows.To && (Reduction != Reduction.Value || point.Iteration == At))];
        if (kept.Count == 0 && trial.Outcome == TrialOutcome.Finished)
            throw Place.Error($"the trial {trial.Identity} has no row of '{string.Join("', '", Columns)}' there; its iterations are {all[0].Iteration} to {all[^1].Iteration}");
        int tail = Tail == 0 ? kept.Count : Tail > 0 ? (int)Tail : (int)Math.Ceiling(-Tail * kept.Count);
        return kept[Math.Max(0, kept.Count - tail)..];
    }

    /// <summary>The fit over the seeds of a setting: columns' last values, means over the seeds.</summary>
    public DataFit FitOf(IReadOnlyList<ReportTrial> seeds) =>
        DataFit.Of([.. Parts.Select(part => SampleSummary.Of(seeds.Select(seed => Factor * part.Of(seed))).Mean)], Data, Form);

    private IReadOnlyList<(int Iteration, double Value)> KeptOf(ReportTrial trial) => trial.Kept!.TryGetValue(Key, out IReadOnlyList<(int Iteration, double Value)>? kept) ? kept
        : throw Place.Error($"the records do not have '{Key}' of trial {trial.Identity}; they have {string.Join(", ", trial.Kept.Keys.Select(key => $"'{key}'"))}. The report has changed since they were written: biolearn experiment export --records writes them anew from the folder of results");

    private double? InRow(TrialRow row)
    {
        double sum = 0;
        foreach (string column in Columns)
        {
            if (row.Find(column) is not { } value)
                return null;
            sum += value;
        }
        return sum / Columns.Count;
    }

    private IEnumerable<(int Iteration, double Value)> Smoothed(List<(int Iteration, double Value)> points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            int from = Math.Max(0, i - Smooth + 1);
            yield return (points[i].Iteration, Smooth == 1 ? points[i].Value : points[from..(i + 1)].Average(point => point.Value));
        }
    }

    private InvalidDataException Missing(ReportTrial trial)
    {
        string[] known = [.. trial.Rows.SelectMany(row => row.Values.Select(value => value.Key)).Distinct()];
        string missing = Columns.FirstOrDefault(column => !known.Contains(column)) ?? Columns[0];
        return Place.Error(known.Contains(missing) ? $"no row has {string.Join(" and ", Columns)} together" : NearestName.Unknown("column", missing, known));
    }
}
