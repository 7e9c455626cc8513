namespace BioLearn.ML.Networks;

/// <summary>The activation φ of a layer. Derivatives belong to the engine, never to a learning rule.</summary>
public enum Activation
{
    /// <summary>φ(a) = a.</summary>
    Linear,

    /// <summary>φ(a) = max(a, 0); φ'(0) = 0.</summary>
    ReLU,

    /// <summary>φ(a) = a for a &gt; 0, else 0.01 a.</summary>
    LeakyReLU,

    /// <summary>φ(a) = tanh a.</summary>
    Tanh,

    /// <summary>φ(a) = 1 / (1 + exp(-a)).</summary>
    Sigmoid,

    /// <summary>φ(a) = clip(a, 0, 1); the derivative is 1 on the closed interval, so that a unit at a bound can leave it.</summary>
    HardSigmoid,

    /// <summary>φ(a) = 1 / (1 + exp(-4 (a - 1/2))): the sigmoid that equilibrium propagation uses (Ernoult et al. 2019).</summary>
    ShiftedSigmoid,
}
