using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Reports;

public class MetricTests
{
    // Iterations 1 to 5; the third row lacks the column b.
    private static readonly double[] A = [4, 1, 3, 2, 5];

    [Theory]
    [InlineData("a", 5)]
    [InlineData("{last: a}", 5)]
    [InlineData("{first: a}", 4)]
    [InlineData("{min: a}", 1)]
    [InlineData("{max: a}", 5)]
    [InlineData("{mean: a}", 3)]
    [InlineData("{sum: a}", 15)]
    [InlineData("{value: a, at: 3}", 3)]
    [InlineData("{mean: a, rows: 2..4}", 2)]
    [InlineData("{mean: a, rows: 4..}", 3.5)]
    [InlineData("{mean: a, rows: ..2}", 2.5)]
    [InlineData("{mean: a, tail: 2}", 3.5)]
    [InlineData("{mean: a, tail: 30%}", 3.5)] // 1.5 of 5 rows, rounded up
    [InlineData("{mean: a, tail: 20%}", 5)]
    [InlineData("{mean: [a, b]}", 16.5)] // rows that have both: (4+40)/2, (1+10)/2, (2+20)/2, (5+50)/2
    [InlineData("{last: a, smooth: 3}", 10 / 3.0)]
    [InlineData("{first: a, smooth: 3}", 4)]
    [InlineData("{max: a, factor: .5}", 2.5)]
    public void Metric_reduces_the_rows_of_a_trial(string text, double expected) => Assert.Equal(expected, Read(text).Of(Trial(TrialOutcome.Finished, A)), 1e-12);

    [Fact]
    public void Curve_keeps_iterations() => Assert.Equal([(2, 1), (3, 3)], Read("{curve: a, rows: 2..3}").Curve(Trial(TrialOutcome.Finished, A)));

    [Fact]
    public void Diverged_trial_has_no_mean_but_a_least_value()
    {
        Assert.True(double.IsNaN(Read("{mean: a}").Of(Trial(TrialOutcome.Finished, 1, double.NaN, 2))));
        Assert.True(double.IsNaN(Read("{last: a}").Of(Trial(TrialOutcome.Diverged, 1, 2))));
        Assert.Equal(1, Read("{min: a}").Of(Trial(TrialOutcome.Diverged, 1, double.NaN)));
        Assert.True(double.IsNaN(Read("{min: a}").Of(Trial(TrialOutcome.Diverged))));
    }

    [Fact]
    public void Fit_scales_means_over_seeds()
    {
        ReportTrial[] seeds = [Two(1, 3), Two(3, 5)]; // means 2 and 4; data 1 and 2: k = .5
        var scale = Read("{fit: [a, b], data: [1, 2.5]}").FitOf(seeds);
        Assert.Equal(12 / 20.0, scale.Factor, 1e-12);
        var line = Read("{fit: [a, b], data: [1, 2.5], form: line}").FitOf(seeds);
        Assert.Equal((0.75, -.5, 0), (line.Factor, line.Offset, line.Error));
        Assert.True(Read("{fit: [a, b], data: [1, 2.5], show: values}").IsCurve);

        static ReportTrial Two(double a, double b) => new("id", new GridMap(new("f", 1), []), "0", TrialOutcome.Finished, [new(1, [new("a", a), new("b", b)])], 0);
    }

    [Theory]
    [InlineData("{meen: a}", "did you mean 'mean'")]
    [InlineData("{mean: a, min: b}", "this one has 2")]
    [InlineData("{mean: a, at: 3}", "'at' goes with 'value' only")]
    [InlineData("{value: a}", "value needs 'at'")]
    [InlineData("{mean: a, tail: 0}", "tail: '0': expected a number of rows from 1")]
    [InlineData("{mean: a, tail: 120%}", "tail")]
    [InlineData("{mean: a, rows: 4..2}", "rows: '4..2': expected iterations")]
    [InlineData("{fit: [a, b], data: [1]}", "names 2 columns, but data has 1")]
    [InlineData("{fit: [a], data: [1], form: curve}", "expected scale or line")]
    [InlineData("{mean: a, smooth: 0}", "whole number from 1")]
    [InlineData("[a]", "expected a metric")]
    public void Metric_that_is_none_is_refused_with_its_line(string text, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("m.yaml, line 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Column_that_no_row_has_is_refused_with_the_nearest() =>
        Assert.Contains("did you mean 'a'", Assert.Throws<InvalidDataException>(() => Read("{mean: aa}").Of(Trial(TrialOutcome.Finished, A))).Message, StringComparison.Ordinal);

    private static Metric Read(string text) => MetricReader.Read(GridReader.Read($"metric: {text}", "m.yaml")["metric"]!);

    private static ReportTrial Trial(TrialOutcome outcome, params double[] values) => new("id", new GridMap(new("f", 1), []), "0", outcome,
        [.. values.Select((value, i) => new TrialRow(i + 1, i == 2 ? [new("a", value)] : [new("a", value), new("b", 10 * value)]))], 0);
}
