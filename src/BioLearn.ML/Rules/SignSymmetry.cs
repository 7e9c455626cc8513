using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>Magnitude of the feedback weights in <see cref="SignSymmetry"/>.</summary>
public enum SignSymmetryMagnitude
{
    /// <summary>uSF: one magnitude a layer, s_l = √(2 / (fan-in + fan-out)); K = s_l sign(W_l).</summary>
    Uniform,

    /// <summary>frSF: random magnitudes drawn once; K = |M| ⊙ sign(W_l).</summary>
    FixedRandom,

    /// <summary>brSF: random magnitudes drawn anew for every mini-batch; K = |M| ⊙ sign(W_l).</summary>
    BatchRandom,
}

/// <summary>
/// Sign symmetry (Liao, Leibo and Poggio 2016; Moskovitz et al. 2018): the feedback weights share only the signs of the forward
/// weights, refreshed at every step; δ_{l-1} = (δ_l K_l) ⊙ φ'(a_{l-1}), sign(0) = 0.
/// </summary>
public sealed class SignSymmetry : LearningRule
{
    /// <summary>Where the magnitudes come from. Default: uniform (uSF).</summary>
    public SignSymmetryMagnitude Magnitude { get; init; } = SignSymmetryMagnitude.Uniform;

    /// <summary>Distribution of the random magnitudes (their absolute value is used). Default: Glorot uniform.</summary>
    public Initializer Magnitudes { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => Magnitude switch
    {
        SignSymmetryMagnitude.FixedRandom => "sign symmetry, fixed random magnitudes",
        SignSymmetryMagnitude.BatchRandom => "sign symmetry, batchwise random magnitudes",
        _ => "sign symmetry, uniform magnitude",
    };

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        needs.FeedbackLike("K", network, Initializer.Zeros);
        if (Magnitude != SignSymmetryMagnitude.Uniform)
            needs.FeedbackLike("M", network, Magnitudes);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = step.Depth; l > 1; l--)
        {
            Parameter<T> feedback = step.Side("K", l);
            CopySigns(step, l, feedback);
            step.Backward(l, feedback);
        }
        step.LearnAll();
    }

    private void CopySigns<T>(LearningContext<T> step, int l, Parameter<T> feedback)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> weights = step.Weights(l).Values;
        if (Magnitude == SignSymmetryMagnitude.Uniform)
        {
            Layer layer = step.Layer(l);
            Signs.Scaled(weights, T.CreateChecked(Math.Sqrt(2.0 / (layer.FanIn + layer.FanOut))), feedback.Values);
            return;
        }
        Parameter<T> magnitudes = step.Side("M", l);
        if (Magnitude == SignSymmetryMagnitude.BatchRandom && step.Number > 0)
            step.Redraw(magnitudes, Magnitudes);
        Signs.OfMagnitude(weights, magnitudes.Values, feedback.Values);
    }
}
