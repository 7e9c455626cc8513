namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>What keeps a trace H bounded when m z is added to it; z is the product of post- and pre-synaptic activity, m the gate.</summary>
public enum TraceBound
{
    /// <summary>A running mean: H ← (1-m) H + m z.</summary>
    Decay,

    /// <summary>Nothing: H ← H + m z.</summary>
    None,

    /// <summary>Growth slows down near ±1: H ← H + [m z]₊ (1-H) + [m z]₋ (1+H).</summary>
    Soft,

    /// <summary>A hard limit: H ← clip(H + m z, ±c).</summary>
    Clip,

    /// <summary>Nothing, but connections see clip(H, ±c) of it: H ← H + m z. For <see cref="PlasticLstm{T}"/>.</summary>
    ClipWhereRead,
}

/// <summary>What gates the plasticity of a network (Miconi, Rawal, Clune and Stanley 2019, "Backpropamine").</summary>
public enum Modulation
{
    /// <summary>A trained constant η.</summary>
    None,

    /// <summary>A signal that the network computes itself: M(t) = tanh(v·y(t) + b).</summary>
    Simple,

    /// <summary>The same signal, gating a decaying eligibility trace of past activity instead of the present one.</summary>
    Retroactive,
}

/// <summary>Shape and rules of a <see cref="ModulatedNetwork{T}"/>.</summary>
public sealed record ModulatedNetworkOptions
{
    /// <summary>Number of inputs, at least 1.</summary>
    public int Inputs { get; init; } = 17;

    /// <summary>Number of recurrent neurons, at least 1.</summary>
    public int Neurons { get; init; } = 100;

    /// <summary>What gates plasticity.</summary>
    public Modulation Modulation { get; init; } = Modulation.Simple;

    /// <summary>Whether each target neuron sees the modulator through a trained factor and offset of its own: m_i = f_i M + g_i.</summary>
    public bool FanOut { get; init; }

    /// <summary>What keeps the trace bounded.</summary>
    public TraceBound Bound { get; init; } = TraceBound.Clip;

    /// <summary>The hard limit c of <see cref="TraceBound.Clip"/>, above 0.</summary>
    public double ClipValue { get; init; } = 1;

    /// <summary>Rate of the trace (<see cref="Modulation.None"/>) or of the eligibility trace (<see cref="Modulation.Retroactive"/>) at the start; trained.</summary>
    public double Rate { get; init; } = .01;

    internal void Validate()
    {
        Guard.AtLeast(Inputs, 1);
        Guard.AtLeast(Neurons, 1);
        Guard.Holds(ClipValue > 0, ClipValue, "must be above 0", nameof(ClipValue));
        Guard.Probability(Rate);
        if (FanOut && Modulation == Modulation.None)
            throw new ArgumentException("a fan-out needs a modulator", nameof(FanOut));
        if (Bound == TraceBound.ClipWhereRead)
            throw new ArgumentException("only the plastic LSTM clips a trace where it is read: choose Decay, None, Soft or Clip", nameof(Bound));
        if (Modulation == Modulation.Retroactive && Bound == TraceBound.Decay)
            throw new ArgumentException("retroactive modulation adds to the trace: choose None, Soft or Clip", nameof(Bound));
    }
}
