namespace BioLearn.ML.Energy;

/// <summary>At which inference steps the weights of <see cref="PredictiveCoding"/> move.</summary>
public enum WeightUpdateSchedule
{
    /// <summary>Once, after the activities have settled: inference learning.</summary>
    Last,

    /// <summary>At every inference step: incremental predictive coding (Salvatori et al. 2022).</summary>
    Every,

    /// <summary>At every step of the second half.</summary>
    LastHalf,

    /// <summary>Activities move in the first half of the steps, weights in the second.</summary>
    Split,

    /// <summary>
    /// W_l at step L − l, when the output's error arrives at its layer, with γ = 1: zero-divergence inference learning (Z-IL, Song et al.
    /// 2020). The gradient is backpropagation's to the last digits, from local errors alone. Takes as many steps as there are layers;
    /// <see cref="PredictiveCoding.InferenceSteps"/>, the rates and the inference optimizer have no say. Value nodes hold pre-activations.
    /// </summary>
    ErrorArrival,

    /// <summary>At the inference steps that <see cref="PredictiveCoding.UpdateSteps"/> lists.</summary>
    Listed,
}

/// <summary>What the value nodes of <see cref="PredictiveCoding"/> hold.</summary>
public enum ValueNodePosition
{
    /// <summary>The pre-activation: μ_l = f(x_{l-1}) W_l' + b_l.</summary>
    PreActivation,

    /// <summary>The activity: μ_l = f(x_{l-1} W_l' + b_l).</summary>
    PostActivation,
}

/// <summary>How the target acts on the outputs of <see cref="PredictiveCoding"/> (Pinchetti et al. 2025).</summary>
public enum OutputNudging
{
    /// <summary>Outputs are clamped to the target.</summary>
    Clamped,

    /// <summary>Outputs are drawn towards the target with the strength <see cref="PredictiveCoding.Beta"/>.</summary>
    Positive,

    /// <summary>Outputs are pushed away from the target with that strength, and weights learn the opposite of what then follows.</summary>
    Negative,

    /// <summary>Positive and negative from mini-batch to mini-batch, so that what either distorts cancels.</summary>
    Centred,
}

/// <summary>How the activities of <see cref="PredictiveCoding"/> move down the energy.</summary>
public enum InferenceOptimizer
{
    /// <summary>Plain gradient descent (explicit Euler).</summary>
    Sgd,

    /// <summary>Adam, begun afresh for every mini-batch.</summary>
    Adam,
}
