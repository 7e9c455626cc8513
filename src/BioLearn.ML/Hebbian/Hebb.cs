namespace BioLearn.ML.Hebbian;

/// <summary>
/// Plain Hebbian learning (Hebb 1949): ΔW = E[y x']. It grows without end, so the rows of W are kept at length 1; each then turns
/// towards the first principal component.
/// </summary>
public sealed class Hebb : HebbianRule
{
    /// <inheritdoc/>
    public override string Name => "Hebb";

    /// <inheritdoc/>
    public override bool IsBounded => false;

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Correlate(step.Output, step.Input);
    }
}
