using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Tests.Statistics;

public class GrowthFitTests
{
    private static readonly double[] Sizes = [1, 2, 4, 8, 16];

    [Fact]
    public void Power_is_found()
    {
        GrowthFit fit = GrowthFit.Best(Sizes, [.. Sizes.Select(n => 3 * Math.Pow(n, 1.7))]);
        Assert.Equal(GrowthForm.Power, fit.Form);
        Assert.Equal(3, fit.A, 1e-9);
        Assert.Equal(1.7, fit.B, 1e-9);
        Assert.Equal(3 * Math.Pow(100, 1.7), fit.At(100), 1e-6);
        Assert.Equal(0, fit.Error, 1e-9);
    }

    [Fact]
    public void Line_is_found()
    {
        GrowthFit fit = GrowthFit.Best(Sizes, [.. Sizes.Select(n => 5 + (0.25 * n))]);
        Assert.Equal((GrowthForm.Line, 5.0, 0.25), (fit.Form, Math.Round(fit.A, 9), Math.Round(fit.B, 9)));
        Assert.Equal(30, fit.At(100), 1e-9);
    }

    [Fact]
    public void What_is_shared_and_what_is_not_are_found_from_two_numbers_of_threads()
    {
        GrowthFit fit = GrowthFit.Of(GrowthForm.Shared, [1, 2], [10, 6]);
        Assert.Equal((2.0, 8.0), (Math.Round(fit.A, 9), Math.Round(fit.B, 9)));
        Assert.Equal(2.125, fit.At(64), 1e-9);
    }

    [Fact]
    public void Neither_part_of_a_sum_is_below_zero()
    {
        GrowthFit steeper = GrowthFit.Of(GrowthForm.Line, [1, 2, 4], [1, 4, 16]), falling = GrowthFit.Of(GrowthForm.Line, [1, 2], [4, 2]);
        Assert.Equal(0, steeper.A);
        Assert.True(steeper.B > 0);
        Assert.Equal(0, falling.B);
        Assert.InRange(falling.A, 2, 4);
    }

    [Fact]
    public void Relative_errors_count_and_not_absolute_ones()
    {
        // A wrong small cost weighs as much as a wrong large one: the line goes between both.
        GrowthFit fit = GrowthFit.Of(GrowthForm.Line, [1, 1000, 1001], [2, 1000, 1001]);
        Assert.InRange(fit.At(1), 1.9, 2.1);
    }

    [Theory]
    [InlineData(new double[] { 1, 1 }, new double[] { 1, 2 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 1 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 1, 0 })]
    public void Values_that_no_curve_fits_are_refused(double[] sizes, double[] costs) =>
        Assert.Throws<ArgumentException>(() => GrowthFit.Of(GrowthForm.Power, sizes, costs));
}
