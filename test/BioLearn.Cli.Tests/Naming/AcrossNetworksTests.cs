using BioLearn.Cli.Naming.Comparing;
using BioLearn.Experiments.Naming;

namespace BioLearn.Cli.Tests.Naming;

public sealed class AcrossNetworksTests
{
    [Fact]
    public void Mean_and_interval_are_over_networks_and_episodes_and_differences_keep_their_pairs()
    {
        ComparisonResult[] results = [Result("a", 5, .5), Result("b", 5, .9), Result("alone", 2, .1)];
        AcrossNetworks across = Assert.Single(AcrossNetworks.Of(results));
        Assert.Equal(["a", "b"], across.Networks.Select(network => network.Network));
        var (mean, interval) = across.Accuracy(0);
        Assert.Equal(.7 + .02, mean, 1e-12); // the episodes add 0 to .04
        // Two networks, drawn twice: both are the first in a quarter of the samples, both the second in another.
        Assert.InRange(interval.Low, .5, .55);
        Assert.InRange(interval.High, .89, .95);
        Assert.Null(across.Difference(1, "svm"));
        var difference = across.Difference(0, "svm")!.Value;
        Assert.Equal(.1, difference.Mean, 1e-12);
        Assert.Equal((.1, .1), (Math.Round(difference.Interval.Low, 9), Math.Round(difference.Interval.High, 9))); // the same on every network and episode
        using TemporaryFolder folder = new();
        ResultTables.Write(folder.Path, results, ["one", "two", "three", "four", "five"]);
        string[] lines = File.ReadAllLines(folder[ResultTables.Networks]);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("5,1,no,2,5,naming,activity,0.72,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",0.1,0.1,0.1", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_network_has_no_table_of_networks()
    {
        using TemporaryFolder folder = new();
        ResultTables.Write(folder.Path, [Result("a", 5, .5)], ["one", "two", "three", "four", "five"]);
        Assert.False(File.Exists(folder[ResultTables.Networks]));
        Assert.True(File.Exists(folder[ResultTables.Summary]));
    }

    private static ComparisonResult Result(string network, int ways, double accuracy)
    {
        NamingContestant[] contestants = [new("naming", "", "activity", (_, _) => []), new("svm", "", "activity", (_, _) => [])];
        NamingEpisode[] episodes = [.. Enumerable.Range(0, 5).Select(k => new NamingEpisode($"{k}", [0, 1], [k], [0], [], []))];
        double[] right = [.. episodes.Select((_, k) => accuracy + (.01 * k))];
        return new(network, ways, 1, false, new(contestants, episodes, [right, [.. right.Select(r => r - .1)]]), 0);
    }
}
