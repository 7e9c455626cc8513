using System.Globalization;
using System.Text;

namespace BioLearn.Experiments.Reports;

/// <summary>What a page says of one grid: how it was run, its claims, the tables that no claim shows, how settings were chosen, its notes.</summary>
internal static class ResultsBlock
{
    private const int MostPoints = 10, MostSeeds = 6, MostSeedsOfMany = 3;

    public static string Of(ExperimentReport report)
    {
        StringBuilder text = new("\n");
        text.Append(Head(report)).Append("\n\n");
        if (report.Claims.Count > 0)
            text.Append(Claims(report).Markdown()).Append('\n');
        HashSet<string> shown = [.. report.Claims.Select(claim => claim.Figure).OfType<string>()];
        foreach (FigureResult figure in report.Figures.Where(figure => figure.HasTable && !(shown.Contains(figure.Name) && report.Claims.Where(claim => claim.Figure == figure.Name).All(claim => claim.Points.Count > 1))))
            text.Append(CultureInfo.InvariantCulture, $"{figure.Title}:\n\n").Append(figure.Table(report.Label, MostSeedsOfMany).Markdown()).Append('\n');
        // How settings were chosen, and on which rows, is a part of what a figure says.
        IEnumerable<string> choices = report.Selected.Where(selected => selected.Choices.Any(choice => choice.Tried.Count > 1)).Select(selected => selected.Spec.Note).OfType<string>();
        string[] notes = [.. choices.Concat(report.Notes).Concat(report.Claims.Select(claim => claim.Note).OfType<string>()).Distinct()];
        return text.AppendJoin("\n\n", notes).Append(notes.Length > 0 ? "\n\n" : "").ToString();
    }

    private static string Head(ExperimentReport report)
    {
        ExperimentResults results = report.Results;
        int diverged = results.Trials.Count(trial => trial.Outcome == TrialOutcome.Diverged);
        string[] seeds = [.. results.Grid.Seeds];
        return string.Join("; ", new[]
        {
            $"`{results.Command}`",
            $"{Count(results.Trials.Count, "trial")}{(diverged > 0 ? $", {diverged} of them diverged" : "")}{(results.Missing.Count > 0 ? $", {results.Missing.Count} more not run" : "")}",
            seeds.Length == 1 ? "one seed" : $"seeds {seeds[0]} to {seeds[^1]}",
            $"{NumberText.Time(results.Trials.Sum(trial => trial.CpuSeconds))} of CPU",
            results.Days is { } days ? Text(days) : "",
            MachineText.Of(results.Machines),
        }.Where(part => part.Length > 0)) + ".";
    }

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");

    private static string Text((DateOnly First, DateOnly Last) days)
    {
        string last = days.Last.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        return days.First == days.Last ? last : $"{days.First.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)} to {last}";
    }

    private static TextTable Claims(ExperimentReport report) => new(["claim", "at", "published", "ours", "seeds", "verdict"], [.. report.Claims.SelectMany(claim => Rows(claim, report))]);

    private static IEnumerable<IReadOnlyList<string>> Rows(ClaimResult claim, ExperimentReport report)
    {
        string text = claim.Source.Length > 0 ? $"{claim.Text} ({claim.Source})" : claim.Text;
        IReadOnlyList<string>[] absent = claim.Absent.Count == 0 ? [] : [["", ClaimTable.Absent(claim, report.Label), "", "–", "0", ClaimTable.NoSuchPoint]];
        if (claim.Points.Count == 0)
            return [[text, "", "–", "–", "0", ClaimTable.Word(claim.Verdict)], .. absent];
        if (claim.Points.Count <= MostPoints)
            return claim.Points.Select((point, i) => Row(i == 0 ? text : "", report.Label(point.Label), point, $"{ClaimTable.Word(point.Verdict)}, {claim.Bar}", claim.Points.Count > 2)).Concat(absent);
        ClaimPoint worst = ClaimTable.Worst(claim)!;
        int right = claim.Points.Count(point => point.Verdict == Verdict.Reproduced);
        return [Row(text, $"{report.Label(worst.Label)}, the farthest of {claim.Points.Count}", worst, $"{right} of {claim.Points.Count} {ClaimTable.Word(Verdict.Reproduced)}, {claim.Bar}", many: true), .. absent];
    }

    private static IReadOnlyList<string> Row(string text, string at, ClaimPoint point, string verdict, bool many) =>
        [text, at, ClaimTable.Published(point), string.Join(" / ", point.Sides.Select(side => NumberText.Of(side.Ours, side.Values, many ? MostSeedsOfMany : MostSeeds))), ClaimTable.Seeds(point), verdict];
}
