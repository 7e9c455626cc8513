using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

/// <summary>Records as a repository keeps them: small, and enough to print claims and tables again.</summary>
public sealed class KeptRecordsTests : IDisposable
{
    private const string Rest = """
        select: {over: rate, by: [rule, depth], metric: {mean: error}}
        report:
          notes: [A note.]
          claims:
            - {claim: Deeper nets err more, metric: {last: error}, where: {rule: backpropagation}, along: depth, published: {2: .3, 8: .5}, within: .2, source: Fig. 1}
            - {claim: Backpropagation errs less, metric: {mean: error, rows: 2..}, where: {depth: 2}, ascending: [{rule: backpropagation}, {rule: predictive-coding}]}
            - {claim: It learns, metric: {curve: error}, where: {rule: backpropagation, depth: 2}, published: {1: .4, 3: .2}, within: .2}
          figures:
            - {name: depth, kind: points, metric: {min: error}, x: depth, series: rule, title: Least error}
            - {name: drawn, kind: curves, metric: {curve: loss}, series: rule}
        """;

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "deep.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_print_what_the_rows_print()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest);
        KeptRecords.Write(File, experiment, results);
        ExperimentResults kept = KeptRecords.Read(File, experiment.Grid, "biolearn experiment run made.yaml", Catalog());
        Assert.Equal(results.Trials.Select(trial => (trial.Identity, trial.Seed, trial.Outcome)), kept.Trials.Select(trial => (trial.Identity, trial.Seed, trial.Outcome)));
        Assert.True(kept.AreKept);
        Assert.Equal(Claims(results), Claims(kept));
        // The curve of losses is drawn, not printed, and not kept.
        Assert.Equal("depth", Assert.Single(new ExperimentReport(kept).Figures).Name);
        Assert.DoesNotContain("loss", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_that_are_not_in_the_file_are_missing()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest, trial => trial.Seed != "2");
        KeptRecords.Write(File, experiment, results);
        ExperimentResults kept = KeptRecords.Read(File, experiment.Grid, "", Catalog());
        Assert.Equal((16, 8), (kept.Trials.Count, kept.Missing.Count));
        Assert.Contains(", 8 more not run", ResultsPage.Print("<!-- records: made/deep -->\n<!-- end -->", _ => new ExperimentReport(kept)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 1", "version: 2")]
    [InlineData("rate: {grid: [0.1, 1e-3]}", "rate: {grid: [0.1, 1e-4]}")]
    public void Trial_that_the_grid_no_longer_has_is_refused(string before, string after)
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest);
        KeptRecords.Write(File, experiment, results);
        var error = Assert.Throws<InvalidDataException>(() => KeptRecords.Read(File, GridFile.Parse(MadeResults.Grid(Rest).Replace(before, after, StringComparison.Ordinal), "made.yaml"), "", Catalog()));
        Assert.Contains("are no trials of made.yaml: its settings or its version have changed since", error.Message, StringComparison.Ordinal);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_that_has_changed_since_is_refused()
    {
        string rest = Rest, without = MadeResults.Grid(rest).Replace("  rate: {grid: [0.1, 1e-3]}\n", "", StringComparison.Ordinal).Replace("select: {over: rate, by: [rule, depth], metric: {mean: error}}", "", StringComparison.Ordinal);
        Experiment experiment = new(GridFile.Parse(without, "made.yaml"), Catalog());
        KeptRecords.Write(File, experiment, new(experiment.Grid, [.. experiment.Trials.Select(trial => new ReportTrial(trial.Identity, trial.Settings, trial.Seed, TrialOutcome.Finished, [.. Enumerable.Range(1, 3).Select(i => new TrialRow(i, [new("error", .5)]))], 1))], [], "", []));
        Assert.Empty(KeptRecords.Read(File, experiment.Grid, "", Catalog()).Missing);
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("# default rate 0\n", "# default rate 0.1\n", StringComparison.Ordinal));
        Assert.Contains("the default of rate was 0.1 when the records in", Assert.Throws<InvalidDataException>(() => KeptRecords.Read(File, experiment.Grid, "", Catalog())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_that_asks_for_more_than_was_kept_is_refused()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest);
        KeptRecords.Write(File, experiment, results);
        ExperimentResults kept = KeptRecords.Read(File, GridFile.Parse(MadeResults.Grid(Rest).Replace("{min: error}", "{max: error}", StringComparison.Ordinal), "made.yaml"), "", Catalog());
        var error = Assert.Throws<InvalidDataException>(() => new ExperimentReport(kept));
        Assert.Contains("the records do not have 'max error'", error.Message, StringComparison.Ordinal);
        Assert.Contains("made.yaml", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "expected the columns trial, outcome, cpu-seconds")]
    [InlineData("# data fashion-mnist 00ff\na,b\n", "line 2: expected the columns")]
    [InlineData("trial,outcome,cpu-seconds,last error\n0011223344556677,finished,1\n", "line 2: 3 cells; expected 4")]
    [InlineData("trial,outcome,cpu-seconds\n0011223344556677,finished,1\n0011223344556677,finished,1\n", "line 3: the trial 0011223344556677 stands twice")]
    public void Damaged_file_is_refused_by_name_and_line(string text, string expected)
    {
        System.IO.File.WriteAllText(File, text);
        var error = Assert.Throws<InvalidDataException>(() => KeptRecords.Read(File, GridFile.Parse(MadeResults.Grid(Rest), "made.yaml"), "", Catalog()));
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Number_that_is_none_is_named_by_file_line_and_column()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest);
        KeptRecords.Write(File, experiment, results);
        string[] lines = System.IO.File.ReadAllLines(File);
        int line = Array.FindIndex(lines, one => one.StartsWith(results.Trials[1].Identity, StringComparison.Ordinal));
        string[] cells = lines[line].Split(',');
        cells[3] = "abc666667";
        lines[line] = string.Join(',', cells);
        System.IO.File.WriteAllLines(File, lines);
        var error = Assert.Throws<InvalidDataException>(() => KeptRecords.Read(File, experiment.Grid, "", Catalog()));
        Assert.Equal($"{File}, line {line + 1}, column '{lines[line - 2].Split(',')[3]}': 'abc666667' is no number: the file is damaged", error.Message);
    }

    [Fact]
    public void Data_whose_checksum_is_another_may_be_why_trials_are_strangers()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest);
        KeptRecords.Write(File, experiment, results);
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("trial,outcome", "# data iris 00ff\ntrial,outcome", StringComparison.Ordinal));
        var error = Assert.Throws<InvalidDataException>(() => KeptRecords.Read(File, GridFile.Parse(MadeResults.Grid(Rest).Replace("version: 1", "version: 2", StringComparison.Ordinal), "made.yaml"), "", Catalog()));
        Assert.Contains("its settings, its version or its data (the checksums of the lines '# data') have changed since", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_was_run_is_nothing_to_keep()
    {
        (Experiment experiment, ExperimentResults results) = Made(Rest, _ => false);
        Assert.Contains("no trial of made is done", Assert.Throws<InvalidDataException>(() => KeptRecords.Write(File, experiment, results)).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    internal static (Experiment, ExperimentResults) Made(string rest, Func<Trial, bool>? isDone = null)
    {
        string yaml = MadeResults.Grid(rest);
        return (new(GridFile.Parse(yaml, "made.yaml"), Catalog()), MadeResults.Of(yaml, Rows, isDone, trial => trial.Number("depth") == 8 && trial.Seed == "1" && trial.Number("rate") < .05 ? TrialOutcome.Diverged : TrialOutcome.Finished));
    }

    private static TrialCatalog Catalog() => new TrialCatalog().Add<MadeTrial>("made");

    private static IEnumerable<(string, double)[]> Rows(ReportTrial trial) => Enumerable.Range(1, 4).Select(i =>
        new[] { ("error", (trial.Number("depth") / 20) + (trial.Number("rate") / i) + (trial.IsPredictive() ? .01 : 0) + (.001 * int.Parse(trial.Seed, null))), ("loss", 1.0 / i) });

    private static string Claims(ExperimentResults results) => ResultsPage.Print("<!-- records: made/deep -->\n<!-- end -->", _ => new ExperimentReport(results));
}
