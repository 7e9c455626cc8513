using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// The rule of Bienenstock, Cooper and Munro (1982), with the threshold of Intrator and Cooper (1992): ΔW = E[y (y − θ) x'], where
/// θ follows E[y²]. Units become selective for what is rare and strong. Linear units; the rate must be small for θ to keep up.
/// </summary>
public sealed class Bcm : HebbianRule
{
    /// <summary>How fast the threshold follows E[y²] of each batch, in (0, 1]; 1 takes the batch alone. Default: 0.1.</summary>
    public double ThresholdRate
    {
        get;
        init
        {
            Guard.AboveZero(value, nameof(ThresholdRate));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1, nameof(ThresholdRate));
            field = value;
        }
    } = 0.1;

    /// <inheritdoc/>
    public override string Name => "BCM";

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        T[] threshold = step.MeanSquares();
        if (step.Recall("threshold") is { } before)
            TensorPrimitives.Lerp(before, threshold, T.CreateChecked(ThresholdRate), threshold);
        step.Remember("threshold", threshold);
        for (int b = 0; b < step.Batch; b++)
        {
            TensorPrimitives.Subtract(step.Output.Row(b), threshold, step.Post.Row(b));
            TensorPrimitives.Multiply(step.Post.Row(b), step.Output.Row(b), step.Post.Row(b));
        }
        step.Correlate(step.Post, step.Input);
    }
}
