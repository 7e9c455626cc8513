using BioLearn.ML.Diagnostics;
using BioLearn.ML.Tests.Naming;

namespace BioLearn.ML.Tests.Diagnostics;

public sealed class StatisticsTests
{
    [Fact]
    public void Difference_interval_and_quantiles_are_the_authors()
    {
        var fixture = NamingFixture.Read("16_statistics");
        double[] naming = NamingFixture.Numbers(fixture.GetProperty("naming")), svm = NamingFixture.Numbers(fixture.GetProperty("svm"));
        var difference = MeanDifference.Unpaired(svm, naming, resamples: 20_000);
        double[] interval = NamingFixture.Numbers(fixture.GetProperty("bca_95"));
        double tolerance = fixture.GetProperty("bca_tolerance").GetDouble();

        Assert.Equal(fixture.GetProperty("mean_difference_svm_minus_naming").GetDouble(), difference.Difference, 1e-12);
        Assert.Equal(interval[0], difference.Lower, tolerance);
        Assert.Equal(interval[1], difference.Upper, tolerance);
        double[] levels = NamingFixture.Numbers(fixture.GetProperty("quantile_levels"));
        foreach (var (values, expected) in new[] { (naming, "naming_quantiles_linear"), (svm, "svm_quantiles_linear") })
        {
            var distribution = new EmpiricalDistribution(values);
            double[] quantiles = NamingFixture.Numbers(fixture.GetProperty(expected));
            for (int i = 0; i < levels.Length; i++)
                Assert.Equal(quantiles[i], distribution.Quantile(levels[i]), 1e-12);
            Assert.Equal((0, 1), (distribution.Cumulative().First().Share, distribution.Cumulative().Last().Share));
        }
    }

    [Theory]
    [InlineData(new double[] { 2, 4, 4, 4, 5, 5, 7, 9 }, 5, 32 / 7.0)]
    [InlineData(new double[] { 1, 2 }, 1.5, 0.5)]
    [InlineData(new double[] { -3 }, -3, 0)]
    public void Deviation_is_that_of_a_sample(double[] values, double mean, double variance)
    {
        EmpiricalDistribution distribution = new(values);
        Assert.Equal(mean, distribution.Mean, 1e-15);
        Assert.Equal(Math.Sqrt(variance), distribution.StandardDeviation, 1e-15);
        Assert.Equal(values.Length, distribution.Count);
    }

    [Fact]
    public void Permutation_p_is_exact_where_all_permutations_can_be_counted()
    {
        // Of the 2^5 exchanges only two give a difference as large: p = 1/16.
        var paired = MeanDifference.Paired([2, 3, 4, 5, 6], [1, 1, 1, 1, 1], resamples: 50_000);
        Assert.Equal(2 / 32.0, paired.PValue);
        // Of the 20 ways to deal six values to two sides of three, two are as extreme.
        var unpaired = MeanDifference.Unpaired([4, 5, 6], [1, 2, 3], resamples: 50_000);
        Assert.Equal(2 / 20.0, unpaired.PValue, .005);
        Assert.Equal(1, MeanDifference.Paired([1, 2, 3], [1, 2, 3]).PValue);
    }

    [Fact]
    public void Pairing_takes_out_what_partners_share()
    {
        double[] shared = [.. Enumerable.Range(0, 60).Select(i => 10 * Math.Sin(i))];
        double[] first = [.. shared.Select((x, i) => x + 1 + (.1 * Math.Cos(7 * i)))], second = shared;
        var (paired, unpaired) = (MeanDifference.Paired(first, second), MeanDifference.Unpaired(first, second));
        Assert.Equal(unpaired.Difference, paired.Difference, 1e-12);
        Assert.InRange(paired.Upper - paired.Lower, 0, .1);
        Assert.InRange(unpaired.Upper - unpaired.Lower, 2, 10);
        Assert.Equal(1 / 5001.0, paired.PValue, 1e-12);
        Assert.InRange(unpaired.PValue, .2, 1);
        Assert.Equal(paired, MeanDifference.Paired(first, second));
    }

    [Theory]
    [InlineData(0, .5)]
    [InlineData(1.959963984540054, .975)]
    [InlineData(-3.090232306167813, .001)]
    public void Normal_distribution_and_its_quantiles(double x, double p)
    {
        Assert.Equal(p, NormalDistribution.Cumulative(x), 1e-14);
        Assert.Equal(x, NormalDistribution.Quantile(p), 1e-10);
    }

    [Fact]
    public void Too_few_values_are_refused()
    {
        Assert.Contains("2 values and 3 partners", Assert.Throws<ArgumentException>(() => MeanDifference.Paired([1, 2], [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("at least two values", Assert.Throws<ArgumentException>(() => MeanDifference.Unpaired([1], [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("all must be finite", Assert.Throws<ArgumentException>(() => new EmpiricalDistribution([double.NaN])).Message, StringComparison.Ordinal);
    }
}
