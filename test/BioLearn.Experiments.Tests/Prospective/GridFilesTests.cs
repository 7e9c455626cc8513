namespace BioLearn.Experiments.Tests.Prospective;

/// <summary>The full grids have as many trials as the publication's.</summary>
public class GridFilesTests
{
    [Theory]
    [InlineData("alignment", 1350)]
    [InlineData("deep-nets", 702)]
    [InlineData("online", 144)]
    [InlineData("continual", 252)] // 504 in the publication, which trains once for each logged task
    [InlineData("drift", 30)]
    [InlineData("limited-data", 510)]
    [InlineData("convolution", 36)]
    [InlineData("less-erratic", 2475 + 2178)]
    [InlineData("interference", 12)]
    public void Full_grid_has_the_published_trials(string name, int trials)
    {
        using RepositoryGrids grids = new();
        Assert.Equal(trials, grids.Read($"prospective/{name}.full.yaml").Trials.Count);
    }
}
