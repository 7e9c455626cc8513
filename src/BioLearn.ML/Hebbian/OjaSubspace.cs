namespace BioLearn.ML.Hebbian;

/// <summary>
/// Oja's subspace rule (Oja 1989): ΔW = E[y x' − y y' W]. The rows of W become an orthonormal basis of the space of the first
/// principal components, in no order.
/// </summary>
public sealed class OjaSubspace : HebbianRule
{
    /// <inheritdoc/>
    public override string Name => "Oja subspace";

    /// <inheritdoc/>
    public override int? MostUnits(int features) => features;

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Correlate(step.Output, step.Input);
        step.Subtract(step.OutputCorrelation());
    }
}
