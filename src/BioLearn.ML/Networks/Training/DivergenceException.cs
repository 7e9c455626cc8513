namespace BioLearn.ML.Networks;

/// <summary>Training left the finite numbers; the network was put back to its last good parameters.</summary>
public sealed class DivergenceException : InvalidOperationException
{
    internal DivergenceException(string rule, Layer layer, string what, int epoch, long step)
        : base($"Training with {rule} diverged: {what} of {layer} became infinite or not a number at step {step} of epoch {epoch}. "
            + "The parameters of the last good epoch are kept. A lower learning rate, or normalized features, usually helps.")
    {
        Layer = layer.Index;
        Epoch = epoch;
        Step = step;
    }

    private DivergenceException(string message, int layer, int epoch, long step)
        : base(message)
    {
        Layer = layer;
        Epoch = epoch;
        Step = step;
    }

    /// <summary>One of the models that learn without labels; nothing of it is kept.</summary>
    internal static DivergenceException OfUnits(string rule, int epoch, long step, int layer = 1) => new(
        $"Learning with {rule} diverged: weights of layer {layer} became infinite or not a number at step {step} of epoch {epoch}. "
        + "A lower learning rate, or normalized features, usually helps.",
        layer,
        epoch,
        step);

    /// <summary>The first layer, from the input, that left the finite numbers.</summary>
    public int Layer { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step within the epoch, from 1.</summary>
    public long Step { get; }
}
