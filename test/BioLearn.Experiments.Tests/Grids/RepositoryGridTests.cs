using BioLearn.Experiments.Reports;

namespace BioLearn.Experiments.Tests;

/// <summary>The grid files that the repository brings: every trial of theirs is checked, and what they say of their report; none is run.</summary>
public class RepositoryGridTests
{
    public static TheoryData<string> Files => RepositoryGrids.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_trial_of_the_file_can_be_made(string file)
    {
        using RepositoryGrids grids = new();
        Experiment experiment = grids.Read(file);
        Assert.NotEmpty(experiment.Grid.Summary);
        foreach (Trial trial in experiment.Trials.Take(200))
            Assert.NotNull(experiment.Create(trial));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Select_and_report_of_the_file_can_be_read(string file)
    {
        using RepositoryGrids grids = new();
        ExperimentReport.Check(grids.Read(file));
    }
}
