namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Where the neuromodulator of a <see cref="PlasticLstm{T}"/> reads.</summary>
public enum LstmModulation
{
    /// <summary>From the new state: M(t) = tanh(v·h(t) + b).</summary>
    Hidden,

    /// <summary>From the new cell: M(t) = tanh(v·c(t) + b).</summary>
    Cell,

    /// <summary>There is none: one trained rate η gates all connections.</summary>
    None,
}

/// <summary>What the trace of a <see cref="PlasticLstm{T}"/> takes for the activity of the target neuron.</summary>
public enum PostSynapticFactor
{
    /// <summary>The cell's candidate a(t).</summary>
    Candidate,

    /// <summary>What the plastic connections bring, (W + α∘H(t)) h(t-1), before the input is added.</summary>
    PlasticDrive,

    /// <summary>The new cell c(t).</summary>
    Cell,

    /// <summary>The new state h(t).</summary>
    Hidden,
}

/// <summary>
/// Shape and rules of a <see cref="PlasticLstm{T}"/>: the five switches of the program for language modelling (Miconi, Rawal, Clune and
/// Stanley 2019, "Backpropamine"), independent of each other. The defaults are its own.
/// </summary>
public sealed record PlasticLstmOptions
{
    /// <summary>Number of inputs, at least 1.</summary>
    public int Inputs { get; init; } = 1;

    /// <summary>Number of cells N, at least 1.</summary>
    public int Neurons { get; init; } = 100;

    /// <summary>Which connections share a plasticity coefficient α.</summary>
    public PlasticitySharing Sharing { get; init; } = PlasticitySharing.PerNeuron;

    /// <summary>Where the neuromodulator reads.</summary>
    public LstmModulation Modulation { get; init; } = LstmModulation.Hidden;

    /// <summary>
    /// Whether each target neuron sees the modulator through a trained factor and offset of its own, m_i = f_i M + g_i; otherwise m_i = M.
    /// Of no account without a modulator.
    /// </summary>
    public bool FanOut { get; init; } = true;

    /// <summary>What the trace takes for the activity of the target neuron.</summary>
    public PostSynapticFactor PostSynaptic { get; init; } = PostSynapticFactor.Candidate;

    /// <summary>What keeps the trace bounded.</summary>
    public TraceBound Bound { get; init; } = TraceBound.Clip;

    /// <summary>The limit c of <see cref="TraceBound.Clip"/> and <see cref="TraceBound.ClipWhereRead"/>, above 0.</summary>
    public double ClipValue { get; init; } = 2;

    /// <summary>The rate η at the start, in [0, 1], where there is no modulator; trained.</summary>
    public double Rate { get; init; } = .01;

    internal void Validate()
    {
        Guard.AtLeast(Inputs, 1);
        Guard.AtLeast(Neurons, 1);
        Guard.AboveZero(ClipValue);
        Guard.Probability(Rate);
        Guard.Defined(Sharing);
        Guard.Defined(Modulation);
        Guard.Defined(PostSynaptic);
        Guard.Defined(Bound);
    }
}
