using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// The neuromodulator that a network computes from its own state: M = tanh(v·y + b), one value for all connections, or
/// with a fan-out one a target neuron, m_i = f_i M + g_i.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Modulator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Modulator(string name, int neurons, bool fanOut)
    {
        Signal = new(name, 1, neurons);
        FanOut = fanOut ? new("modfanout", neurons, 1) : null;
        Parameters = FanOut is null ? [Signal.Weights, Signal.Bias] : [Signal.Weights, Signal.Bias, FanOut.Weights, FanOut.Bias];
    }

    /// <summary>v and b, [1, N] and [1, 1].</summary>
    public Projection<T> Signal { get; }

    /// <summary>f and g, [N, 1] and [1, N]; null where every target neuron sees M itself.</summary>
    public Projection<T>? FanOut { get; }

    internal ParameterTensor<T>[] Parameters { get; }

    /// <summary>Writes the gate of every target neuron; returns M.</summary>
    internal T Forward(ReadOnlySpan<T> state, Span<T> gates)
    {
        Span<T> signal = stackalloc T[1];
        Signal.Forward(state, signal);
        signal[0] = T.Tanh(signal[0]);
        if (FanOut is null)
            gates.Fill(signal[0]);
        else
            FanOut.Forward(signal, gates);
        return signal[0];
    }

    /// <summary>From dL/dgate of every target to the parameters' gradients; adds dL/dstate.</summary>
    internal void Backward(ReadOnlySpan<T> state, T signal, ReadOnlySpan<T> gateGradient, Span<T> stateGradient)
    {
        Span<T> gradient = stackalloc T[1];
        if (FanOut is null)
            gradient[0] = TensorPrimitives.Sum(gateGradient);
        else
            FanOut.Backward([signal], gateGradient, gradient);
        gradient[0] *= T.One - signal * signal;
        Signal.Backward(state, gradient, stateGradient);
    }
}
