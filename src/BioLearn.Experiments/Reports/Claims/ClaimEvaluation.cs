using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>Sets our numbers beside a claim's.</summary>
internal sealed class ClaimEvaluation(ExperimentResults results, Selection selection, Func<string, string> label)
{
    private const string Iteration = "iteration";

    public ClaimResult Evaluate(ClaimSpec spec, string? firstFigure)
    {
        Metric metric = MetricReader.Read(spec.Metric);
        ClaimBar bar = ClaimBar.Of(spec);
        GridMap[] sides = spec.Ascending ?? [new GridMap(spec.Metric.Place, [])];
        string? along = metric.IsCurve ? spec.Along ?? Iteration : spec.Along;
        if (metric.IsCurve && along != Iteration)
            throw spec.Metric.Place.Error($"a curve goes along the iteration, not along '{along}'");
        if (along is not null && !metric.IsCurve)
            Selection.Check(spec.Metric, [along], results);
        TrialFilter.Check(spec.Where, results);
        foreach (GridMap side in spec.Ascending ?? [])
            TrialFilter.Check(side, results);
        ReportTrial[][] all = [.. sides.Select(side => results.Where(spec.Where).Where(trial => GridMatch.Fits(trial.Settings, side)).ToArray())];
        ReportTrial[][] chosen = [.. all.Select(trials => trials.Where(trial => spec.Trials == TrialChoice.All || selection.Keeps(trial)).ToArray())];
        int missing = results.Missing.Count(settings => (spec.Where is null || GridMatch.Fits(settings, spec.Where)) && sides.Any(side => GridMatch.Fits(settings, side)));
        if (missing == 0 && chosen.FirstOrDefault(trials => trials.Length == 0) is not null)
            throw (spec.Where ?? spec.Metric).Place.Error($"the claim '{spec.Claim}' speaks of no trial of the grid: 'where' or 'ascending' fit none");

        SideValues[] values = [.. chosen.Select(trials => SideValues.Of(trials, metric, along))];
        PublishedValues published = PublishedValues.Read(spec.Published, along is not null, sides.Length, metric.IsCurve ? values[0].First : null);
        Func<string, double> deviation = PublishedValues.Spread(spec.PublishedSd), count = PublishedValues.Spread(spec.PublishedSeeds);
        string[] names = spec.Ascending is null ? [""] : [.. sides.Select(Name)];
        List<ClaimPoint> points = [];
        foreach (string point in published.Points.Count > 0 ? published.Points : SettingLabel.Ordered(values.SelectMany(side => side.Points)))
        {
            ClaimSide[] own = [.. values.Select((side, i) => new ClaimSide(names[i], published.Of(point, i), deviation(point) / Math.Sqrt(count(point)), side.Summary(point)) { Values = side.All(point), Seeds = side.Seeds(point) })];
            PairedComparison[] comparisons = [.. Enumerable.Range(1, sides.Length - 1).Select(i => values[i].MinusPaired(values[i - 1], point))];
            points.Add(new(point, own, comparisons, own.Any(side => side.Ours.Count + side.Ours.Missing == 0) ? Verdict.NotYetRun : bar.Judge(own, comparisons)));
        }
        // A grid that lacks a published point does not make the claim false, but leaves it open.
        string[] absent = [.. points.Where(point => missing == 0 && point.Verdict == Verdict.NotYetRun).Select(point => point.Label)];
        points.RemoveAll(point => absent.Contains(point.Label));
        return new(spec.Claim, spec.Source ?? "", bar.Text, metric.Text(label), along is null ? "" : label(along), points, absent, Overall(points, absent.Length > 0, missing), points.SelectMany(point => point.Sides).Select(side => Math.Min(side.Seeds, side.Ours.Count)).DefaultIfEmpty(0).Min(), missing,
            all.SelectMany(trials => trials).Distinct().Sum(trial => trial.CpuSeconds), spec.Figure ?? firstFigure, spec.Note);
    }

    private string Name(GridMap side) => string.Join(", ", side.Entries.Select(entry => label(SettingLabel.Of(entry.Value))));

    private static Verdict Overall(List<ClaimPoint> points, bool lacksPoints, int missing)
        => missing > 0 || points.Count == 0 ? Verdict.NotYetRun
        : points.Exists(point => point.Verdict == Verdict.Reversed) ? Verdict.Reversed
        : !points.TrueForAll(point => point.Verdict == Verdict.Reproduced) ? Verdict.NotReproduced
        : lacksPoints ? Verdict.NotYetRun : Verdict.Reproduced;
}
