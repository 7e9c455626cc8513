using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests.Prospective;

/// <summary>The grid files of the repository are read, and have as many trials as the publication's.</summary>
public class GridFilesTests
{
    public static TheoryData<string> Files() => [.. Directory.GetFiles(RepositoryFiles.Find("experiments/prospective"), "*.yaml").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Grid_file_binds_to_its_trials_and_its_report(string file)
    {
        Experiment experiment = Read(file);
        Assert.NotEmpty(experiment.Trials);
        Assert.NotEqual("", experiment.Grid.Summary);
        Assert.NotNull(experiment.Create(experiment.Trials[^1]));
        ReportReader.Selects(experiment.Grid);
        Assert.True(ReportReader.Report(experiment.Grid).Claims.Length > 0 || file.StartsWith("teacher", StringComparison.Ordinal) || file.StartsWith("convolution.quick", StringComparison.Ordinal), "no claim");
    }

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
    public void Full_grid_has_the_published_trials(string name, int trials) => Assert.Equal(trials, Read($"{name}.full.yaml").Trials.Count);

    private static Experiment Read(string file)
    {
        string cifar = Path.Combine(AppContext.BaseDirectory, "no pictures");
        Directory.CreateDirectory(cifar);
        foreach (string name in new[] { "data_batch_1.bin", "test_batch.bin" })
            File.WriteAllBytes(Path.Combine(cifar, name), new byte[3073]);
        return Experiment.Read(
            RepositoryFiles.Find($"experiments/prospective/{file}"),
            folders: new Dictionary<string, string> { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist"), ["cifar-10"] = cifar });
    }
}
