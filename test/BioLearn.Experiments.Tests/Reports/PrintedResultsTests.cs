using System.Globalization;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

/// <summary>
/// What docs/results.md prints is what docs/records hold; what those hold are trials of the grid files of today; and those that cost little and need no data come out again.
/// </summary>
public sealed class PrintedResultsTests : IDisposable
{
    private const double MostSeconds = .6;
    private const int MostTrials = 3;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kept => [.. Grids()];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_is_printed_from_the_records()
    {
        string page = File.ReadAllText(RepositoryFiles.Find("docs/results.md")).ReplaceLineEndings("\n");
        string printed = ResultsPage.Print(page, grid => new ExperimentReport(Read(grid)));
        Assert.True(page == printed, $"biolearn experiment print docs/results.md prints another page, from line {page.Split('\n').Zip(printed.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1} on");
    }

    [Fact]
    public void Page_shows_all_records() => Assert.Equal(Grids().Order(StringComparer.Ordinal), ResultsPage.Grids(File.ReadAllText(RepositoryFiles.Find("docs/results.md"))).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kept))]
    public void Cheap_trials_come_out_again(string grid)
    {
        ExperimentResults kept = Read(grid);
        ReportTrial[] cheap = [.. kept.Trials.Where(trial => trial.CpuSeconds < MostSeconds)];
        if (cheap.Length == 0 || kept.Grid.Needs.Values.Any(rows => rows > 0))
            return; // the whole set is not here; what its trials are has been compared by reading
        Experiment experiment = Experiment.Read(GridFileOf(grid), folders: new Dictionary<string, string> { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") });
        ReportTrial[] chosen = [.. Enumerable.Range(0, MostTrials).Select(i => cheap[i * (cheap.Length - 1) / (MostTrials - 1)]).DistinctBy(trial => trial.Identity)];
        ResultsFolder results = new(Path.Combine(_folder.Path, "results"));
        Assert.Equal(0, new LocalRun(experiment, results, new() { Workers = 2 }).Run([.. experiment.Trials.Where(trial => chosen.Any(one => one.Identity == trial.Identity))]).Failed);
        Metric[] metrics = KeptMetrics.Of(experiment.Grid);
        foreach (ReportTrial again in ExperimentResults.Read(experiment, results, "").Trials)
        {
            ReportTrial before = chosen.Single(trial => trial.Identity == again.Identity);
            Assert.Equal(before.Outcome, again.Outcome);
            foreach (Metric metric in metrics)
            {
                double[] then = Numbers(metric, before), now = Numbers(metric, again);
                Assert.Equal(then.Length, now.Length);
                Assert.All(then.Zip(now), pair => Assert.True(Near(pair.First, pair.Second), string.Create(CultureInfo.InvariantCulture, $"{grid}, trial {again.Identity}, {metric.Key}: {pair.First} is kept, {pair.Second} comes out")));
            }
        }
    }

    private static bool Near(double then, double now) => (double.IsNaN(then) && double.IsNaN(now)) || then == now || Math.Abs(then - now) <= .001 + (.02 * Math.Abs(then));

    private static double[] Numbers(Metric metric, ReportTrial trial) => metric.IsCurve ? [.. metric.Curve(trial).Select(point => point.Value)] : [metric.Of(trial)];

    private static ExperimentResults Read(string grid)
    {
        GridFile file = GridFile.Read(GridFileOf(grid));
        return KeptRecords.Read(Path.Combine(RepositoryFiles.Find("docs/records"), $"{grid}{KeptRecords.Extension}"), file, KeptRecords.Command(grid, file));
    }

    private static string GridFileOf(string grid) => Path.Combine(RepositoryFiles.Find("experiments"), $"{grid}.yaml");

    private static IEnumerable<string> Grids()
    {
        string root = RepositoryFiles.Find("docs/records");
        return Directory.EnumerateFiles(root, $"*{KeptRecords.Extension}", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')[..^KeptRecords.Extension.Length]);
    }
}
