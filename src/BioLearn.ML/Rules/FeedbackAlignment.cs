using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Feedback alignment (Lillicrap, Cownden, Tweed and Akerman 2016): the error comes down through fixed random weights K of the
/// shape of W, δ_{l-1} = (δ_l K_l) ⊙ φ'(a_{l-1}); the forward weights come to align with them. The top layer gets the true error.
/// </summary>
public sealed class FeedbackAlignment : LearningRule
{
    /// <summary>Initial feedback weights; their scale matters as much as the learning rate. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => "feedback alignment";

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs) => needs.FeedbackLike("K", network, Feedback);

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = step.Depth; l > 1; l--)
            step.Backward(l, step.Side("K", l));
        step.LearnAll();
    }
}
