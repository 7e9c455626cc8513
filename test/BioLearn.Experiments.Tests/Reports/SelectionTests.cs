using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

public class SelectionTests
{
    [Fact]
    public void Each_rules_best_rate_is_chosen_for_each_depth()
    {
        // The better rate is .1, but for backpropagation at depth 8.
        ExperimentReport report = new(MadeResults.Of(MadeResults.Grid("select: {over: rate, by: [rule, depth], metric: error}"), trial => [[("error", trial.Number("rate") < .05 == (!trial.IsPredictive() && trial.Number("depth") == 8) ? .1 : .2)]]));
        var choices = report.Selected.Single().Choices;
        Assert.Equal(4, choices.Count);
        Assert.All(choices, choice => Assert.Equal(choice.Group == "backpropagation, 8" ? "0.001" : "0.1", choice.Settings.Single()));
        Assert.All(choices, choice => Assert.Equal((3, 2), (choice.Rows.Count, choice.Tried.Count)));
    }

    [Fact]
    public void Largest_is_best_where_the_file_says_so_and_ties_all_stay()
    {
        ExperimentReport report = new(MadeResults.Of(MadeResults.Grid("select: {over: rate, by: rule, metric: reward, best: max}"), trial => [[("reward", trial.IsPredictive() ? 1 : -trial.Number("rate"))]]));
        Assert.Equal(["0.1", "0.001"], report.Selected[0].Choices[0].Settings);
        Assert.Equal(["0.001"], report.Selected[0].Choices[1].Settings);
    }

    [Fact]
    public void Selection_may_be_of_a_part_and_leaves_the_rest()
    {
        string rest = """
            select:
              - {over: rate, where: {depth: 2}, by: rule, metric: error}
            report:
              claims:
                - {claim: chosen, where: {depth: 2, rule: backpropagation}, metric: error, below: 0.002}
                - {claim: all, where: {depth: 8, rule: backpropagation}, metric: error, between: [.0504, .0506]}
            """;
        ExperimentReport report = new(MadeResults.Of(MadeResults.Grid(rest), trial => [[("error", trial.Number("rate"))]]));
        Assert.Equal([Verdict.Reproduced, Verdict.Reproduced], report.Claims.Select(claim => claim.Verdict));
    }

    [Fact]
    public void Setting_is_chosen_by_the_error_of_a_fit()
    {
        // Model values 1, 2 fit data 2, 4 exactly at the rate .1; at the other one they do not.
        ExperimentReport report = new(MadeResults.Of(MadeResults.Grid("select: {over: rate, by: rule, metric: {fit: [a, b], data: [2, 4]}}\nreport: {claims: [{claim: c, metric: {fit: [a, b], data: [2, 4]}, along: rule, below: 1e-9}]}"),
            trial => [[("a", 1), ("b", trial.Number("rate") < .05 ? 1 : 2)]]));
        Assert.All(report.Selected[0].Choices, choice => Assert.Equal(["0.1"], choice.Settings));
        Assert.Equal((Verdict.Reproduced, 3, "6 trials of 3 seeds"), (report.Claims[0].Verdict, report.Claims[0].Seeds, ClaimTable.Seeds(report.Claims[0].Points[0]))); // two depths
    }

    [Theory]
    [InlineData("select: {over: rat, metric: error}", "did you mean 'rate'")]
    [InlineData("select: {over: rate, by: rul, metric: error}", "did you mean 'rule'")]
    [InlineData("select: {over: rate}", "metric is missing")]
    [InlineData("select: {over: rate, metric: {curve: error}}", "not on a curve")]
    [InlineData("select: {over: rate, metric: error, best: least}", "expected min, max")]
    [InlineData("select: 3", "expected a map")]
    public void Selection_that_names_nothing_is_refused(string select, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => new ExperimentReport(MadeResults.Of(MadeResults.Grid(select), _ => [[("error", 1)]])));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("made.yaml, line", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Before, a key that no trial has switched the selection off, and a figure of it was empty.</summary>
    [Theory]
    [InlineData("select: {over: rate, metric: error, where: {ruel: backpropagation}}", "unknown setting 'ruel'; did you mean 'rule'?")]
    [InlineData("select: {over: rate, metric: error, where: {rule: backprop}}", "no trial of the grid has 'backprop'; did you mean 'backpropagation'?")]
    [InlineData("report: {figures: [{name: f, kind: bars, metric: error, x: rule, where: {ruel: backpropagation}}]}", "unknown setting 'ruel'; did you mean 'rule'?")]
    [InlineData("report: {figures: [{name: f, kind: bars, metric: error, x: rule, where: {depth: [2, 9]}}]}", "depth: no trial of the grid has '9'; it has 2, 8")]
    public void Trials_that_nobody_has_are_refused_by_line(string rest, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => new ExperimentReport(MadeResults.Of(MadeResults.Grid(rest), _ => [[("error", 1)]])));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("made.yaml, line", error.Message, StringComparison.Ordinal);
    }
}
