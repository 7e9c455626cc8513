using BioLearn.Cli.Tables;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed;

/// <summary>The sub-network of each instruction: which units of which layers it opens.</summary>
/// <param name="Instructions">Their names.</param>
/// <param name="Parts">What each opens.</param>
internal sealed record GateTable(IReadOnlyList<string> Instructions, SubNetworks Parts)
{
    /// <summary>The gated layers, from the picture up.</summary>
    public IReadOnlyList<GateLayer> Layers { get; } = [.. Parts.Layers.Select((layer, index) => new GateLayer(Parts, index, layer))];

    /// <summary>Share of all units that an instruction opens.</summary>
    public double Open(int instruction) => Layers.Sum(layer => layer.Share(instruction) * layer.Units) / Layers.Sum(layer => layer.Units);

    /// <summary>Units of all layers that both of two instructions open, of those that either opens (Jaccard index); NaN where both are empty.</summary>
    public double Overlap(int one, int other) => Jaccard(one, other, layer => layer.Both(one, other));

    /// <summary>The mean overlap of two different instructions; NaN of one alone.</summary>
    public double MeanOverlap => Mean(Overlap);

    /// <summary>What it would be if each layer's open units were drawn at random.</summary>
    public double ChanceOverlap => Mean((one, other) => Jaccard(one, other, layer => layer.Share(one) * layer.Share(other)));

    /// <summary>Names of instructions that open no unit of some layer: nothing of a row passes.</summary>
    public IEnumerable<string> Dead => Instructions.Where((_, i) => Parts.ClosedLayer(i) is not null);

    /// <summary>A line a unit, a column an instruction: 1 where it is open.</summary>
    public void Write(string path)
    {
        CsvText text = new(["layer", "unit", .. Instructions]);
        foreach (var layer in Layers)
        {
            bool[][] open = [.. Instructions.Select((_, i) => layer.Gates(i))];
            for (int unit = 0; unit < layer.Units; unit++)
                text.Row([layer.Name, unit, .. open.Select(gates => (object)(gates[unit] ? 1 : 0))]);
        }
        SafeFile.WriteText(path, text.ToString());
    }

    private double Jaccard(int one, int other, Func<GateLayer, double> both)
    {
        double common = Layers.Sum(layer => both(layer) * layer.Units);
        return common / (Layers.Sum(layer => (layer.Share(one) + layer.Share(other)) * layer.Units) - common);
    }

    private double Mean(Func<int, int, double> of)
    {
        double[] pairs = [.. Enumerable.Range(0, Parts.Count).SelectMany(one => Enumerable.Range(one + 1, Parts.Count - one - 1).Select(other => of(one, other))).Where(double.IsFinite)];
        return pairs.Length == 0 ? double.NaN : pairs.Average();
    }
}

/// <summary>A gated layer.</summary>
/// <param name="Parts">What each instruction opens.</param>
/// <param name="Index">Its place among the gated layers.</param>
/// <param name="Layer">The layer.</param>
internal sealed record GateLayer(SubNetworks Parts, int Index, Layer Layer)
{
    /// <summary>Its number in the network, from 1.</summary>
    public int Number => Layer.Index;

    /// <summary>Its units: maps, rows, columns.</summary>
    public TensorShape Shape => Layer.Output;

    /// <summary>What to call it.</summary>
    public string Name => Shape.IsVector ? $"layer {Number}" : $"layer {Number}: {Shape.Channels} maps of {Shape.Height}x{Shape.Width}";

    public int Units => Shape.Size;

    public bool[] Gates(int instruction) => Parts.Gates(Index, instruction);

    /// <summary>Share of the units that an instruction opens.</summary>
    public double Share(int instruction) => Parts.Open(Index, instruction);

    /// <summary>Share of the units that both of two instructions open.</summary>
    public double Both(int one, int other) => Parts.OpenInBoth(Index, one, other);
}
