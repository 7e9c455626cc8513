using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Report;
using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>From names back to pictures.</summary>
internal static class Recall
{
    /// <summary>What the cell of each name of an episode recalls after its examples.</summary>
    public static IReadOnlyList<Memory> Names(PictureSet set, SpikingNetwork network, Features features, Episode episode, OneShotNamingOptions options, long seed)
    {
        var cells = Contestant.Taught(place => features.Counts[place], episode, options, seed);
        return [.. Enumerable.Range(0, episode.Names.Length).Select(label => new Memory(
            set.Names[episode.Names[label]],
            set.Pictures[episode.Examples[Array.IndexOf(episode.ExampleLabels, label)]].Picture,
            Picture(network, cells, label)))];
    }

    /// <summary>The picture of what a cell has learned.</summary>
    public static GrayPicture Picture(SpikingNetwork network, ConceptCells cells, int name)
    {
        double[] learned = [.. cells.Weights(name).Zip(cells.Initial(name), (m, first) => m - first)];
        return SpikingReversal.ToPicture(network, learned);
    }
}
