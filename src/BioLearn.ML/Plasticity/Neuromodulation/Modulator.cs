using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// The neuromodulator that a network computes from its own state: M = tanh(v·y + b), one value for all connections, or
/// with a fan-out one a target neuron, m_i = f_i M + g_i.
/// </summary>
internal sealed class Modulator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dense<T> _signal;
    private readonly Dense<T>? _fanOut;

    public Modulator(string name, int neurons, bool fanOut)
    {
        _signal = new(name, 1, neurons);
        _fanOut = fanOut ? new("modfanout", neurons, 1) : null;
        Parameters = _fanOut is null ? [_signal.Weights, _signal.Bias] : [_signal.Weights, _signal.Bias, _fanOut.Weights, _fanOut.Bias];
    }

    public ParameterTensor<T>[] Parameters { get; }

    /// <summary>Writes the gate of every target neuron; returns M.</summary>
    public T Forward(ReadOnlySpan<T> state, Span<T> gates)
    {
        Span<T> signal = stackalloc T[1];
        _signal.Forward(state, signal);
        signal[0] = T.Tanh(signal[0]);
        if (_fanOut is null)
            gates.Fill(signal[0]);
        else
            _fanOut.Forward(signal, gates);
        return signal[0];
    }

    /// <summary>From dL/dgate of every target to the parameters' gradients; adds dL/dstate.</summary>
    public void Backward(ReadOnlySpan<T> state, T signal, ReadOnlySpan<T> gateGradient, Span<T> stateGradient)
    {
        Span<T> gradient = stackalloc T[1];
        if (_fanOut is null)
            gradient[0] = TensorPrimitives.Sum(gateGradient);
        else
            _fanOut.Backward([signal], gateGradient, gradient);
        gradient[0] *= T.One - signal * signal;
        _signal.Backward(state, gradient, stateGradient);
    }
}
