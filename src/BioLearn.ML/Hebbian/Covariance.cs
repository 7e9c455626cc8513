using System.Numerics.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// The covariance rule (Sejnowski 1977): ΔW = E[(y − ȳ)(x − x̄)'], with the means of the batch, so that weights also fall. Unbounded
/// like Hebb's: the rows of W are kept at length 1.
/// </summary>
public sealed class Covariance : HebbianRule
{
    /// <inheritdoc/>
    public override string Name => "covariance";

    /// <inheritdoc/>
    public override bool IsBounded => false;

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        // With y - mean(y) on one side the mean of x on the other adds nothing: E[(y - mean y) mean(x)'] = 0.
        Span<T> mean = new T[step.Output.Columns];
        for (int b = 0; b < step.Batch; b++)
            TensorPrimitives.Add(mean, step.Output.Row(b), mean);
        TensorPrimitives.Divide(mean, T.CreateChecked(step.Batch), mean);
        for (int b = 0; b < step.Batch; b++)
            TensorPrimitives.Subtract(step.Output.Row(b), mean, step.Post.Row(b));
        step.Correlate(step.Post, step.Input);
    }
}
