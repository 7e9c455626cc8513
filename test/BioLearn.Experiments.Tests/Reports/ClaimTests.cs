using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

public class ClaimTests
{
    private const string Select = "select: {over: rate, by: [rule, depth], metric: {mean: error}, best: min}\n";

    /// <summary>Error .1 · depth for predictive coding, .02 more for backpropagation; the rate .1 is the better one by .5; seeds differ by .01.</summary>
    private static IEnumerable<(string, double)[]> Rows(ReportTrial trial)
    {
        double error = (.1 * trial.Number("depth")) + (trial.IsPredictive() ? 0 : .02) + (trial.Number("rate") < .05 ? .5 : 0) + (.01 * (int.Parse(trial.Seed) - 1));
        return [[("error", error + .1)], [("error", error - .1)]];
    }

    [Theory]
    [InlineData("within: .001, published: {2: .2005, 8: .8}", Verdict.Reproduced)]
    [InlineData("within: .001, published: {2: .2, 8: .79}", Verdict.NotReproduced)]
    [InlineData("within-sem: 2, published: {2: .2, 8: .79}, published-sd: .01, published-seeds: 4", Verdict.Reproduced)]
    [InlineData("within-sem: 1, published: {2: .2, 8: .79}, published-sd: .01, published-seeds: 4", Verdict.NotReproduced)]
    [InlineData("between: [.19, .81]", Verdict.Reproduced)]
    [InlineData("between: [.21, .81]", Verdict.NotReproduced)]
    [InlineData("below: .81", Verdict.Reproduced)]
    [InlineData("below: .8", Verdict.NotReproduced)]
    [InlineData("above: .19", Verdict.Reproduced)]
    [InlineData("above: .5", Verdict.NotReproduced)]
    [InlineData("sign: positive", Verdict.Reproduced)]
    [InlineData("sign: negative", Verdict.Reversed)]
    public void Bar_decides_over_the_best_settings(string bar, Verdict expected)
    {
        ClaimResult claim = Claim($"{{claim: c, where: {{rule: predictive-coding}}, metric: {{mean: error}}, along: depth, {bar}}}");
        Assert.Equal(expected, claim.Verdict);
        Assert.Equal(["2", "8"], claim.Points.Select(point => point.Label));
        Assert.Equal([.2, .8], claim.Points.Select(point => Math.Round(point.Sides[0].Ours.Mean, 10)));
        Assert.Equal((3, .01 / Math.Sqrt(3)), (claim.Seeds, Math.Round(claim.Points[0].Sides[0].Ours.StandardError, 15)), new Near());
        Assert.Equal(2.0 * 12, claim.CpuSeconds); // rates that were not chosen cost, too
    }

    [Theory]
    [InlineData("[{rule: predictive-coding}, {rule: backpropagation}]", 0, Verdict.Reproduced)]
    [InlineData("[{rule: predictive-coding}, {rule: backpropagation}]", .019, Verdict.Reproduced)]
    [InlineData("[{rule: predictive-coding}, {rule: backpropagation}]", .03, Verdict.NotReproduced)]
    [InlineData("[{rule: backpropagation}, {rule: predictive-coding}]", 0, Verdict.Reversed)]
    [InlineData("[{depth: 2, rule: predictive-coding}, {depth: 2, rule: backpropagation}, {depth: 8, rule: predictive-coding}]", .01, Verdict.Reproduced)]
    public void Ordering_is_judged_between_neighbours(string sides, double by, Verdict expected)
    {
        string along = sides.Contains("depth", StringComparison.Ordinal) ? "" : "along: depth, ";
        ClaimResult claim = Claim($"{{claim: c, metric: {{mean: error}}, {along}ascending: {sides}, by: {by.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}");
        Assert.Equal(expected, claim.Verdict);
        Assert.Equal(.02 * (expected == Verdict.Reversed ? -1 : 1), claim.Points[0].Difference, 1e-12);
    }

    [Fact]
    public void Ordering_that_seeds_leave_open_is_not_reversed()
    {
        // Differences of the seeds: +.03, -.01, -.05: turned round in the mean, but the interval holds 0.
        ExperimentResults results = MadeResults.Of(MadeResults.Grid("report: {claims: [{claim: c, metric: error, trials: all, where: {depth: 2, rate: .1}, ascending: [{rule: predictive-coding}, {rule: backpropagation}]}]}"),
            trial => [[("error", trial.IsPredictive() ? 1 : 1.03 - (.04 * int.Parse(trial.Seed)))]]);
        ClaimPoint point = new ExperimentReport(results).Claims[0].Points[0];
        Assert.Equal((Verdict.NotReproduced, -.01), (point.Verdict, Math.Round(point.Difference, 10)));
        Assert.True(point.Comparisons[0].Interval.Contains(0));
    }

    [Fact]
    public void Claim_of_a_curve_is_compared_iteration_by_iteration()
    {
        Assert.Equal(Verdict.Reproduced, Claim("{claim: c, where: {rule: predictive-coding, depth: 2}, metric: {curve: error}, published: {1: .3, 2: .1}, within: 1e-9}").Verdict);
        Assert.Equal(Verdict.Reproduced, Claim("{claim: c, where: {rule: predictive-coding, depth: 2}, metric: {curve: error}, published: [.3, .1], within: 1e-9}").Verdict);
        ClaimResult wrong = Claim("{claim: c, where: {rule: predictive-coding, depth: 2}, metric: {curve: error}, published: [.3, .2], within: .01}");
        Assert.Equal([Verdict.Reproduced, Verdict.NotReproduced], wrong.Points.Select(point => point.Verdict));
    }

    [Fact]
    public void Claim_waits_for_trials_that_are_missing()
    {
        string yaml = MadeResults.Grid(Select + "report: {claims: [{claim: c, metric: {mean: error}, where: {depth: 2}, along: rule, below: 9}, {claim: d, metric: {mean: error}, where: {depth: 8}, below: 9}]}");
        var claims = new ExperimentReport(MadeResults.Of(yaml, Rows, trial => trial.Seed != "2" || trial.Settings["depth"]!.ToString() == "2")).Claims;
        Assert.Equal((Verdict.Reproduced, 0), (claims[0].Verdict, claims[0].Missing));
        Assert.Equal((Verdict.NotYetRun, 4), (claims[1].Verdict, claims[1].Missing));
    }

    [Fact]
    public void Published_points_that_the_grid_does_not_run_are_named()
    {
        ClaimResult claim = Claim("{claim: c, where: {rule: backpropagation}, metric: {mean: error}, along: depth, published: {2: .22, 15: .5}, within: .01}");
        Assert.Equal((Verdict.NotYetRun, Verdict.Reproduced), (claim.Verdict, Assert.Single(claim.Points).Verdict));
        Assert.Equal(["15"], claim.Absent);
        Assert.Contains("| made | c | 15 |  | – | 0 |  | within 0.01 of the published value | not yet run: no such point |", ClaimTable.Of([new(Results("{claim: c, where: {rule: backpropagation}, metric: {mean: error}, along: depth, published: {2: .22, 15: .5}, within: .01}"))]).Markdown(), StringComparison.Ordinal);
        Assert.Equal(Verdict.NotReproduced, Claim("{claim: c, where: {rule: backpropagation}, metric: {mean: error}, along: depth, published: {2: .9, 15: .5}, within: .01}").Verdict);
    }

    [Fact]
    public void Published_iterations_that_no_curve_has_leave_the_claim_open()
    {
        ClaimResult claim = Claim("{claim: c, where: {rule: predictive-coding, depth: 2}, metric: {curve: error}, along: iteration, published: {1: .3, 7: .4}, within: .01}");
        Assert.Equal((Verdict.NotYetRun, "7", "iteration 7"), (claim.Verdict, Assert.Single(claim.Absent), ClaimTable.Absent(claim, name => name)));
    }

    [Fact]
    public void Trials_of_several_settings_are_no_seeds()
    {
        ClaimResult claim = Claim("{claim: c, metric: {mean: error}, trials: all, below: 9}");
        Assert.Equal((3, "24 trials of 3 seeds"), (claim.Seeds, ClaimTable.Seeds(claim.Points[0])));
        Assert.Equal("3", ClaimTable.Seeds(Claim("{claim: c, metric: {mean: error}, where: {rule: predictive-coding}, along: depth, below: 9}").Points[0]));
    }

    [Fact]
    public void Diverged_seeds_are_left_out_and_counted()
    {
        ExperimentResults results = MadeResults.Of(MadeResults.Grid("report: {claims: [{claim: c, metric: {mean: error}, trials: all, where: {depth: 2, rate: .1, rule: backpropagation}, below: 9}]}"),
            Rows, outcome: trial => trial.Seed == "1" ? TrialOutcome.Diverged : TrialOutcome.Finished);
        var ours = new ExperimentReport(results).Claims[0].Points[0].Sides[0].Ours;
        Assert.Equal((2, 1), (ours.Count, ours.Missing));
    }

    [Theory]
    [InlineData("{claim: c, metric: error}", "needs one bar")]
    [InlineData("{claim: c, metric: error, below: 1, above: 0}", "it has below, above")]
    [InlineData("{claim: c, metric: error, within: 1}", "needs a published value")]
    [InlineData("{claim: c, metric: error, below: 1, where: {depth: 3}}", "depth: no trial of the grid has '3'; it has 2, 8")]
    [InlineData("{claim: c, metric: error, below: 1, where: {ruel: backpropagation}}", "unknown setting 'ruel'; did you mean 'rule'?")]
    [InlineData("{claim: c, metric: error, below: 1, where: {rule.inference-step: 12}}", "unknown setting 'rule.inference-step'; did you mean 'rule.inference-steps'?")]
    [InlineData("{claim: c, metric: error, below: 1, where: {rule: [backpropagation, predictiv-coding]}}", "rule: no trial of the grid has 'predictiv-coding'; did you mean 'predictive-coding'?")]
    [InlineData("{claim: c, metric: error, ascending: [{rule: backprop}, {rule: predictive-coding}]}", "rule: no trial of the grid has 'backprop'; did you mean 'backpropagation'?")]
    [InlineData("{claim: c, metric: error, within: -1, published: 2}", "within: -1: expected a distance, at least 0")]
    [InlineData("{claim: c, metric: error, ascending: [{depth: 2}, {depth: 8}], by: -1}", "by: -1: expected a distance, at least 0")]
    [InlineData("{claim: c, metric: error, below: 1, along: dept}", "did you mean 'depth'")]
    [InlineData("{claim: c, metric: error, below: 1, bellow: 2}", "did you mean 'below'")]
    [InlineData("{claim: c, metric: error, below: 1, figure: f}", "unknown figure 'f'")]
    [InlineData("{claim: c, metric: error, within: 1, along: depth, published: .5}", "expected a map from the values of 'along'")]
    [InlineData("{claim: c, metric: error, ascending: [{depth: 2}, {depth: 8}], published: [1]}", "1 published numbers; expected 2")]
    [InlineData("{claim: c, metric: error, below: 1, by: 2}", "by goes with ascending only")]
    public void Claim_that_says_nothing_clear_is_refused_with_its_line(string claim, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => Claim(claim));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("made.yaml, line", error.Message, StringComparison.Ordinal);
    }

    private static ClaimResult Claim(string claim) => new ExperimentReport(Results(claim)).Claims.Single();

    private static ExperimentResults Results(string claim) => MadeResults.Of(MadeResults.Grid($"{Select}report: {{claims: [{claim}]}}"), Rows);

    private sealed class Near : IEqualityComparer<(int, double)>
    {
        public bool Equals((int, double) x, (int, double) y) => x.Item1 == y.Item1 && Math.Abs(x.Item2 - y.Item2) < 1e-12;

        public int GetHashCode((int, double) value) => value.Item1;
    }
}
