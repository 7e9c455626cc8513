using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Backpropagation, the yardstick: δ_{l-1} = (δ_l W_l) ⊙ φ'(a_{l-1}), and W_l descends δ_l ⊗ h_{l-1}
/// (Rumelhart, Hinton and Williams 1986).
/// </summary>
public sealed class Backpropagation : LearningRule
{
    /// <inheritdoc/>
    public override string Name => "backpropagation";

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = step.Depth; l > 1; l--)
            step.Backward(l, step.Weights(l));
        step.LearnAll();
    }
}
