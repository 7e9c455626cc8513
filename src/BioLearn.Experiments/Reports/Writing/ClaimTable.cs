namespace BioLearn.Experiments.Reports;

/// <summary>Claims as rows of tables.</summary>
internal static class ClaimTable
{
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Reproduced => "reproduced",
        Verdict.NotReproduced => "not reproduced",
        Verdict.Reversed => "reversed",
        _ => "not yet run",
    };

    /// <summary>All points of all claims.</summary>
    public static TextTable Of(IEnumerable<ExperimentReport> reports) => new(["experiment", "claim", "at", "published", "ours", "seeds", "difference", "bar", "verdict"],
        [.. reports.SelectMany(report => report.Claims.SelectMany(claim => claim.Points.Count == 0 ? [[report.Results.File, claim.Text, "", "", "", "0", "", claim.Bar, Word(claim.Verdict)]] : claim.Points.Select(point => (IReadOnlyList<string>)
            [report.Results.File, claim.Text, report.Label(point.Label), Published(point), Ours(point), Seeds(point), Difference(point), claim.Bar, Word(point.Verdict)])))]);

    public static string Published(ClaimPoint point) => point.Sides.All(side => double.IsNaN(side.Published)) ? "–" : string.Join(" / ", point.Sides.Select(side => NumberText.Of(side.Published)));

    public static string Ours(ClaimPoint point) => string.Join(" / ", point.Sides.Select(side => NumberText.Of(side.Ours)));

    public static string Seeds(ClaimPoint point)
    {
        string[] counts = [.. point.Sides.Select(side => side.Ours.Missing == 0 ? $"{side.Ours.Count}" : $"{side.Ours.Count} ({side.Ours.Missing} diverged)").Distinct()];
        return string.Join(" / ", counts);
    }

    public static string Difference(ClaimPoint point) => NumberText.Signed(point.Difference);

    /// <summary>The point that a summary shows: where the numbers lie farthest from the published ones; of an ordering where the sides come nearest.</summary>
    public static ClaimPoint? Worst(ClaimResult claim) => claim.Points.FirstOrDefault(point => point.Verdict == claim.Verdict && claim.Points.Count == 1)
        ?? claim.Points.OrderBy(point => point.Verdict == Verdict.Reproduced ? 1 : 0).ThenBy(point => point.Comparisons.Count > 0 ? point.Comparisons.Min(comparison => Low(comparison.Difference)) : -Math.Abs(Low(point.Difference))).FirstOrDefault();

    private static double Low(double value) => double.IsNaN(value) ? 0 : value;
}
