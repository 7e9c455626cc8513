namespace BioLearn.ML.Plasticity;

/// <summary>How parameters follow their gradients.</summary>
public enum PlasticOptimizer
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>
    /// Adam as Miconi's program has it: the second moment decays with β1 and gains 1-β2, so that after some hundred updates the
    /// steps are about ten times longer. Its published results rest on it.
    /// </summary>
    AdamAsCoded,

    /// <summary>Gradient descent with each step clipped.</summary>
    Sgd,

    /// <summary>
    /// RMSprop of Miconi's feed-forward programs: q ← q + a (g² - q) with a = 1 at first, then .01; steps η g / √(q + 1e-8) are clipped.
    /// </summary>
    ClippedRmsProp,
}

/// <summary>Options of the optimizer of plastic networks.</summary>
public sealed record PlasticOptimizerOptions
{
    /// <summary>How parameters follow their gradients.</summary>
    public PlasticOptimizer Kind { get; init; } = PlasticOptimizer.Adam;

    /// <summary>Learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>Decay of the mean gradient, in [0, 1).</summary>
    public double Beta1 { get; init; } = .9;

    /// <summary>Decay of the mean squared gradient, in [0, 1).</summary>
    public double Beta2 { get; init; } = .999;

    /// <summary>Added to the root of the mean square; above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Largest step of <see cref="PlasticOptimizer.Sgd"/> and <see cref="PlasticOptimizer.ClippedRmsProp"/> in one parameter; above 0.</summary>
    public double LargestStep { get; init; } = 3e-4;

    /// <summary>Taken from the magnitude of every weight (not of biases) at each update; 0 or more.</summary>
    public double L1 { get; init; }

    /// <summary>Share taken from every weight (not from biases) at each update; 0 or more.</summary>
    public double L2 { get; init; }

    internal void Validate()
    {
        Guard.Defined(Kind);
        Guard.AboveZero(LearningRate);
        Guard.Fraction(Beta1);
        Guard.Fraction(Beta2);
        Guard.AboveZero(Epsilon);
        Guard.AboveZero(LargestStep);
        Guard.AtLeastZero(L1);
        Guard.AtLeastZero(L2);
    }
}
