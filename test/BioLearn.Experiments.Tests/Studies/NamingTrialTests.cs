using BioLearn.Experiments.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Experiments.Tests.Studies;

/// <summary>Naming after a few examples: what is drawn for an episode, and that names are found.</summary>
public class NamingTrialTests
{
    private static DataSource Pictures => DataSource.At("fashion-mnist", RepositoryFiles.Find("examples/data/fashion-mnist"));

    [Theory]
    [InlineData(NamingPool.Apart)]
    [InlineData(NamingPool.Test)]
    [InlineData(NamingPool.All)]
    public void Cells_svm_and_nearest_name_rows_far_better_than_chance(NamingPool pool)
    {
        TrialContext context = new("naming", "1");
        new NamingTrial { Data = Pictures, Pool = pool, Ways = 2, Shots = 5, Episodes = 12, Tests = 20, Depression = 0 }.Run(context);
        Assert.Equal(Enumerable.Range(1, 12), context.Rows.Select(row => row.Iteration));
        foreach (string contestant in (string[])["rows-naming", "rows-svm", "rows-nearest"])
            Assert.InRange(context.Rows.Average(row => row.Find(contestant)!.Value), .7, 1);
        Assert.All(context.Rows, row => Assert.Equal(row.Find("rows-naming") - row.Find("rows-svm"), row.Find("rows-naming-minus-svm")));
    }

    [Fact]
    public void Network_adds_its_contestants_and_leaves_the_others_as_they_are()
    {
        TrialContext rows = new("naming", "1"), both = new("naming", "2");
        NamingTrial trial = new() { Data = Pictures, Ways = 2, Episodes = 4, Tests = 20, EpisodeSeed = 1 };
        trial.Run(rows);
        new NamingTrial { Data = Pictures, Ways = 2, Episodes = 4, Tests = 20, EpisodeSeed = 1, NetworkPictures = 500, Network = Small() }.Run(both);
        Assert.Equal(rows.Rows.Select(row => row.Find("rows-svm")), both.Rows.Select(row => row.Find("rows-svm")));
        Assert.Null(rows.Rows[0].Find("naming"));
        foreach (string contestant in (string[])["naming", "naming-plain", "svm", "svm-neurons", "linear-svm", "nearest"])
            Assert.InRange(both.Rows.Average(row => row.Find(contestant)!.Value), .5, 1);

        static SpikingNetworkOptions Small()
        {
            var layers = SpikingNetworkOptions.SmallPictures.Layers;
            return SpikingNetworkOptions.SmallPictures with { Layers = [.. layers.Select(layer => layer.Learning is { } learning ? layer with { Learning = learning with { Iterations = 1000 } } : layer)] };
        }
    }

    [Fact]
    public void Episode_shows_and_asks_of_each_name_what_it_may()
    {
        NamingRows rows = new() { Names = ["a", "b", "c"], Training = [[0, 1, 2], [3, 4, 5], [6, 7, 8]], Test = [[0, 1, 2], [3, 4, 5], [6, 7, 8]], TestsAreTheOthers = true };
        NamingEpisode[] episodes = NamingEpisode.Draw(rows, 50, ways: 2, shots: 1, tests: 10, seed: 1);
        foreach (NamingEpisode episode in episodes)
        {
            Assert.Equal(2, episode.Names.Distinct().Count());
            Assert.All(episode.Examples.Zip(episode.ExampleLabels), one => Assert.Equal(episode.Names[one.Second], one.First / 3));
            Assert.All(episode.Tests.Zip(episode.TestLabels), one => Assert.Equal(episode.Names[one.Second], one.First / 3));
            Assert.Equal(6, episode.Examples.Concat(episode.Tests).Distinct().Count());
        }
        Assert.Equal(9, episodes.SelectMany(episode => episode.Examples).Distinct().Count());
        Assert.Equal(episodes[3].Examples, NamingEpisode.Draw(rows, 4, 2, 1, 10, 1)[3].Examples); // the k-th depends on seed and k alone
        Assert.Contains("expected 2 to 3", Assert.Throws<ArgumentException>(() => NamingEpisode.Draw(rows, 1, 4, 1, 10, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'a' has 3 pictures", Assert.Throws<ArgumentException>(() => NamingEpisode.Draw(rows, 1, 2, 3, 10, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_leaves_nothing_to_name_and_features_below_0_are_refused()
    {
        NamingRows rows = new() { Names = ["a", "b"], Training = [[0, 1], [2, 3]], Test = [[0, 1], [2, 3]], TestsAreTheOthers = true };
        Assert.Contains("shots 0 shows all rows", Assert.Throws<ArgumentException>(() => NamingEpisode.Draw(rows, 1, 2, 0, 10, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("two or more to tell apart", Assert.Throws<ArgumentException>(() => NamingEpisode.Draw(new() { Names = ["a"], Training = [[0]], Test = [[1]] }, 1, 2, 1, 10, 1)).Message, StringComparison.Ordinal);
        LabelledRows signed = new(new float[] { 1, -.5f, 0, 1 }, new[] { 0, 1 });
        Assert.Contains("a feature of -0.5", Assert.Throws<ArgumentException>(() => new NamingTrial { Data = DataSource.Of("t", "a test", signed, signed), Ways = 2, Episodes = 1 }.Run(new TrialContext("naming", "1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_lack_rows_on_one_side_are_no_names()
    {
        LabelledRows rows = new(new float[6], new[] { 0, 0, 2, 3, 3, 0 });
        Assert.Equal(["0"], NamingRows.Of(rows, tests: 5).Names);
        NamingRows all = NamingRows.Of(rows, tests: null);
        Assert.Equal(["0", "3"], all.Names);
        Assert.Equal([0, 1, 5], all.Training[0]);
    }

    [Fact]
    public void Single_numbers_of_a_grid_file_are_read()
    {
        Grids.GridFile grid = Grids.GridFile.Parse("name: n\ntask: naming\nseeds: 1\ntrial: {data: fashion-mnist, active-from: 7.5, network: {layers: [{kind: convolution, maps: 2, threshold: 3, initial-deviation: 0.05}]}}");
        Experiment experiment = new(grid, TrialCatalog.Standard(), new Dictionary<string, string> { ["fashion-mnist"] = Pictures.Folder });
        NamingTrial made = Assert.IsType<NamingTrial>(experiment.Create(experiment.Trials[0]));
        Assert.Equal((7.5f, 3f, .05f), (made.ActiveFrom, made.Network!.Layers[0].Threshold, made.Network.Layers[0].InitialDeviation));
    }
}
