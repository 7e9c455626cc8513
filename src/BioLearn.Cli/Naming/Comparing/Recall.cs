using System.Numerics.Tensors;
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
        return [.. Enumerable.Range(0, episode.Names.Length).Select(label =>
        {
            var shown = set.Pictures[episode.Examples[Array.IndexOf(episode.ExampleLabels, label)]].Picture;
            double[] learned = cells.Weights(label).ToArray();
            TensorPrimitives.Subtract(learned, cells.Initial(label), learned);
            return new Memory(set.Names[episode.Names[label]], shown, SpikingReversal.ToPicture(network, learned), WithTrace(network, learned, shown));
        })];
    }

    /// <summary>The same, let through only where <paramref name="seen"/> made the network fire: what in this picture the name stands for.</summary>
    public static GrayPicture WithTrace(SpikingNetwork network, ReadOnlySpan<double> learned, GrayPicture seen)
    {
        int[] layers = [.. Enumerable.Range(0, network.Options.Layers.Count)];
        return SpikingReversal.ToPicture(network, learned, network.Respond(seen, new SpikingReadOut { SpikeTimeLayers = layers }));
    }
}
