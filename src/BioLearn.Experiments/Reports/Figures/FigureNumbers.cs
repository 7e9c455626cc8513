using System.Globalization;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>Computes what a figure draws, from the records.</summary>
internal sealed class FigureNumbers
{
    private const int MostPoints = 1000;
    private static readonly string[] Bands = ["sem", "half-sem", "sd", "ci-68", "ci-95", "none"];

    private readonly ExperimentResults _results;
    private readonly FigureSpec _spec;
    private readonly Metric[] _metrics;
    private readonly Metric? _across;
    private readonly IReadOnlyList<string> _series, _panels;
    private readonly ReportTrial[] _trials;
    private readonly string? _x;

    public FigureNumbers(ExperimentResults results, Selection selection, FigureSpec spec)
    {
        (_results, _spec) = (results, spec);
        _metrics = [.. (spec.Metric is GridList list ? list.Items : [spec.Metric]).Select(MetricReader.Read)];
        _series = spec.Series is null ? [] : MetricReader.Names(spec.Series, "settings");
        _panels = spec.Panels is null ? [] : MetricReader.Names(spec.Panels, "settings");
        _across = spec.Kind == FigureKind.Trajectories ? MetricReader.Read(spec.X ?? throw spec.Metric.Place.Error("trajectories need 'x', the metric from left to right")) : null;
        _x = spec.Kind == FigureKind.Trajectories ? spec.Along : spec.X is null ? null : MetricReader.Names(spec.X, "a setting")[0];
        if (!Bands.Contains(spec.Band))
            throw spec.Metric.Place.Error(NearestName.Unknown("band", spec.Band, Bands));
        if (spec.Kind is FigureKind.Points or FigureKind.Bars && _x is null && !_metrics[0].IsCurve)
            throw spec.Metric.Place.Error($"{SettingName.Of(spec.Kind.ToString())} need 'x', a setting, unless the metric is a curve");
        if (spec.Kind == FigureKind.Curves && !_metrics.All(metric => metric.IsCurve))
            throw spec.Metric.Place.Error("curves need a metric such as {curve: test-error}");
        foreach (GridValue setting in new[] { spec.Series, spec.Panels }.OfType<GridValue>())
            Selection.Check(setting, MetricReader.Names(setting, "settings"), results);
        if (_x is not null)
            Selection.Check(spec.X ?? spec.Metric, [_x], results);
        TrialFilter.Check(spec.Where, results);
        _trials = [.. results.Where(spec.Where).Where(trial => spec.Trials == TrialChoice.All || selection.Keeps(trial))];
    }

    public Metric Metric => _metrics[0];

    /// <summary>The metric from left to right, of trajectories.</summary>
    public Metric? Across => _across;

    /// <summary>The setting from left to right; null for iterations.</summary>
    public string? X => _x;

    /// <summary>The settings that panels differ in.</summary>
    public IReadOnlyList<string> PanelSettings => _panels;

    /// <summary>Names of panels, in their order.</summary>
    public IReadOnlyList<string> Panels { get; private set; } = [];

    /// <summary>Names of places, where they are no numbers or where bars stand; null for numbers.</summary>
    public IReadOnlyList<string>? Categories { get; private set; }

    public IReadOnlyList<FigureSeries> Compute()
    {
        Panels = [.. SettingLabel.Ordered(_trials.Select(trial => SettingLabel.Of(trial.Settings, _panels)))];
        List<FigureSeries> all = [];
        foreach (string panel in Panels)
        {
            ReportTrial[] inPanel = [.. _trials.Where(trial => SettingLabel.Of(trial.Settings, _panels) == panel)];
            foreach (string name in SettingLabel.Ordered(inPanel.Select(trial => SettingLabel.Of(trial.Settings, _series))))
            {
                ReportTrial[] own = [.. inPanel.Where(trial => SettingLabel.Of(trial.Settings, _series) == name)];
                foreach (Metric metric in _metrics)
                {
                    string full = _metrics.Length == 1 ? name : string.Join(", ", new[] { name, string.Join(" + ", metric.Columns) }.Where(part => part.Length > 0));
                    all.Add(new(panel, full, false, _spec.Kind switch
                    {
                        FigureKind.Trajectories => Path(own, metric),
                        FigureKind.Cdf => [.. own.Select(trial => metric.Of(trial)).Where(double.IsFinite).Order().Select(value => new FigurePoint("", value, SampleSummary.Of([value]), Interval.None))],
                        _ => Points(own, metric, $"{panel}/{full}"),
                    }));
                }
            }
        }
        all.AddRange(Published(all));
        return Categorized(all);
    }

    private List<FigurePoint> Points(ReportTrial[] trials, Metric metric, string stream)
    {
        SideValues values = SideValues.Of(trials, metric, metric.IsCurve ? null : _x);
        string[] places = [.. SettingLabel.Ordered(values.Points)];
        // A curve of ten thousand episodes is drawn from a thousand of them.
        int every = metric.IsCurve ? Math.Max(1, (places.Length + MostPoints - 1) / MostPoints) : 1;
        return [.. places.Where((_, i) => i % every == 0 || i == places.Length - 1).Select(place => new FigurePoint(
            metric.IsFit && metric.ShowsValues ? metric.Columns[int.Parse(place, CultureInfo.InvariantCulture)] : place,
            SettingLabel.Number(place) ?? double.NaN, values.Summary(place), Band(values.All(place), values.Summary(place), $"{_results.Grid.Name}/{_spec.Name}/{stream}/{place}")) { Values = values.All(place), Seeds = values.Seeds(place) })];
    }

    private List<FigurePoint> Path(ReportTrial[] trials, Metric metric)
    {
        string? along = metric.IsCurve ? null : _x ?? throw _spec.Metric.Place.Error("trajectories of single numbers need 'along', the setting that the points follow");
        SideValues across = SideValues.Of(trials, _across!, along), up = SideValues.Of(trials, metric, along);
        return [.. SettingLabel.Ordered(across.Points.Intersect(up.Points)).Select(place => new FigurePoint(place, across.Summary(place).Mean, up.Summary(place), Band(up.All(place), up.Summary(place), $"{_results.Grid.Name}/{_spec.Name}/{place}")))];
    }

    private Interval Band(IReadOnlyList<double> values, SampleSummary summary, string stream) => _spec.Band switch
    {
        "sem" => Around(summary, summary.StandardError),
        "half-sem" => Around(summary, summary.StandardError / 2),
        "sd" => Around(summary, summary.StandardDeviation),
        "ci-68" => BootstrapInterval.OfMean(values, .68, stream),
        "ci-95" => BootstrapInterval.OfMean(values, .95, stream),
        _ => Interval.None,
    };

    private static Interval Around(SampleSummary summary, double half) => new(summary.Mean - half, summary.Mean + half);

    private IEnumerable<FigureSeries> Published(List<FigureSeries> ours)
    {
        if (_spec.Published is not { } published)
            yield break;
        bool named = ours.Any(series => series.Name.Length > 0);
        foreach (string panel in Panels)
        {
            foreach (GridEntry entry in named ? published.Entries : [new("", published.Place, published)])
            {
                if (named && !ours.Exists(series => series.Name == entry.Key))
                    throw entry.Place.Error(NearestName.Unknown("series", entry.Key, [.. ours.Select(series => series.Name).Distinct()]));
                PublishedValues values = PublishedValues.Read(entry.Value, along: true, sides: 1);
                yield return new(panel, entry.Key, true, [.. values.Points.Select(point => new FigurePoint(point, SettingLabel.Number(point) ?? double.NaN, SampleSummary.Of([values.Of(point)]), Interval.None))]);
            }
        }
    }

    /// <summary>Bars, and points whose places are words, stand at categories.</summary>
    private List<FigureSeries> Categorized(List<FigureSeries> all)
    {
        if (_spec.Kind is not (FigureKind.Points or FigureKind.Bars) || (_spec.Kind == FigureKind.Points && all.SelectMany(series => series.Points).All(point => SettingLabel.Number(point.Label) is not null)))
            return all;
        Categories = [.. SettingLabel.Ordered(all.Where(series => !series.IsPublished).SelectMany(series => series.Points).Select(point => point.Label))];
        return [.. all.Select(series => series with { Points = [.. series.Points.Where(point => Categories.Contains(point.Label)).Select(point => point with { X = Categories.ToList().IndexOf(point.Label) })] })];
    }
}
