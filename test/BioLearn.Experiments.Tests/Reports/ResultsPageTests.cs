using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

/// <summary>Pages of Markdown whose tables are printed from records.</summary>
public class ResultsPageTests
{
    private const string Rest = """
        report:
          notes: [Rates were not searched.]
          claims:
            - {claim: Backpropagation errs less, metric: error, where: {depth: 2, rate: 0.1}, ascending: [{rule: backpropagation}, {rule: predictive-coding}], published: [.1, .2], source: Fig. 2}
          figures:
            - {name: depth, kind: points, metric: error, x: depth, series: rule, where: {rate: 0.1}, title: Error by depth}
        """;

    [Fact]
    public void Only_what_stands_between_the_marks_is_printed()
    {
        const string Page = "# Results\n\nWords.\n<!-- records: made/deep -->\nan old table\n<!-- end -->\n\nMore words.\n";
        string printed = Print(Page);
        Assert.StartsWith("# Results\n\nWords.\n<!-- records: made/deep -->\n\n`biolearn experiment run made.yaml`; 24 trials; seeds 0 to 2; 48 s of CPU.\n", printed, StringComparison.Ordinal);
        Assert.EndsWith("<!-- end -->\n\nMore words.\n", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("an old table", printed, StringComparison.Ordinal);

        Assert.Contains("| Backpropagation errs less (Fig. 2) |  | 0.1 / 0.2 | 0.20100 ± 0.00058 (0.2, 0.201, 0.202) / 0.30100 ± 0.00058 (0.3, 0.301, 0.302) | 3 | reproduced, each below the next |", printed, StringComparison.Ordinal);
        Assert.Contains("Error by depth:\n\n| depth | predictive-coding | backpropagation |\n", printed, StringComparison.Ordinal);
        Assert.Contains("\nRates were not searched.\n", printed, StringComparison.Ordinal);
        Assert.Equal(printed, Print(printed));
    }

    [Fact]
    public void Distribution_is_a_table_of_its_quartiles()
    {
        string printed = ResultsPage.Print("<!-- records: made/deep -->\n<!-- end -->", _ => new ExperimentReport(MadeResults.Of(
            MadeResults.Grid("report: {labels: {predictive-coding: PC}, figures: [{name: f, kind: cdf, metric: error, series: rule, where: {rate: 0.1, depth: 2}, title: Spread}]}"),
            trial => [[("error", (trial.IsPredictive() ? 10 : 0) + int.Parse(trial.Seed, null))]])));
        Assert.Contains("Spread:\n\n| panel | series | trials | least | lower quartile | median | upper quartile | largest |\n", printed, StringComparison.Ordinal);
        Assert.Contains("|  | PC | 3 | 10.0 | 10.5 | 11.0 | 11.5 | 12.0 |", printed, StringComparison.Ordinal);
        Assert.Contains("|  | backpropagation | 3 | 0 | 0.5 | 1 | 1.5 | 2 |", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void How_a_setting_was_chosen_is_said_where_there_was_a_choice()
    {
        const string Chosen = "select: {over: rate, by: [rule, depth], metric: error, note: Chosen on the test rows.}";
        Assert.Contains("\nChosen on the test rows.\n", Printed(Chosen), StringComparison.Ordinal);
        Assert.DoesNotContain("Chosen on the test rows.", Printed(Chosen.Replace("[rule, depth]", "[rule, depth, rate]", StringComparison.Ordinal)), StringComparison.Ordinal);

        static string Printed(string rest) => ResultsPage.Print("<!-- records: made/deep -->\n<!-- end -->", _ => new ExperimentReport(MadeResults.Of(MadeResults.Grid(rest), trial => [[("error", trial.Number("rate"))]])));
    }

    [Fact]
    public void Lines_keep_their_ends_and_marks_need_no_blanks()
    {
        const string Page = "# Results\r\n\r\n<!--records:made/deep-->\r\nold\r\n<!--end-->\r\nWords.\r\n";
        string printed = Print(Page);
        Assert.Equal(printed.Count(c => c == '\n'), System.Text.RegularExpressions.Regex.Count(printed, "\r\n"));
        Assert.StartsWith("# Results\r\n\r\n<!--records:made/deep-->\r\n\r\n`biolearn experiment run made.yaml`; 24 trials;", printed, StringComparison.Ordinal);
        Assert.EndsWith("<!--end-->\r\nWords.\r\n", printed, StringComparison.Ordinal);
        Assert.Equal(printed, Print(printed));
    }

    [Fact]
    public void Page_without_marks_stays_as_it_is() => Assert.Equal("# Words\nalone", Print("# Words\nalone"));

    [Fact]
    public void Grids_stand_in_the_pages_order() => Assert.Equal(["b/two", "a/one"], ResultsPage.Grids("<!-- records: b/two -->\n<!-- end -->\n<!-- records: a/one -->\n<!-- end -->"));

    [Theory]
    [InlineData("a\n<!-- records: x/y -->\nb", "line 2: the records of x/y have no '<!-- end -->'")]
    [InlineData("<!-- records: x/y -->\n<!-- records: z -->\n<!-- end -->", "line 2: '<!-- records: z -->' within the records of x/y, which begin at line 1")]
    [InlineData("a\n\n<!-- end -->", "line 3: '<!-- end -->' without a '<!-- records: NAME -->' before it")]
    public void Marks_that_do_not_fit_are_refused_by_line(string page, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => Print(page)).Message, StringComparison.Ordinal);

    private static string Print(string page) => ResultsPage.Print(page, _ => new ExperimentReport(MadeResults.Of(MadeResults.Grid(Rest), trial =>
        [[("error", .1 + (trial.IsPredictive() ? .1 : 0) + trial.Number("rate") + (.001 * int.Parse(trial.Seed, null)))]])));
}
