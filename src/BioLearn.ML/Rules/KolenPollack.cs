using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Kolen-Pollack learning (Kolen and Pollack 1994; Akrout et al. 2019): forward weights W and feedback weights K get the same
/// product δ_l ⊗ h_{l-1} and the same decay λ, so that W − K shrinks by exactly (1 − λ) a step and the feedback becomes the
/// transpose. λ = 0 is Amit's updated random feedback (2019): the difference stays frozen.
/// </summary>
public sealed class KolenPollack : LearningRule
{
    /// <summary>Decay λ of W and K per step, in [0, 1). Default: 1e-4.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Initial feedback weights. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => WeightDecay == 0 ? "updated random feedback" : "Kolen-Pollack";

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        Guard.Fraction(WeightDecay);
        needs.FeedbackLike("K", network, Feedback);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = step.Depth; l > 1; l--)
            step.Backward(l, step.Side("K", l));
        step.LearnAll();
        for (int l = 1; l <= step.Depth; l++)
            step.Weights(l).Decay = WeightDecay;
        for (int l = 2; l <= step.Depth; l++)
        {
            step.Side("K", l).Decay = WeightDecay;
            step.LearnLike(step.Side("K", l), step.Weights(l));
        }
    }
}
