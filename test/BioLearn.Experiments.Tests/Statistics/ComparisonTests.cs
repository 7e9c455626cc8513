using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Tests.Statistics;

public class ComparisonTests
{
    [Fact]
    public void Summary_leaves_out_what_is_not_finite_and_says_so()
    {
        Assert.Equal(new SampleSummary(4, 2, 2.5, Math.Sqrt(5 / 3.0), Math.Sqrt(5 / 12.0)), SampleSummary.Of([4, double.NaN, 1, 2, double.PositiveInfinity, 3]));
        SampleSummary one = SampleSummary.Of([7]), none = SampleSummary.Of([double.NaN]);
        Assert.True(one.Mean == 7 && double.IsNaN(one.StandardError) && double.IsNaN(none.Mean) && none.Missing == 1);
    }

    [Theory] // Tables of Student's t: two-sided 5 % and 1 %.
    [InlineData(new double[] { 0, 2 }, 1, .5)] // t = 1, one degree: p = .5 exactly
    [InlineData(new double[] { 1, 2, 3 }, 3.4641016151377544, .0741799)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, 4.242640687119285, .0132356)]
    public void Paired_t_is_that_of_the_tables(double[] differences, double t, double p)
    {
        PairedComparison found = PairedComparison.Of(differences, new double[differences.Length]);
        Assert.Equal(t, found.T, 1e-12);
        Assert.Equal(p, found.StudentP, 1e-6);
        Assert.Equal(differences.Average(), found.Difference, 1e-15);
    }

    [Theory]
    [InlineData(2, 12.7062047)]
    [InlineData(3, 4.3026527)]
    [InlineData(5, 2.7764451)]
    [InlineData(31, 2.0422725)]
    public void Interval_is_as_wide_as_the_tables_say(int pairs, double quantile)
    {
        double[] first = [.. Enumerable.Range(0, pairs).Select(i => (double)(i % 2))];
        PairedComparison found = PairedComparison.Of(first, new double[pairs]);
        Assert.Equal(quantile, (found.Interval.High - found.Difference) / SampleSummary.Of(first).StandardError, 1e-6);
        Assert.Equal(found.Difference, (found.Interval.High + found.Interval.Low) / 2, 1e-12);
    }

    [Fact]
    public void Sign_flips_of_few_pairs_are_counted_not_drawn()
    {
        Assert.Equal(2 / 32.0, PairedComparison.Of([2, 3, 4, 5, 6], [1, 1, 1, 1, 1]).SignFlipP);
        Assert.Equal(4 / 8.0, PairedComparison.Of([3, 2, -1], [0, 0, 0]).SignFlipP); // of ±3 ±2 ±1 four reach 4
    }

    [Fact]
    public void Pairs_without_a_partner_are_left_out()
    {
        PairedComparison found = PairedComparison.Of([1, double.NaN, 3], [0, 1, 1]);
        Assert.Equal((2, 1.5), (found.Count, found.Difference));
        Assert.Contains("2 values and 1 partners", Assert.Throws<ArgumentException>(() => PairedComparison.Of([1, 2], [1])).Message, StringComparison.Ordinal);
        PairedComparison single = PairedComparison.Of([1], [0]);
        Assert.True(single.Difference == 1 && !single.Interval.Exists && double.IsNaN(single.SignFlipP));
    }

    [Fact]
    public void Seeds_that_all_differ_by_the_same_leave_no_doubt_about_the_sign()
    {
        PairedComparison found = PairedComparison.Of([1, 2, 3], [0, 1, 2]);
        Assert.Equal((double.PositiveInfinity, 0, 1, 1), (found.T, found.StudentP, found.Interval.Low, found.Interval.High));
        Assert.Equal((0, 1), (PairedComparison.Of([1, 2], [1, 2]).T, PairedComparison.Of([1, 2], [1, 2]).StudentP));
    }

    [Fact]
    public void Bootstrap_band_comes_from_the_streams_name()
    {
        double[] values = [.1, .4, .2, .9, .3];
        Interval band = BootstrapInterval.OfMean(values, .95, "a"), narrow = BootstrapInterval.OfMean(values, .68, "a");
        Assert.Equal(band, BootstrapInterval.OfMean([.. values, double.NaN], .95, "a"));
        Assert.NotEqual(band, BootstrapInterval.OfMean(values, .95, "b"));
        Assert.True(band.Low < narrow.Low && narrow.High < band.High && narrow.Contains(values.Average()));
        Assert.False(BootstrapInterval.OfMean([1], .68, "a").Exists);
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapInterval.OfMean(values, 95, "a"));
    }
}
