namespace BioLearn.ML.Networks;

/// <summary>What a network will hold, told before it is built.</summary>
internal static class TensorLengths
{
    /// <summary>Key and number of values of every parameter that <see cref="Network{T}"/> would have.</summary>
    public static Dictionary<string, long> Of(NetworkSpec spec, LearningRule rule)
    {
        RuleRequirements needs = new();
        rule.Describe(spec, needs);
        return spec.Graph.SelectMany(OfLayer).Concat(needs.SideTensors.Select(s => (Key(s.Name, s.Layer), (long)s.Rows * s.Columns)))
            .Where(t => t.Item2 > 0).ToDictionary(t => t.Item1, t => t.Item2);
    }

    /// <summary>Refuses a network with a tensor that no array can hold.</summary>
    /// <exception cref="ArgumentException">There is one; the message has its size.</exception>
    public static void RequireHoldable(NetworkSpec spec, LearningRule rule)
    {
        foreach ((string key, long length) in Of(spec, rule))
        {
            if (length > Array.MaxLength)
                throw new ArgumentException($"The tensor {key} of the network {spec} would have {length} numbers, at most {Array.MaxLength} can be held; HiddenUnits, Layers or InputShape must be smaller.");
        }
    }

    private static IEnumerable<(string, long)> OfLayer(Layer layer) =>
    [
        (Key("W", layer.Index), (long)layer.WeightRows * layer.WeightColumns),
        (Key("b", layer.Index), layer.Synapses.Biases),
        .. (layer.Normalization?.Tensors ?? []).Select(t => (Key(t.Name, layer.Index), (long)t.Length)),
    ];

    private static string Key(string name, int layer) => $"{name}/{layer}";
}
