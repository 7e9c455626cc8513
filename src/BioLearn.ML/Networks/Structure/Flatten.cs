namespace BioLearn.ML.Networks;

/// <summary>An image becomes a vector, channel by channel. <see cref="Dense"/> layers do so by themselves.</summary>
public sealed record Flatten : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Flattens = true };
}
