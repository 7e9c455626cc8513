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

    /// <summary>Largest step of <see cref="PlasticOptimizer.Sgd"/> in one parameter; above 0.</summary>
    public double LargestStep { get; init; } = 3e-4;

    /// <summary>Taken from the magnitude of every parameter at each update; 0 or more.</summary>
    public double L1 { get; init; }

    internal void Validate()
    {
        if (!Enum.IsDefined(Kind))
            throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "unknown optimizer");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "must be above 0");
        Require(Beta1 >= 0 && Beta1 < 1, nameof(Beta1), Beta1, "must be at least 0 and below 1");
        Require(Beta2 >= 0 && Beta2 < 1, nameof(Beta2), Beta2, "must be at least 0 and below 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "must be above 0");
        Require(LargestStep > 0 && double.IsFinite(LargestStep), nameof(LargestStep), LargestStep, "must be above 0");
        Require(L1 >= 0 && double.IsFinite(L1), nameof(L1), L1, "must be at least 0");
    }

    private static void Require(bool holds, string name, double value, string message)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, message);
    }
}
