using System.Globalization;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>What the page's template shows.</summary>
internal static class ReportPage
{
    private static readonly Verdict[] Verdicts = [Verdict.Reproduced, Verdict.NotReproduced, Verdict.Reversed, Verdict.NotYetRun];

    public static IEnumerable<(string Name, object Value)> Values(IReadOnlyList<ExperimentReport> reports, DateTimeOffset made)
    {
        ClaimResult[] claims = [.. reports.SelectMany(report => report.Claims)];
        yield return ("title", reports.Count == 1 ? reports[0].Title : "Experiments");
        yield return ("made", made.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        yield return ("counts", Verdicts.Select(verdict => Row(("word", ClaimTable.Word(verdict)), ("class", Class(verdict)), ("count", claims.Count(claim => claim.Verdict == verdict)))).ToArray());
        yield return ("cost", NumberText.Time(reports.Sum(report => report.Results.Trials.Sum(trial => trial.CpuSeconds))));
        yield return ("trials", reports.Sum(report => report.Results.Trials.Count).ToString("N0", CultureInfo.InvariantCulture));
        yield return ("several", reports.Count > 1);
        yield return ("experiments", reports.Select((report, i) => Experiment(report, i)).ToArray());
    }

    private static Dictionary<string, object?> Experiment(ExperimentReport report, int number)
    {
        ExperimentResults results = report.Results;
        var claims = report.Claims.Select((claim, i) => Claim(claim, report, $"e{number}c{i}")).ToArray();
        HashSet<string> shown = [.. report.Claims.Select(claim => claim.Figure).OfType<string>()];
        return Row(
            ("id", $"e{number}"), ("name", $"{results.Grid.Name}, {results.File}"), ("title", report.Title), ("summary", results.Grid.Summary == report.Title ? "" : results.Grid.Summary),
            ("claims", claims), ("rows", Math.Max(1, claims.Length)),
            ("figures", report.Figures.Where(figure => !shown.Contains(figure.Name)).Select(figure => Figure(figure, report)).ToArray()),
            ("choices", report.Selected.Where(selected => selected.Choices.Any(choice => choice.Tried.Count > 1)).Select(selected => Selected(selected, report)).ToArray()),
            ("notes", report.Notes.ToArray()), ("flags", report.Flags.Select(flag => Row(("name", flag.Name), ("values", flag.Values))).ToArray()),
            ("command", results.Command), ("done", results.Trials.Count.ToString("N0", CultureInfo.InvariantCulture)), ("total", (results.Trials.Count + results.Missing.Count).ToString("N0", CultureInfo.InvariantCulture)), ("missing", results.Missing.Count),
            ("seeds", string.Join(", ", results.Grid.Seeds.Count > 12 ? [.. results.Grid.Seeds.Take(12), "…"] : results.Grid.Seeds)), ("seed_count", results.Grid.Seeds.Count),
            ("cost", NumberText.Time(results.Trials.Sum(trial => trial.CpuSeconds))), ("machines", results.Machines.Select(MachineText.Of).Distinct().ToArray()));
    }

    private static Dictionary<string, object?> Claim(ClaimResult claim, ExperimentReport report, string id)
    {
        ClaimPoint? worst = ClaimTable.Worst(claim);
        bool compares = claim.Points.Any(point => point.Comparisons.Count > 0);
        FigureResult? figure = report.Figures.FirstOrDefault(one => one.Name == claim.Figure);
        string at = worst is { Label.Length: > 0 } && claim.Points.Count > 1 ? $"{claim.Along} {report.Label(worst.Label)}, {(compares ? "where they come nearest" : "the farthest")}" : "";
        int right = claim.Points.Count(point => point.Verdict == Verdict.Reproduced);
        return Row(
            ("id", id), ("text", claim.Text), ("source", claim.Source), ("bar", claim.Bar), ("metric", claim.Metric), ("verdict", claim.Absent.Count > 0 && claim.Verdict == Verdict.NotYetRun ? ClaimTable.NoSuchPoint : ClaimTable.Word(claim.Verdict)), ("class", Class(claim.Verdict)),
            ("at", at), ("published", worst is null ? "–" : ClaimTable.Published(worst)), ("ours", worst is null ? "–" : ClaimTable.Ours(worst)), ("difference", worst is null ? "–" : ClaimTable.Difference(worst)),
            ("share", claim.Points.Count + claim.Absent.Count > 1 ? $"{right} of {claim.Points.Count + claim.Absent.Count}" : ""), ("seeds", worst is null ? "0" : ClaimTable.Seeds(worst)), ("missing", claim.Missing), ("note", claim.Note), ("absent", claim.Absent.Count == 0 ? "" : ClaimTable.Absent(claim, report.Label)),
            ("cost", NumberText.Time(claim.CpuSeconds)), ("command", report.Results.Command), ("along", claim.Along), ("compares", compares),
            ("step", claim.Points.Count > 0 && claim.Points[0].Sides is [var first, var second] ? $"{second.Name} − {first.Name}" : "each − the one before"),
            ("sides", claim.Points.Count == 0 ? [] : claim.Points[0].Sides.Select(side => side.Name).ToArray()),
            ("points", claim.Points.Select(point => Point(point, report)).ToArray()), ("figure", figure is null ? null : Figure(figure, report)));
    }

    private static Dictionary<string, object?> Point(ClaimPoint point, ExperimentReport report) => Row(
        ("label", report.Label(point.Label)), ("verdict", ClaimTable.Word(point.Verdict)), ("class", Class(point.Verdict)), ("published", ClaimTable.Published(point)), ("ours", ClaimTable.Ours(point)), ("seeds", ClaimTable.Seeds(point)),
        ("difference", ClaimTable.Difference(point)), ("sides", point.Sides.Select(side => Row(("ours", NumberText.Of(side.Ours)), ("published", NumberText.Of(side.Published)), ("has", double.IsFinite(side.Published)))).ToArray()),
        ("interval", string.Join("; ", point.Comparisons.Select(comparison => NumberText.Of(comparison.Interval)))), ("t", string.Join("; ", point.Comparisons.Select(comparison => double.IsNaN(comparison.T) ? "–" : $"{NumberText.Of(comparison.T)} (p {NumberText.P(comparison.StudentP)})"))),
        ("flips", string.Join("; ", point.Comparisons.Select(comparison => NumberText.P(comparison.SignFlipP)))));

    private static Dictionary<string, object?> Selected(SelectionResult selected, ExperimentReport report) => Row(
        ("note", selected.Spec.Note), ("over", string.Join(", ", selected.Over.Select(report.Label))), ("by", string.Join(", ", selected.By.Select(report.Label))), ("metric", selected.Metric.Text(report.Label)), ("best", selected.Spec.Best == SelectSense.Min ? "least" : "largest"),
        ("choices", selected.Choices.Select(choice => Row(("group", string.Join(", ", choice.Group.Split(", ").Select(report.Label))), ("setting", choice.Settings.Count == 0 ? "none: all diverged" : string.Join(" and ", choice.Settings)), ("score", NumberText.Of(choice.Score)), ("tried", choice.Tried.Count))).ToArray()));

    private static Dictionary<string, object?> Figure(FigureResult figure, ExperimentReport report) => Row(
        ("svg", figure.Picture.ToSvg()), ("title", figure.Title), ("band", figure.Band), ("files", $"{ReportWriter.Slug(report)}/{figure.Name}"));

    private static string Class(Verdict verdict) => verdict switch
    {
        Verdict.Reproduced => "yes",
        Verdict.NotReproduced => "no",
        Verdict.Reversed => "turned",
        _ => "open",
    };

    private static Dictionary<string, object?> Row(params (string Name, object? Value)[] values) => values.ToDictionary(pair => pair.Name, pair => pair.Value);
}
