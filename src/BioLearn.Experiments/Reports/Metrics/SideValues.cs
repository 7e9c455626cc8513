using System.Globalization;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>Values of a metric by point (a setting's value, an iteration) and seed: of a side of a claim, of a series of a figure.</summary>
internal sealed class SideValues
{
    private readonly Dictionary<string, Dictionary<string, List<double>>> _values = [];
    private readonly Dictionary<string, (int Trials, int Seeds)> _fitted = [];

    public IEnumerable<string> Points => _values.Keys;

    /// <summary>The first iteration of a curve.</summary>
    public int? First { get; private set; }

    public static SideValues Of(IReadOnlyList<ReportTrial> trials, Metric metric, string? along)
    {
        SideValues side = new();
        if (metric.IsFit)
        {
            side.Fit(trials, metric, along);
            return side;
        }
        foreach (ReportTrial trial in trials)
        {
            if (!metric.IsCurve)
            {
                side.Add(along is null ? "" : SettingLabel.Of(trial.Settings, along), trial.Seed, metric.Of(trial));
                continue;
            }
            foreach ((int iteration, double value) in metric.Curve(trial))
            {
                side.First ??= iteration;
                side.Add(iteration.ToString(CultureInfo.InvariantCulture), trial.Seed, value);
            }
        }
        return side;
    }

    public SampleSummary Summary(string point)
    {
        if (!_values.TryGetValue(point, out var seeds))
            return SampleSummary.Of([]);
        return _fitted.TryGetValue(point, out (int Trials, int Seeds) of) ? new(of.Trials, 0, seeds[""][0], double.NaN, double.NaN) : SampleSummary.Of(seeds.Values.SelectMany(values => values));
    }

    /// <summary>Values of all seeds; none of a fit.</summary>
    public IReadOnlyList<double> All(string point) => _fitted.ContainsKey(point) || !_values.TryGetValue(point, out var seeds) ? [] : [.. seeds.Values.SelectMany(values => values)];

    /// <summary>How many seeds the values of a point are of.</summary>
    public int Seeds(string point) => _fitted.TryGetValue(point, out (int Trials, int Seeds) of) ? of.Seeds : _values.TryGetValue(point, out var seeds) ? seeds.Count : 0;

    /// <summary>This side minus another, seed by seed; the trials of a seed, which differ in tied settings, count as their mean.</summary>
    public PairedComparison MinusPaired(SideValues other, string point)
    {
        if (!_values.TryGetValue(point, out var own) || !other._values.TryGetValue(point, out var others))
            return PairedComparison.Of([], []);
        string[] seeds = [.. own.Keys.Where(others.ContainsKey)];
        return PairedComparison.Of([.. seeds.Select(seed => own[seed].Average())], [.. seeds.Select(seed => others[seed].Average())]);
    }

    private void Fit(IReadOnlyList<ReportTrial> trials, Metric metric, string? along)
    {
        if (metric.ShowsValues)
        {
            First = 0;
            IReadOnlyList<double> fitted = trials.Count == 0 ? [] : metric.FitOf(trials).Fitted;
            for (int i = 0; i < fitted.Count; i++)
                AddFit(i.ToString(CultureInfo.InvariantCulture), fitted[i], trials);
            return;
        }
        foreach (var group in trials.GroupBy(trial => along is null ? "" : SettingLabel.Of(trial.Settings, along)))
            AddFit(group.Key, metric.FitOf([.. group]).Error, [.. group]);
    }

    private void AddFit(string point, double value, IReadOnlyList<ReportTrial> trials)
    {
        Add(point, "", value);
        _fitted[point] = (trials.Count, trials.Select(trial => trial.Seed).Distinct().Count());
    }

    private void Add(string point, string seed, double value)
    {
        if (!_values.TryGetValue(point, out var seeds))
            _values.Add(point, seeds = []);
        if (!seeds.TryGetValue(seed, out List<double>? values))
            seeds.Add(seed, values = []);
        values.Add(value);
    }
}
