using BioLearn.Plots;

namespace BioLearn.Plots.Tests;

public class PaletteTests
{
    [Fact]
    public void Series_have_distinct_colours_that_come_again()
    {
        string[] seven = [.. Enumerable.Range(0, 7).Select(Palette.Colour)];
        Assert.Equal(7, seven.Distinct().Count());
        Assert.Equal(seven[0], Palette.Colour(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Palette.Colour(-1));
    }
}
