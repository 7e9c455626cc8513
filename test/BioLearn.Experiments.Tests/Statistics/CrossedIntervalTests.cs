using BioLearn.Experiments.Statistics;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Tests.Statistics;

/// <summary>Intervals over networks and examples, against what theory says of tables whose rows and columns have effects of their own.</summary>
public sealed class CrossedIntervalTests
{
    [Fact]
    public void Interval_has_the_width_of_both_effects()
    {
        const int rows = 40, columns = 60;
        double[] ofRow = Normal("rows", rows), ofColumn = Normal("columns", columns);
        double[][] values = [.. ofRow.Select(r => ofColumn.Select(c => (3 * r) + (2 * c)).ToArray())];
        Interval found = CrossedInterval.OfMean(values, .95, "test", 4000);
        // The means of rows and columns vary by themselves: variances add.
        double deviation = Math.Sqrt((9 * Variance(ofRow) / rows) + (4 * Variance(ofColumn) / columns)), mean = values.Average(row => row.Average());
        Assert.Equal(2 * 1.96 * deviation, found.High - found.Low, .1 * deviation * 4);
        Assert.Equal(mean, (found.Low + found.High) / 2, .1 * deviation);
        // Pooled, as if no network were a network, it would be far too narrow.
        Interval pooled = BootstrapInterval.OfMean([.. values.SelectMany(row => row)], .95, "test");
        Assert.True(found.High - found.Low > 3 * (pooled.High - pooled.Low));
    }

    [Fact]
    public void One_network_leaves_the_examples_alone_to_vary()
    {
        double[] values = Normal("examples", 50);
        Interval one = CrossedInterval.OfMean([values], .95, "a", 4000), same = CrossedInterval.OfMean([values, values, values], .95, "b", 4000), plain = BootstrapInterval.OfMean(values, .95, "c", 4000);
        Assert.Equal(plain.High - plain.Low, one.High - one.Low, .05);
        Assert.Equal(plain.High - plain.Low, same.High - same.Low, .05); // copies of a network are no further networks' examples
        Assert.Equal(one, CrossedInterval.OfMean([values], .95, "a", 4000));
        Assert.False(CrossedInterval.OfMean([[1.0], [2.0]], .95, "a").Exists);
        Assert.Throws<ArgumentException>(() => CrossedInterval.OfMean([[1.0, 2], [2.0]], .95, "a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => CrossedInterval.OfMean([[1.0, 2]], 1, "a"));
    }

    private static double[] Normal(string stream, int count)
    {
        double[] values = new double[count];
        new RandomStream(seed: 3, stream).FillNormal<double>(values, 0, 1);
        return values;
    }

    private static double Variance(double[] values) => values.Average(x => (x - values.Average()) * (x - values.Average()));
}
