using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>What multiplies a layer's activities in every pass of a step, unit by unit and sample by sample. Immutable.</summary>
public abstract class Gating
{
    /// <summary>Whether predictions are gated too, not only learning.</summary>
    public virtual bool InPrediction => false;

    /// <summary>Whether an instruction opens the gates, which <see cref="Fill"/> then leaves open.</summary>
    public virtual bool IsInstructed => false;

    /// <summary>Sets the gates of a step, once for all its passes.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The step; its random streams are to be used.</param>
    /// <param name="layer">The layer, from 1.</param>
    /// <param name="gates">Receives [batch, outputs of the layer].</param>
    public abstract void Fill<T>(LearningContext<T> step, int layer, Signal<T> gates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
