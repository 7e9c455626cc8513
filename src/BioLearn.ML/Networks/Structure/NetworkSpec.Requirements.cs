namespace BioLearn.ML.Networks;

/// <summary>How a rule refuses a network that it cannot train: by the layer, and why.</summary>
public sealed partial class NetworkSpec
{
    private bool? _isChain;

    /// <summary>Whether every layer has weights, reads the one before, adds nothing, and is neither normalized nor gated.</summary>
    internal bool IsChain => _isChain ??= Graph.All(l => l is { HasWeights: true, Adds.IsEmpty: true, Normalization: null, Gating: null } && l.Source == l.Index - 1);

    /// <summary>Refuses all but a chain of fully connected layers, each reading the one before.</summary>
    /// <param name="rule">Name of the rule, which begins the message.</param>
    /// <exception cref="ArgumentException">A layer is something else; the message names it.</exception>
    public void RequireFullyConnected(string rule)
    {
        foreach (Layer layer in Graph)
        {
            if (!layer.IsFullyConnected)
                throw Refusal(rule, layer, "is implemented for fully connected layers; use Dense layers");
        }
        RequirePlain(rule);
    }

    /// <summary>Refuses all but a chain: every layer has weights, reads the one before, adds nothing and is not normalized. Pooling is allowed.</summary>
    /// <param name="rule">Name of the rule, which begins the message.</param>
    /// <exception cref="ArgumentException">A layer is something else; the message names it.</exception>
    public void RequireChain(string rule)
    {
        foreach (Layer layer in Graph)
        {
            if (!layer.HasWeights)
                throw Refusal(rule, layer, "trains layers with weights alone, and this one has none; put pooling behind a convolution");
            if (layer.Source != layer.Index - 1 || !layer.Adds.IsEmpty)
                throw Refusal(rule, layer, "trains chains, in which every layer reads the one before and adds nothing");
            if (layer.Normalization is not null)
                throw Refusal(rule, layer, "has no way through normalization");
            if (layer.Gating is not null)
                throw Refusal(rule, layer, "has no way through dropout and other gates");
        }
    }

    /// <summary>Refuses all but a chain whose layers are neither pooled nor gated nor normalized.</summary>
    /// <param name="rule">Name of the rule, which begins the message.</param>
    /// <exception cref="ArgumentException">A layer is something else; the message names it.</exception>
    public void RequirePlain(string rule)
    {
        RequireChain(rule);
        if (Graph.FirstOrDefault(l => l.Readout is not null) is { } pooled)
            throw Refusal(rule, pooled, "has no way back through pooling; use strides");
    }

    private static ArgumentException Refusal(string rule, Layer layer, string reason) => new($"{rule} {reason}: {layer}.");
}
