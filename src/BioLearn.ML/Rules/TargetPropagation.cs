using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>How <see cref="TargetPropagation"/> makes the target of a layer from the target of the layer above.</summary>
public enum TargetKind
{
    /// <summary>t_{l-1} = g_l(t_l): target propagation (Bengio 2014).</summary>
    Inverse,

    /// <summary>t_{l-1} = h_{l-1} + g_l(t_l) − g_l(h_l): difference target propagation, which cancels the error of the inverse.</summary>
    Difference,

    /// <summary>
    /// The same below the last hidden layer, whose target is h_{L-1} − η̂ δ_L W_L; the output layer follows the true gradient
    /// (Lee et al. 2015).
    /// </summary>
    DifferenceBelowPenultimate,

    /// <summary>
    /// t_{l-1} = h_{l-1} + W_l⁺ (t_l − h_l) with the pseudo-inverse of the weights themselves, for linear networks: nothing is learned but the network.
    /// With a <see cref="TargetPropagation.TargetStepSize"/> of 1 every layer's error is what the layer below must change to put the output on its target
    /// (as in Song et al. 2024).
    /// </summary>
    PseudoInverse,
}

/// <summary>
/// Target propagation: layers learn to reach targets instead of following errors. Learned inverses g_l(z) = φ(z V_l' + c_l) carry the
/// output's target t_L = a_L − η̂ ∂ℓ/∂a_L down, and W_l descends ½ ‖h_l − t_l‖²: ((h_l − t_l) ⊙ φ'(a_l)) ⊗ h_{l-1}
/// (Lee, Zhang, Fischer and Bengio 2015; Meulemans et al. 2020; Ernoult et al. 2022). The inverse of a convolution is a transposed
/// convolution of its shape, V_l, with a bias an input channel (as of Bartunov et al. 2018). Chains without pooling.
/// </summary>
/// <remarks>
/// The output is linear for the targets, whatever the head; the head's error makes t_L. Inverses that know nothing give targets that
/// teach nothing: let them learn alone first (<see cref="InverseOnlySteps"/>), or more often than the network
/// (<see cref="InverseUpdates"/>).
/// </remarks>
public sealed class TargetPropagation : LearningRule
{
    /// <summary>How targets come down. Default: by differences.</summary>
    public TargetKind Targets { get; init; } = TargetKind.Difference;

    /// <summary>What the inverses learn. Default: local difference reconstruction.</summary>
    public InverseLoss InverseLoss { get; init; } = InverseLoss.LocalDifferenceReconstruction;

    /// <summary>Step η̂ from the output to its target; above 0. Default: 0.3.</summary>
    public double TargetStepSize { get; init; } = 0.3;

    /// <summary>Deviation σ of the noise around which the inverses learn; above 0. Default: 0.2.</summary>
    public double NoiseDeviation { get; init; } = 0.2;

    /// <summary>Activation of g_l; null takes that of layer l − 1. Default: null.</summary>
    public Activation? InverseActivation { get; init; }

    /// <summary>First steps in which only the inverses learn; at least 0. Default: 100.</summary>
    public int InverseOnlySteps { get; init; } = 100;

    /// <summary>Updates of the inverses in every step, each with noise of its own; at least 1. Default: 1.</summary>
    public int InverseUpdates { get; init; } = 1;

    /// <summary>Learning rate of the inverses over that of the weights; above 0. Default: 2.</summary>
    public double InverseLearningRateScale { get; init; } = 2;

    /// <summary>Initial V_l, drawn independently of W. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => Targets switch
    {
        TargetKind.Inverse => "target propagation",
        TargetKind.PseudoInverse => "pseudo-inverse target propagation",
        _ => "difference target propagation",
    };

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(TargetStepSize);
        Guard.AboveZero(NoiseDeviation);
        Guard.AboveZero(InverseUpdates);
        Guard.AboveZero(InverseLearningRateScale);
        Guard.AtLeastZero(InverseOnlySteps);
        ArgumentNullException.ThrowIfNull(Feedback);
        network.RequirePlain("Target propagation");
        if (Targets == TargetKind.PseudoInverse)
        {
            PseudoInverseTargets.RequireLinear(network);
            return;
        }
        Inverse<float>.Describe(network, needs, Feedback);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        if (Targets == TargetKind.PseudoInverse)
        {
            PseudoInverseTargets.Learn(step, TargetStepSize);
            return;
        }
        Inverse<T> inverse = new(step, InverseActivation);
        InverseLearning<T> learning = new(step, inverse, NoiseDeviation);
        LearnInverses(step, learning);
        if (step.Number < InverseOnlySteps)
            return;
        SetTargets(step, inverse, learning);
        for (int l = 1; l <= step.Depth; l++)
            LearnTowardsTarget(step, inverse, l);
    }

    /// <summary>t_l of every layer, in the scratch "t".</summary>
    private void SetTargets<T>(LearningContext<T> step, Inverse<T> inverse, InverseLearning<T> learning)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T minusRate = -T.CreateChecked(TargetStepSize);
        int top = step.Depth;
        TensorPrimitives.MultiplyAdd(step.Delta(top).Span, minusRate, inverse.Activity(top).Span, Target(step, top).Span);
        for (int l = top; l > 1; l--)
        {
            Signal<T> target = Target(step, l - 1);
            if (Targets == TargetKind.Inverse)
                inverse.Answer(("a of t", "t"), l, Target(step, l));
            else if (Targets == TargetKind.DifferenceBelowPenultimate && l == top)
            {
                step.SendDown(l, step.Weights(l), step.Delta(l), target);
                TensorPrimitives.MultiplyAdd(target.Span, minusRate, inverse.Activity(l - 1).Span, target.Span);
            }
            else
                learning.DifferenceTarget(l, Target(step, l), target);
        }
    }

    /// <summary>δ_l = (h_l − t_l) ⊙ φ'(a_l) meets h_{l-1}.</summary>
    private void LearnTowardsTarget<T>(LearningContext<T> step, Inverse<T> inverse, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> delta = step.Delta(l);
        if (l < step.Depth)
        {
            TensorPrimitives.Subtract(inverse.Activity(l).Span, Target(step, l).Span, delta.Span);
            step.Gate(step.Clean, l, delta, delta);
        }
        else if (Targets != TargetKind.DifferenceBelowPenultimate)
        {
            TensorPrimitives.Subtract(inverse.Activity(l).Span, Target(step, l).Span, delta.Span);
        }
        step.Learn(l, delta, step.Clean.Activity(l - 1));
    }

    private void LearnInverses<T>(LearningContext<T> step, InverseLearning<T> learning)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int draw = 0; draw < InverseUpdates; draw++)
        {
            if (draw > 0)
                step.ApplyUpdates();
            for (int l = 2; l <= step.Depth; l++)
            {
                learning.Learn(InverseLoss, l, draw);
                step.Side("V", l).LearningRateScale = InverseLearningRateScale;
                step.Side("c", l).LearningRateScale = InverseLearningRateScale;
            }
        }
    }

    /// <summary>For l &lt; L the memory that g_{l+1} writes its answer to, kept under layer l + 1.</summary>
    private static Signal<T> Target<T>(LearningContext<T> step, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch("t", l + 1, step.Layer(l).Units.Size);
}
