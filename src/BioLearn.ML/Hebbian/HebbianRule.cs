using System.Numerics;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// A Hebbian rule: the change of the weights of linear units y = W x from what meets at each synapse, without an error. A rule of
/// your own is one class that overrides <see cref="Learn{T}"/>.
/// </summary>
/// <remarks>An instance holds hyper-parameters only; what a rule remembers from step to step is a state of the <see cref="HebbianStep{T}"/>.</remarks>
public abstract class HebbianRule
{
    /// <summary>The field's name of the rule, for example "Oja".</summary>
    public abstract string Name { get; }

    /// <summary>Whether the rule itself keeps the weights from growing without end; otherwise the rows of W are kept at length 1.</summary>
    public virtual bool IsBounded => true;

    /// <summary>Units that the rule can give something to find, where that depends on the number of features; null for any number.</summary>
    /// <param name="features">Numbers of a row.</param>
    /// <returns>The largest rank, or null. Default: null.</returns>
    public virtual int? MostUnits(int features) => null;

    /// <summary>Writes the direction of ascent, averaged over the batch, into <see cref="HebbianStep{T}.Change"/>: W += η Change.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The batch, the outputs, the weights.</param>
    public abstract void Learn<T>(HebbianStep<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
