using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>Puts a gate behind every layer of somebody's own.</summary>
internal static class GatedLayers
{
    /// <summary>
    /// The layers, each with an <see cref="InstructionGate"/> as its last part: behind normalization, activation and pooling, before the next
    /// layer that has weights. Shortcuts, which are only added to others, have none, as in the paper. Layers that have gates are left as they are.
    /// </summary>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="layers">The hidden layers.</param>
    /// <returns>The layers.</returns>
    public static IReadOnlyList<LayerSpec> Behind(TensorShape input, IReadOnlyList<LayerSpec> layers)
    {
        if (layers.Any(layer => layer is InstructionGate) || HasSynapses(input, layers) is not { } weighted)
            return layers;
        List<LayerSpec> gated = [];
        bool begun = false;
        for (int i = 0; i < layers.Count; i++)
        {
            gated.Add(layers[i]);
            begun |= weighted[i];
            bool ends = layers[i].Name is not null || i + 1 == layers.Count || weighted[i + 1];
            if (!begun || !ends)
                continue;
            begun = false;
            if (!IsShortcut(layers, i))
                Close(gated);
        }
        return gated;
    }

    /// <summary>What later layers read under a name is behind the gate.</summary>
    private static void Close(List<LayerSpec> gated)
    {
        string? name = gated[^1].Name;
        if (name is not null)
            gated[^1] = gated[^1] with { Name = null };
        gated.Add(new InstructionGate { Name = name });
    }

    /// <summary>Whether a layer is added to another and read by none.</summary>
    private static bool IsShortcut(IReadOnlyList<LayerSpec> layers, int i) =>
        layers[i].Name is { } name && layers.Any(l => l.Adds.Contains(name)) && !layers.Any(l => l.Reads == name) && i + 1 < layers.Count && layers[i + 1].Reads is not null;

    /// <summary>Which layers have synapses; null where sizes do not fit, which the network itself will say better.</summary>
    private static bool[]? HasSynapses(TensorShape input, IReadOnlyList<LayerSpec> layers)
    {
        Dictionary<string, TensorShape> shapes = new(StringComparer.Ordinal) { ["input"] = input };
        bool[] weighted = new bool[layers.Count];
        TensorShape shape = input;
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].Reads is { } read && !shapes.TryGetValue(read, out shape))
                return null;
            LayerParts parts;
            try
            {
                parts = layers[i].Resolve(shape);
            }
            catch (ArgumentException)
            {
                return null;
            }
            weighted[i] = parts.Synapses is not null;
            shape = parts.Readout?.Output ?? parts.Synapses?.Units ?? shape;
            if (parts.Flattens)
                shape = new TensorShape(shape.Size);
            if (layers[i].Name is { } name)
                shapes[name] = shape;
        }
        return weighted;
    }
}
