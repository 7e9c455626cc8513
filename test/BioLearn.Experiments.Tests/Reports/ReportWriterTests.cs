using System.Text.RegularExpressions;
using BioLearn.Experiments.Reports;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Tests.Reports;

public sealed class ReportWriterTests : IDisposable
{
    private const string Rest = """
        select: {over: rate, by: [rule, depth], metric: {mean: error}, note: Chosen as published.}
        report:
          title: Deep & made
          labels: {predictive-coding: PC, backpropagation: BP, error: Test error}
          notes: [An error of 1 is <diverged>.]
          flags: [rate]
          claims:
            - {claim: PC below BP, metric: {mean: error}, along: depth, ascending: [{rule: predictive-coding}, {rule: backpropagation}], published: {2: [.2, .3], 8: [.8, .9]}, source: Fig. 1, figure: depth}
            - {claim: PC is small, where: {rule: predictive-coding, depth: 2}, metric: {mean: error}, below: .1}
          figures:
            - {name: depth, kind: points, metric: {mean: error}, x: depth, series: rule, published: {predictive-coding: {2: .2, 8: .8}}}
            - {name: bars, kind: bars, metric: {mean: error}, x: rule, panels: depth, band: sem}
            - {name: epochs, kind: curves, metric: {curve: error}, series: rule, panels: depth, band: ci-95}
            - {name: rates, kind: points, trials: all, where: {depth: 8}, metric: {min: error}, x: rate, x-scale: log, series: rule, y-label: least error}
            - {name: way, kind: trajectories, where: {depth: 2}, metric: {curve: error}, x: {curve: other}, series: rule}
            - {name: spread, kind: cdf, metric: error, series: rule}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("report").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Page_holds_claims_pictures_command_and_cost_and_needs_no_other_file()
    {
        string page = File.ReadAllText(ReportWriter.Write(_folder, [Report()], DateTimeOffset.UnixEpoch));
        foreach (string text in (string[])["Deep &amp; made", "PC below BP", "reproduced", "not reproduced", "Fig. 1", "biolearn experiment run made.yaml", "An error of 1 is &lt;diverged&gt;.", "Chosen as published.", "24 of 24 trials", "published 0.2", "<svg", "Test error", "1970-01-01"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Equal(7, Regex.Count(page, "<figure")); // the first figure stands beside both claims, the others by themselves
        Assert.DoesNotMatch("(src|href)=\"(?!#)", page);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_is_drawn_and_its_numbers_kept()
    {
        ReportWriter.Write(_folder, [Report()], DateTimeOffset.UnixEpoch);
        foreach (string name in (string[])["depth", "bars", "epochs", "rates", "way", "spread"])
        {
            Assert.True(new FileInfo(Path.Combine(_folder, "made", $"{name}.png")).Length > 5000, name);
            Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(_folder, "made", $"{name}.svg")), StringComparison.Ordinal);
        }
        string[] numbers = File.ReadAllLines(Path.Combine(_folder, "made", "depth.csv"));
        Assert.Equal("panel,series,published,at,x,mean,low,high,sd,sem,seeds,trials", numbers[0]);
        Assert.Contains(numbers, line => line.StartsWith(",predictive-coding,no,8,8,0.8", StringComparison.Ordinal) && line.EndsWith(",3,3", StringComparison.Ordinal));
        Assert.Contains(",predictive-coding,yes,2,2,0.2,,,,,,", numbers);
        string table = File.ReadAllText(Path.Combine(_folder, "made", "depth.md"));
        Assert.Contains("| depth | PC | BP | PC, published |", table, StringComparison.Ordinal);
        Assert.Contains("| 8 | 0.8000 ± 0.0058 | 0.8200 ± 0.0058 | 0.8 |", table, StringComparison.Ordinal);
        Assert.Contains("\\toprule", File.ReadAllText(Path.Combine(_folder, "made", "depth.tex")), StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_claims_have_a_row_a_point()
    {
        ReportWriter.Write(_folder, [Report()], DateTimeOffset.UnixEpoch);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, "claims.csv"));
        Assert.Equal(4, lines.Length);
        Assert.Contains("PC below BP,2,0.2 / 0.3,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("not reproduced", lines[3], StringComparison.Ordinal);
        Assert.Contains("$\\pm$", File.ReadAllText(Path.Combine(_folder, "claims.tex")), StringComparison.Ordinal);
    }

    [Fact]
    public void Same_records_give_the_same_files()
    {
        string again = Path.Combine(_folder, "again");
        ReportWriter.Write(_folder, [Report()], DateTimeOffset.UnixEpoch);
        ReportWriter.Write(again, [Report()], DateTimeOffset.UnixEpoch);
        foreach (string file in Directory.GetFiles(again, "*", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder, Path.GetRelativePath(again, file))));
    }

    [Fact]
    public void Bands_are_those_of_the_values_of_the_seeds()
    {
        FigureResult bars = Report().Figures.Single(figure => figure.Name == "bars");
        FigurePoint point = bars.Series.First(series => series.Panel == "2").Points[0];
        Assert.Equal(point.Summary.Mean - point.Summary.StandardError, point.Band.Low, 1e-12);
        FigureResult epochs = Report().Figures.Single(figure => figure.Name == "epochs");
        FigurePoint first = epochs.Series[0].Points[0];
        Assert.Equal(BootstrapInterval.OfMean([.29, .3, .31], .95, "made/deep/epochs/2/predictive-coding/1"), first.Band, new NearInterval());
        Assert.Equal(["1", "2"], epochs.Series[0].Points.Select(one => one.Label));
    }

    [Theory]
    [InlineData("{name: f, kind: points, metric: error}", "need 'x', a setting")]
    [InlineData("{name: f, kind: curves, metric: error}", "curves need a metric such as")]
    [InlineData("{name: f, kind: pointz, metric: error}", "expected curves, points, bars, trajectories, cdf")]
    [InlineData("{name: f, kind: points, metric: error, x: depth, band: ci-99}", "did you mean 'ci-9")]
    [InlineData("{name: f, kind: points, metric: error, x: depth, series: rule, published: {pc: {2: 1}}}", "unknown series 'pc'")]
    [InlineData("{name: f, kind: points, metric: error, x: depth, x-scael: log}", "did you mean 'x-scale'")]
    [InlineData("{name: f, kind: trajectories, metric: {curve: error}}", "trajectories need 'x'")]
    [InlineData("{name: f, kind: points, metric: error, x: depth, y-from: 3, y-to: 1}", "y-to: must lie above y-from, which is 3")]
    [InlineData("{name: f, kind: points, metric: error, x: depth}, {name: f, kind: bars, metric: error, x: depth}", "is called 'f', too; expected a name of its own")]
    [InlineData("{name: a/b, kind: points, metric: error, x: depth}", "names files")]
    public void Figure_that_cannot_be_drawn_is_refused_with_its_line(string figure, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => new ExperimentReport(MadeResults.Of(MadeResults.Grid($"report: {{figures: [{figure}]}}"), _ => [[("error", 1)]])));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("made.yaml, line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_written_for_readers()
        => Assert.Equal(["0.1957", "−12.5", "0", "–", "2.44e-4", "3.2e-5", "12346", "+0.5", "9.455e33"], [NumberText.Of(.19568), NumberText.Of(-12.5), NumberText.Of(0.0), NumberText.Of(double.NaN), NumberText.Of(.000244306), NumberText.Of(3.2e-5), NumberText.Of(12345.6), NumberText.Signed(.5), NumberText.Of(9.4551e33)]);

    [Theory]
    [InlineData(.5466, .04086, "0.547 ± 0.041")]
    [InlineData(316.12, 20.4, "316 ± 20")]
    [InlineData(-148.5, 2.04, "−148.5 ± 2.0")]
    [InlineData(.93159, 0, "0.9316 ± 0")]
    [InlineData(1234.6, 123, "1235 ± 123")]
    [InlineData(9.4551e33, 2e33, "9.455e33 ± 2e33")]
    public void Mean_has_as_many_digits_as_its_error_supports(double mean, double error, string text) => Assert.Equal(text, NumberText.Of(new SampleSummary(3, 0, mean, 1, error)));

    private static ExperimentReport Report() => new(MadeResults.Of(MadeResults.Grid(Rest), trial =>
    {
        double error = (.1 * trial.Number("depth")) + (trial.IsPredictive() ? 0 : .02) + (trial.Number("rate") < .05 ? .5 : 0) + (.01 * (int.Parse(trial.Seed) - 1));
        return [[("error", error + .1), ("other", error)], [("error", error - .1), ("other", 2 * error)]];
    }));

    private sealed class NearInterval : IEqualityComparer<Interval>
    {
        public bool Equals(Interval x, Interval y) => Math.Abs(x.Low - y.Low) < 1e-9 && Math.Abs(x.High - y.High) < 1e-9;

        public int GetHashCode(Interval value) => 0;
    }
}
