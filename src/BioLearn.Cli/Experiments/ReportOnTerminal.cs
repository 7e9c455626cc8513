using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Reports;
using Spectre.Console;

namespace BioLearn.Cli.Experiments;

/// <summary>Makes a report, and tells its verdicts.</summary>
internal sealed class ReportOnTerminal(IAnsiConsole console, CancellationToken cancellation)
{
    /// <summary>The folder of a report within that of the results.</summary>
    public const string Folder = "report";

    /// <param name="choices">The grids that it is about.</param>
    /// <param name="path">Where it is written.</param>
    public void Write(IReadOnlyList<GridChoice> choices, string path)
    {
        using OutputFolder folder = OutputFolder.Take("--out", path, ReportWriter.Page);
        ExperimentReport[] reports = [.. choices.Select(choice => new ExperimentReport(ExperimentResults.Read(choice.Experiment, choice.Folder, Command(choice), cancellation)))];
        string page = ReportWriter.Write(folder.Path, reports, DateTimeOffset.UtcNow);
        ClaimResult[] claims = [.. reports.SelectMany(report => report.Claims)];
        foreach (ClaimResult claim in claims)
            console.MarkupLine($"{Verdict(claim)} {Printable.Escape(claim.Text)}{(claim.Absent.Count == 0 ? "" : $" [grey]no such point: {Printable.Escape(Absent(claim))}[/]")}");
        foreach (ExperimentReport report in reports)
            LackingText.Tell(console, report.Results.File, report.Results.Missing.Count, report.Results.Missing.Count + report.Results.Trials.Count, report.Results.Damaged);
        console.MarkupLine($"{claims.Length} claims, {reports.Sum(report => report.Figures.Count)} figures: [link]{Printable.Escape(Path.GetFullPath(page))}[/]");
    }

    private const int MostPoints = 8;

    private static string Absent(ClaimResult claim) => $"{claim.Along} {string.Join(", ", claim.Absent.Take(MostPoints))}{(claim.Absent.Count > MostPoints ? $" and {claim.Absent.Count - MostPoints} more" : "")}";

    private static string Verdict(ClaimResult claim) => claim.Verdict switch
    {
        BioLearn.Experiments.Reports.Verdict.Reproduced => "[green]reproduced    [/]",
        BioLearn.Experiments.Reports.Verdict.NotReproduced => "[yellow]not reproduced[/]",
        BioLearn.Experiments.Reports.Verdict.Reversed => "[red]reversed      [/]",
        _ => "[grey]not yet run   [/]",
    };

    /// <summary>What runs the grid: the bundled one of its name, or the copy in the folder, which is whole.</summary>
    private static string Command(GridChoice choice)
    {
        string file = choice.BundledName() ?? Path.GetRelativePath(Environment.CurrentDirectory, choice.File);
        string folder = Path.GetRelativePath(Environment.CurrentDirectory, choice.Folder.Path);
        return folder == GridChoice.DefaultFolder(choice.Experiment) ? $"biolearn experiment run {file}" : $"biolearn experiment run {file} --out {folder}";
    }
}
