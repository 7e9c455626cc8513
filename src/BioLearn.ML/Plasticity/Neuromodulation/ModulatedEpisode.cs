using System.Numerics;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Inputs u(1..T), states y(0..T) and loss gradients dL/dy(1..T) of one episode, and its traces while it runs.</summary>
internal sealed class ModulatedEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _states;
    private readonly T[] _stateGradients;
    private readonly int _inputStride;
    private readonly int _stride;

    public ModulatedEpisode(ModulatedNetwork<T> network, int steps)
    {
        Steps = steps;
        _inputStride = network.Input.Weights.Stride;
        _stride = network.Stride;
        _inputs = new T[steps * _inputStride];
        _states = new T[(steps + 1) * _stride];
        _stateGradients = new T[steps * _stride];
        Trace = new T[network.Neurons * _stride];
        Eligibility = network.Options.Modulation == Modulation.Retroactive ? new T[network.Neurons * _stride] : [];
    }

    public int Steps { get; }

    /// <summary>H at the step reached.</summary>
    public T[] Trace { get; }

    /// <summary>E at the step reached; empty unless modulation is retroactive.</summary>
    public T[] Eligibility { get; }

    public Span<T> Input(int step) => _inputs.AsSpan((step - 1) * _inputStride, _inputStride);
    public Span<T> State(int step) => _states.AsSpan(step * _stride, _stride);
    public Span<T> StateGradient(int step) => _stateGradients.AsSpan((step - 1) * _stride, _stride);

    /// <summary>H(1) = E(1) = 0, y(0) = 0, no gradients.</summary>
    public void Begin()
    {
        Trace.AsSpan().Clear();
        Eligibility.AsSpan().Clear();
        State(0).Clear();
        _stateGradients.AsSpan().Clear();
    }
}
