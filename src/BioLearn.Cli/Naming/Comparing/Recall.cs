using System.Numerics.Tensors;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Report;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>From names back to pictures.</summary>
internal static class Recall
{
    /// <summary>What the cell of each name of an episode recalls after its examples.</summary>
    public static IReadOnlyList<Memory> Names(PictureSet set, SpikingNetwork network, Features features, NamingEpisode episode, OneShotNamingOptions options, long seed)
    {
        var cells = NamingContestant.Taught(place => features.Seen.Counts[place], episode, options, seed);
        return [.. Enumerable.Range(0, episode.Names.Count).Select(label =>
        {
            var shown = set.Pictures[episode.Examples[Array.IndexOf(episode.ExampleLabels, label)]].Picture;
            double[] learned = cells.Weights(label).ToArray();
            TensorPrimitives.Subtract(learned, cells.Initial(label), learned);
            return new Memory(set.Names[episode.Names[label]], shown, SpikingReversal.ToPicture(network, learned), SpikingReversal.ToPicture(network, learned, shown));
        })];
    }
}
