using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

/// <summary>The grid files that the repository brings: every trial of theirs is checked, none is run.</summary>
public class RepositoryGridTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(RepositoryFiles.Find("experiments"), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryFiles.Find("experiments"), file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_trial_of_the_file_can_be_made(string file)
    {
        Dictionary<string, string> folders = new() { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") };
        Experiment experiment = Experiment.Read(Path.Combine(RepositoryFiles.Find("experiments"), file), folders: folders);
        Assert.NotEmpty(experiment.Grid.Summary);
        foreach (Trial trial in experiment.Trials.Take(200))
            Assert.NotNull(experiment.Create(trial));
    }
}
