namespace BioLearn.ML.Networks;

/// <summary>What a kind of layer brings: any of the five parts that a layer's value is made of, in this order.</summary>
public sealed record LayerParts
{
    /// <summary>Weights and how signals pass them; null for kinds without weights.</summary>
    public Synapses? Synapses { get; init; }

    /// <summary>What the synapses' sums pass before the activation; null for nothing.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>φ; null leaves it as it is.</summary>
    public Activation? Activation { get; init; }

    /// <summary>How activities become what readers see, such as pooling; null for as they are.</summary>
    public Readout? Readout { get; init; }

    /// <summary>What the activities are multiplied by, such as dropout; null for nothing.</summary>
    public Gating? Gating { get; init; }

    /// <summary>Whether readers see a plain vector, channel by channel.</summary>
    public bool Flattens { get; init; }
}
