using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// The generalized Hebbian algorithm (Sanger 1989): ΔW = E[y x' − LT(y y') W], where LT keeps the lower triangle with the diagonal.
/// The rows of W become the first principal components, in order.
/// </summary>
public sealed class Sanger : HebbianRule
{
    /// <inheritdoc/>
    public override string Name => "Sanger";

    /// <inheritdoc/>
    public override int? MostUnits(int features) => features;

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Correlate(step.Output, step.Input);
        MatrixSpan<T> lower = step.OutputCorrelation();
        for (int i = 0; i < lower.Rows; i++)
            lower.Row(i)[(i + 1)..].Clear();
        step.Subtract(lower);
    }
}
