namespace BioLearn.ML.Networks;

/// <summary>
/// One entry of a <see cref="NetworkSpec"/>: a kind of layer with its sizes. Derive from this record for a kind of your own
/// (docs/write-a-rule.md).
/// </summary>
/// <remarks>
/// The value of a layer is h = gate ⊙ readout(φ(normalization(synapses(what it reads)) + what it adds)). A kind contributes one or
/// several of these parts (<see cref="LayerParts"/>). A kind without synapses, such as pooling or batch normalization, becomes a part of
/// the layer before it where that layer is unnamed and has room for it, and a layer of its own elsewhere.
/// </remarks>
public abstract record LayerSpec
{
    /// <summary>Name by which later layers read or add this one; null for none. What is named keeps its own value: nothing is folded into it.</summary>
    public string? Name { get; init; }

    /// <summary>Name of the earlier layer that it reads; null reads the one before.</summary>
    public string? Reads { get; init; }

    /// <summary>Names of earlier layers whose activities are added before the activation; "input" is the network's input. Default: none.</summary>
    public IReadOnlyList<string> Adds { get; init; } = [];

    /// <summary>What the layer computes from an input of some shape.</summary>
    /// <param name="input">Shape of what it reads.</param>
    /// <returns>Its parts.</returns>
    /// <exception cref="ArgumentException">A size is out of range or does not fit the input; say which, and what was expected (<see cref="Require"/>).</exception>
    public abstract LayerParts Resolve(TensorShape input);

    /// <summary>Whether two entries describe the same layer.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True if kind, names and sizes are the same.</returns>
    public virtual bool Equals(LayerSpec? other) =>
        other is not null && EqualityContract == other.EqualityContract && Name == other.Name && Reads == other.Reads && Adds.SequenceEqual(other.Adds, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, Name, Reads, Adds.Count);

    /// <summary>Refuses a size.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="message">What is wrong, and what was expected; the layer's number is put before it.</param>
    /// <exception cref="ArgumentException">The condition does not hold.</exception>
    protected static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ArgumentException(message);
    }
}
