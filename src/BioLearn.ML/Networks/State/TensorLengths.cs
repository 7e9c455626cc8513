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

    private static IEnumerable<(string, long)> OfLayer(Layer layer) =>
    [
        (Key("W", layer.Index), (long)layer.WeightRows * layer.WeightColumns),
        (Key("b", layer.Index), layer.Synapses.Biases),
        .. (layer.Normalization?.Tensors ?? []).Select(t => (Key(t.Name, layer.Index), (long)t.Length)),
    ];

    private static string Key(string name, int layer) => $"{name}/{layer}";
}
