using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>How <see cref="NodePerturbation"/> credits a unit.</summary>
public enum NodePerturbationMode
{
    /// <summary>By the noise that was added to it: δ_l = (Δℓ / σ) ξ_l.</summary>
    Noise,

    /// <summary>
    /// By the change of its pre-activation, noise from below included (activity-based node perturbation, Dalm et al. 2023):
    /// δ_l = N Δℓ d_l / Σ_k ‖d_k‖², N the number of units.
    /// </summary>
    Activity,
}

/// <summary>
/// Node perturbation (Williams 1992; Fiete and Seung 2006): add σξ to every pre-activation, and credit each unit with its noise
/// times the change of the sample's loss. The loss difference is per sample: with a batch mean the estimate is as poor as weight
/// perturbation's. Weights meet the clean inputs.
/// </summary>
public sealed class NodePerturbation : LearningRule
{
    /// <summary>Standard deviation σ of the noise; above 0. Default: 1e-3.</summary>
    public double NoiseDeviation { get; init; } = 1e-3;

    /// <summary>How a unit is credited. Default: by its noise.</summary>
    public NodePerturbationMode Mode { get; init; } = NodePerturbationMode.Noise;

    /// <inheritdoc/>
    public override string Name => Mode == NodePerturbationMode.Activity ? "activity-based node perturbation" : "node perturbation";

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs) => Guard.AboveZero(NoiseDeviation);

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        Phase<T> noisy = step.Phase("noisy");
        ForwardWithNoise(step, noisy);
        Signal<T> change = LossChange(step, noisy);
        if (Mode == NodePerturbationMode.Noise)
            CreditNoise(step, change);
        else
            CreditActivity(step, noisy, change);
        step.LearnAll();
    }

    private void ForwardWithNoise<T>(LearningContext<T> step, Phase<T> noisy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= step.Depth; l++)
        {
            step.PreActivate(noisy, l);
            Signal<T> pre = noisy.PreActivation(l);
            Signal<T> noise = step.Scratch("ξ", l, pre.Width);
            step.Normal("noise", l, noise);
            TensorPrimitives.MultiplyAdd(noise.Span, T.CreateChecked(NoiseDeviation), pre.Span, pre.Span);
            step.Activate(noisy, l);
        }
    }

    /// <summary>Δℓ_b = ℓ_b(noisy) − ℓ_b(clean), [batch, 1].</summary>
    private static Signal<T> LossChange<T>(LearningContext<T> step, Phase<T> noisy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> change = step.Scratch("Δℓ", step.Depth, 1);
        step.LossPerSample(noisy, change);
        TensorPrimitives.Subtract(change.Span, step.Losses.Span, change.Span);
        return change;
    }

    private void CreditNoise<T>(LearningContext<T> step, Signal<T> change)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T inverse = T.One / T.CreateChecked(NoiseDeviation);
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> delta = step.Delta(l);
            Signal<T> noise = step.Scratch("ξ", l, delta.Width);
            for (int b = 0; b < step.Batch; b++)
                TensorPrimitives.Multiply(noise.Row(b), change.Row(b)[0] * inverse, delta.Row(b));
        }
    }

    private static void CreditActivity<T>(LearningContext<T> step, Phase<T> noisy, Signal<T> change)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = 0;
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> delta = step.Delta(l);
            TensorPrimitives.Subtract(noisy.PreActivation(l).Span, step.Clean.PreActivation(l).Span, delta.Span);
            units += delta.Width;
        }
        for (int b = 0; b < step.Batch; b++)
        {
            T squares = T.Zero;
            for (int l = 1; l <= step.Depth; l++)
                squares += TensorPrimitives.SumOfSquares<T>(step.Delta(l).Row(b));
            T factor = squares == T.Zero ? T.Zero : T.CreateChecked(units) * change.Row(b)[0] / squares;
            for (int l = 1; l <= step.Depth; l++)
                TensorPrimitives.Multiply(step.Delta(l).Row(b), factor, step.Delta(l).Row(b));
        }
    }
}
