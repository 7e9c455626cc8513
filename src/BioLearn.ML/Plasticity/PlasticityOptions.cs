namespace BioLearn.ML.Plasticity;

/// <summary>How a Hebbian trace H takes up the activity of the two neurons that it joins; i is the target, j the source.</summary>
public enum PlasticityRule
{
    /// <summary>Decaying Hebbian trace: H_ij ← (1-η) H_ij + η y_i(t) y_j(t-1).</summary>
    Hebb,

    /// <summary>Oja's rule: H_ij ← H_ij + η y_i(t) (y_j(t-1) - y_i(t) H_ij); it bounds the trace without a decay.</summary>
    Oja,
}

/// <summary>How an episode's input reaches the neurons.</summary>
public enum InputMode
{
    /// <summary>The input is added to the excitation.</summary>
    Additive,

    /// <summary>A non-zero input replaces the neuron's output (Miconi, Clune and Stanley 2018, natural images).</summary>
    Clamp,
}

/// <summary>Which connections share a plasticity coefficient α.</summary>
public enum PlasticitySharing
{
    /// <summary>Each connection has its own coefficient.</summary>
    Free,

    /// <summary>All connections onto one target neuron share one.</summary>
    PerNeuron,

    /// <summary>One coefficient for the whole network ("yoked", "homogenous": trainable fast weights).</summary>
    Yoked,
}

/// <summary>Where backpropagation through time finds the Hebbian traces of earlier steps.</summary>
public enum TraceStorage
{
    /// <summary>Rebuilt where that is accurate, else stored where memory is small, else checkpointed.</summary>
    Automatic,

    /// <summary>Every trace is kept: O(T N²) memory.</summary>
    Stored,

    /// <summary>Every √T-th trace is kept and those between are recomputed: O(√T N²) memory.</summary>
    Checkpointed,

    /// <summary>The update is undone step by step: O(N²) memory, rounding errors grow as (1-η)^-T.</summary>
    Rebuilt,
}

/// <summary>How the gradient of an episode is computed.</summary>
public enum GradientEngine
{
    /// <summary>Exact backpropagation through time and through the Hebbian trace: O(T N²).</summary>
    BackpropagationThroughTime,

    /// <summary>Exact forward-mode recursion (real-time recurrent learning), the rule's original form: O(T N⁴), for small networks and as an oracle.</summary>
    RealTimeRecurrentLearning,
}
