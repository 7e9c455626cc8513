namespace BioLearn.ML.Hebbian;

/// <summary>
/// Oja's rule for independent units (Oja 1982): Δw_i = E[y_i x − y_i² w_i]. Each unit turns to the first principal component and to
/// length 1.
/// </summary>
public sealed class Oja : HebbianRule
{
    /// <inheritdoc/>
    public override string Name => "Oja";

    /// <inheritdoc/>
    public override void Learn<T>(HebbianStep<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Correlate(step.Output, step.Input);
        step.Decay(step.MeanSquares());
    }
}
