using BioLearn.Experiments.Naming;
using BioLearn.Experiments.Reports;
using BioLearn.Experiments.Studies;
using BioLearn.ML.Spiking;

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

    /// <summary>Demonstrations are meant for the bundled part; what is meant for a whole set does not run on it.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_part_of_the_data_suffices_for_demonstrations_alone(string file)
    {
        using RepositoryGrids grids = new();
        Experiment experiment = grids.Read(file);
        if (experiment.Sources.FirstOrDefault(source => source.Name is "cifar-10" or "omniglot" or "features") is { } elsewhere)
            Assert.True(experiment.Grid.Needs[elsewhere.Name] > 0);
        else if (file.EndsWith(".quick.yaml", StringComparison.Ordinal) || experiment.Sources.Count == 0)
            Assert.Null(experiment.Lacking());
        else
            Assert.Contains(file.EndsWith(".reduced.yaml", StringComparison.Ordinal) ? "needs 10000 training rows of" : "needs 60000 training rows of", experiment.Lacking(), StringComparison.Ordinal);
    }

    /// <summary>Grid files spell networks out that the library has by name; both say the same.</summary>
    [Fact]
    public void Spiking_networks_of_the_files_are_those_of_the_library()
    {
        using RepositoryGrids grids = new();
        Experiment digits = grids.Read("unsupervised/spiking-convolution.full.yaml"), characters = grids.Read("naming/omniglot.full.yaml");
        Assert.Equal(Text(SpikingNetworkOptions.Digits), Text(((FeaturesTrial)digits.Create(digits.Trials[0])).Network));
        Assert.Equal(Text(SpikingNetworkOptions.SmallPictures), Text(((NamingTrial)characters.Create(characters.Trials[0])).Network!));

        static string Text(SpikingNetworkOptions network) => System.Text.Json.JsonSerializer.Serialize(network);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Select_and_report_of_the_file_can_be_read(string file)
    {
        using RepositoryGrids grids = new();
        ExperimentReport.Check(grids.Read(file));
    }
}
