using System.Numerics;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// Inputs u(1..T), states y(0..T) and loss gradients dL/dy(1..T) of one episode of a <see cref="ModulatedNetwork{T}"/>, and its traces while it
/// runs. Rows are views: writing to <see cref="Input"/> and <see cref="StateGradient"/> is how an episode is given.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ModulatedEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _states;
    private readonly T[] _stateGradients;
    private readonly int _inputStride;
    private readonly int _stride;

    /// <summary>Room for an episode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="steps">T, at least 1.</param>
    public ModulatedEpisode(ModulatedNetwork<T> network, int steps)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Steps = steps;
        _inputStride = network.Input.Weights.Stride;
        _stride = network.Stride;
        _inputs = new T[steps * _inputStride];
        _states = new T[(steps + 1) * _stride];
        _stateGradients = new T[steps * _stride];
        Trace = new T[network.Neurons * _stride];
        Eligibility = network.Options.Modulation == Modulation.Retroactive ? new T[network.Neurons * _stride] : [];
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>H(t+1) after step t, [N, stride].</summary>
    public T[] Trace { get; }

    /// <summary>E(t+1) after step t, [N, stride]; empty unless modulation is retroactive.</summary>
    public T[] Eligibility { get; }

    /// <summary>u(t), t = 1..T, [inputs] and padding of zeros.</summary>
    public Span<T> Input(int step) => _inputs.AsSpan((step - 1) * _inputStride, _inputStride);

    /// <summary>y(t), t = 0..T, [N] and padding of zeros.</summary>
    public Span<T> State(int step) => _states.AsSpan(step * _stride, _stride);

    /// <summary>dL/dy(t) as the loss has it, t = 1..T, [N] and padding; the backward pass adds to it what comes back through time.</summary>
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
