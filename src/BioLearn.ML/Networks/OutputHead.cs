namespace BioLearn.ML.Networks;

/// <summary>Output non-linearity and per-sample loss ℓ of a network; t is the target, a the last pre-activation.</summary>
public enum OutputHead
{
    /// <summary>y = a, ℓ = ½‖y − t‖², output error y − t.</summary>
    LinearSquaredError,

    /// <summary>y = σ(a), ℓ = ½‖y − t‖², output error (y − t) y (1 − y).</summary>
    SigmoidSquaredError,

    /// <summary>y = σ(a), ℓ = −Σ [t log y + (1 − t) log(1 − y)], output error y − t.</summary>
    SigmoidCrossEntropy,

    /// <summary>y = softmax(a), ℓ = −Σ t log y, output error y − t.</summary>
    SoftmaxCrossEntropy,
}
