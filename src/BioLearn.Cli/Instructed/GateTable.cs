using BioLearn.Cli.Tables;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed;

/// <summary>The sub-network of each instruction: which units of which layers it opens.</summary>
/// <param name="Instructions">Their names.</param>
/// <param name="Parts">What each opens.</param>
/// <param name="Network">The network that they are parts of.</param>
internal sealed record GateTable(IReadOnlyList<string> Instructions, IReadOnlyList<SubNetwork> Parts, NetworkSpec Network)
{
    /// <summary>The gated layers, from the picture up.</summary>
    public IReadOnlyList<GateLayer> Layers { get; } = [.. Parts[0].Layers.Select(layer => new GateLayer(layer, Network.Graph[layer - 1].Output, Parts))];

    /// <summary>The mean overlap of two different instructions; NaN of one alone.</summary>
    public double MeanOverlap => Mean((one, other) => one.Overlap(other));

    /// <summary>What it would be if each layer's open units were drawn at random.</summary>
    public double ChanceOverlap => Mean((one, other) => one.OverlapByChance(other));

    /// <summary>Names of instructions that open no unit of some layer: nothing of a row passes.</summary>
    public IEnumerable<string> Dead => Instructions.Where((_, i) => Layers.Any(layer => layer.Share(i) == 0));

    /// <summary>A line a unit, a column an instruction: 1 where it is open.</summary>
    public void Write(string path)
    {
        CsvText text = new(["layer", "unit", .. Instructions]);
        foreach (var layer in Layers)
        {
            for (int unit = 0; unit < layer.Units; unit++)
                text.Row([layer.Name, unit, .. Parts.Select(part => (object)(part.Gates(layer.Number)[unit] ? 1 : 0))]);
        }
        SafeFile.WriteText(path, text.ToString());
    }

    private double Mean(Func<SubNetwork, SubNetwork, double> of)
    {
        double[] pairs = [.. Enumerable.Range(0, Parts.Count).SelectMany(one => Enumerable.Range(one + 1, Parts.Count - one - 1).Select(other => of(Parts[one], Parts[other]))).Where(double.IsFinite)];
        return pairs.Length == 0 ? double.NaN : pairs.Average();
    }
}

/// <summary>A gated layer.</summary>
/// <param name="Number">Its number in the network, from 1.</param>
/// <param name="Shape">Its units: maps, rows, columns.</param>
/// <param name="Parts">What each instruction opens.</param>
internal sealed record GateLayer(int Number, TensorShape Shape, IReadOnlyList<SubNetwork> Parts)
{
    /// <summary>What to call it.</summary>
    public string Name => Shape.IsVector ? $"layer {Number}" : $"layer {Number}: {Shape.Channels} maps of {Shape.Height}x{Shape.Width}";

    public int Units => Parts[0].Gates(Number).Length;

    /// <summary>Share of the units that an instruction opens.</summary>
    public double Share(int instruction) => Parts[instruction].OpenShare(Number);

    /// <summary>Share of the units that both of two instructions open.</summary>
    public double Both(int one, int other) => Parts[one].CommonShare(Parts[other], Number);
}
