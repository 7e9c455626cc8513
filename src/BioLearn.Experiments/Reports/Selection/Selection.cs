using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>What one entry of <c>select</c> chose.</summary>
/// <param name="Spec">The entry.</param>
/// <param name="Metric">What it was chosen on.</param>
/// <param name="Over">The settings that were chosen.</param>
/// <param name="By">The settings for which.</param>
/// <param name="Choices">Group and setting, as texts.</param>
internal sealed record SelectionResult(SelectSpec Spec, Metric Metric, IReadOnlyList<string> Over, IReadOnlyList<string> By, IReadOnlyList<BestSetting<string, string>> Choices);

/// <summary>Chooses each rule's best setting: the trials that claims and figures speak of.</summary>
internal sealed class Selection
{
    private readonly HashSet<ReportTrial> _kept;

    public Selection(ExperimentResults results, IReadOnlyList<SelectSpec> specs)
    {
        _kept = [.. results.Trials];
        List<SelectionResult> done = [];
        foreach (SelectSpec spec in specs)
        {
            Metric metric = MetricReader.Read(spec.Metric);
            if (metric.IsCurve)
                throw spec.Metric.Place.Error("a setting is chosen on a number, not on a curve: min, mean, last or another");
            IReadOnlyList<string> over = MetricReader.Names(spec.Over, "settings"), by = spec.By is null ? [] : MetricReader.Names(spec.By, "settings");
            TrialFilter.Check(spec.Where, results);
            ReportTrial[] trials = [.. results.Where(spec.Where)];
            Check(spec.Over, over, results);
            if (spec.By is not null)
                Check(spec.By, by, results);
            var choices = BestSetting.Choose(trials, trial => SettingLabel.Of(trial.Settings, by), trial => SettingLabel.Of(trial.Settings, over), seeds => Score(metric, seeds), spec.Best == SelectSense.Min);
            _kept.ExceptWith(trials);
            _kept.UnionWith(choices.SelectMany(choice => choice.Rows).Select(row => trials[row]));
            done.Add(new(spec, metric, over, by, choices));
        }
        Results = done;
    }

    public IReadOnlyList<SelectionResult> Results { get; }

    public bool Keeps(ReportTrial trial) => _kept.Contains(trial);

    private static double Score(Metric metric, IReadOnlyList<ReportTrial> seeds) => metric.IsFit ? metric.FitOf(seeds).Error : SampleSummary.Of(seeds.Select(metric.Of)).Mean;

    /// <summary>A setting that no trial has is a mistake of writing.</summary>
    public static void Check(GridValue place, IReadOnlyList<string> paths, ExperimentResults results)
    {
        IReadOnlyList<GridMap> all = results.Settings;
        foreach (string path in paths)
        {
            if (!all.Any(settings => new GridPath(path.Split('.')).In(settings) is not null))
                throw place.Place.Error(NearestName.Unknown("setting", path, [.. all.SelectMany(settings => settings.Entries).Select(entry => entry.Key).Distinct()]));
        }
    }
}
