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

    /// <summary>Of a published point that no trial of the grid has.</summary>
    public const string NoSuchPoint = "not yet run: no such point";

    /// <summary>All points of all claims.</summary>
    public static TextTable Of(IEnumerable<ExperimentReport> reports) => new(["experiment", "claim", "at", "published", "ours", "seeds", "difference", "bar", "verdict"],
        [.. reports.SelectMany(report => report.Claims.SelectMany(claim => Rows(report, claim)))]);

    private static IEnumerable<IReadOnlyList<string>> Rows(ExperimentReport report, ClaimResult claim)
    {
        if (claim.Points.Count + claim.Absent.Count == 0)
            return [[report.Results.File, claim.Text, "", "", "", "0", "", claim.Bar, Word(claim.Verdict)]];
        return [
            .. claim.Points.Select(point => (IReadOnlyList<string>)[report.Results.File, claim.Text, report.Label(point.Label), Published(point), Ours(point), Seeds(point), Difference(point), claim.Bar, Word(point.Verdict)]),
            .. claim.Absent.Select(point => (IReadOnlyList<string>)[report.Results.File, claim.Text, report.Label(point), "", "–", "0", "", claim.Bar, NoSuchPoint]),
        ];
    }

    /// <summary>Points that the grid lacks, named; the first few of many.</summary>
    public static string Absent(ClaimResult claim, Func<string, string> label)
    {
        const int Most = 8;
        string rest = claim.Absent.Count > Most ? FormattableString.Invariant($" and {claim.Absent.Count - Most} more") : "";
        return $"{(claim.Along.Length > 0 ? $"{claim.Along} " : "")}{string.Join(", ", claim.Absent.Take(Most).Select(label))}{rest}";
    }

    public static string Published(ClaimPoint point) => point.Sides.All(side => double.IsNaN(side.Published)) ? "–" : string.Join(" / ", point.Sides.Select(side => NumberText.Of(side.Published)));

    public static string Ours(ClaimPoint point) => string.Join(" / ", point.Sides.Select(side => NumberText.Of(side.Ours)));

    public static string Seeds(ClaimPoint point)
    {
        string[] counts = [.. point.Sides.Select(Count).Distinct()];
        return string.Join(" / ", counts);

        // Trials of several settings are no seeds.
        static string Count(ClaimSide side) => (side.Ours.Count + side.Ours.Missing > side.Seeds ? $"{side.Ours.Count} trials of {side.Seeds} seed{(side.Seeds == 1 ? "" : "s")}" : $"{side.Ours.Count}")
            + (side.Ours.Missing == 0 ? "" : $" ({side.Ours.Missing} diverged)");
    }

    public static string Difference(ClaimPoint point) => NumberText.Signed(point.Difference);

    /// <summary>The point that a summary shows: where the numbers lie farthest from the published ones; of an ordering where the sides come nearest.</summary>
    public static ClaimPoint? Worst(ClaimResult claim) => claim.Points.FirstOrDefault(point => point.Verdict == claim.Verdict && claim.Points.Count == 1)
        ?? claim.Points.OrderBy(point => point.Verdict == Verdict.Reproduced ? 1 : 0).ThenBy(point => point.Comparisons.Count > 0 ? point.Comparisons.Min(comparison => Low(comparison.Difference)) : -Math.Abs(Low(point.Difference))).FirstOrDefault();

    private static double Low(double value) => double.IsNaN(value) ? 0 : value;
}
