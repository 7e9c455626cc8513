using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>Kinds of optimizers.</summary>
public enum OptimizerKind
{
    /// <summary>p ← p − η g.</summary>
    Sgd,

    /// <summary>v ← μ v + g, p ← p − η v.</summary>
    Momentum,

    /// <summary>v ← μ v + g, p ← p − η (g + μ v).</summary>
    Nesterov,

    /// <summary>v ← α v + (1 − α) g², p ← p − η g / (√v + ε).</summary>
    RmsProp,

    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decay beside the step (Loshchilov and Hutter 2019).</summary>
    AdamW,
}

/// <summary>
/// How parameters move along the gradients that a rule hands over; any optimizer serves any rule, and a rule's side tensors have
/// state of their own.
/// </summary>
/// <param name="Kind">The optimizer.</param>
/// <param name="LearningRate">η; above 0.</param>
public sealed record OptimizerSettings(OptimizerKind Kind, double LearningRate)
{
    /// <summary>μ of momentum and Nesterov, in [0, 1). Default: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>β₁ of Adam, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂ of Adam, α of RMSprop, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε of Adam and RMSprop; above 0. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>L2 penalty λ of the forward weights (not of biases, gains, shifts or side tensors): g + λ W, or decoupled for AdamW; at least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether <see cref="WeightDecay"/> acts on biases, gains and shifts too, as in PyTorch's optimizers. Default: no.</summary>
    public bool DecayBiases { get; init; }

    /// <summary>Whether <see cref="WeightDecay"/> acts on feedback weights too, as where they are weights of a network of their own. Default: no.</summary>
    public bool DecayFeedback { get; init; }

    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="learningRate">η; above 0.</param>
    /// <returns>The settings.</returns>
    public static OptimizerSettings Sgd(double learningRate) => new(OptimizerKind.Sgd, learningRate);

    /// <summary>Adam.</summary>
    /// <param name="learningRate">η; above 0.</param>
    /// <returns>The settings.</returns>
    public static OptimizerSettings Adam(double learningRate) => new(OptimizerKind.Adam, learningRate);

    internal void Validate()
    {
        Guard.Defined(Kind);
        Guard.AboveZero(LearningRate);
        Guard.Fraction(Momentum);
        Guard.Fraction(Beta1);
        Guard.Fraction(Beta2);
        Guard.AboveZero(Epsilon);
        Guard.AtLeastZero(WeightDecay);
    }
}
