using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>A plastic recurrent network in use: its last two outputs and its trace, step by step, with nothing kept for a gradient.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PlasticRecurrentNetwork<T> _network;
    private readonly AlignedArray<T> _trace;
    private readonly T[] _decay;
    private readonly T[] _gain;
    private readonly T[] _excitation;
    private T[] _output;
    private T[] _before;

    /// <summary>y(0) = 0, H(1) = 0.</summary>
    /// <param name="network">The network; several states may use it at once while nobody trains it.</param>
    public PlasticState(PlasticRecurrentNetwork<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _trace = new(network.Neurons * network.Stride);
        _decay = new T[network.Neurons];
        _gain = new T[network.Neurons];
        _excitation = new T[network.Neurons];
        _output = new T[network.Stride];
        _before = new T[network.Stride];
    }

    /// <summary>y(t), [N] and padding of zeros.</summary>
    public ReadOnlySpan<T> Output => _output;

    /// <summary>H(t) [N, stride].</summary>
    public ReadOnlySpan<T> Trace => _trace.Span;

    /// <summary>y(0) = 0, H(1) = 0.</summary>
    public void Reset()
    {
        _trace.Span.Clear();
        _output.AsSpan().Clear();
        _before.AsSpan().Clear();
    }

    /// <summary>Becomes what another state of the same network is.</summary>
    public void CopyFrom(PlasticState<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._trace.Span.CopyTo(_trace.Span);
        other._output.CopyTo(_output, 0);
        other._before.CopyTo(_before, 0);
    }

    /// <summary>From y(t-1), y(t-2) and H(t-1) to H(t) and y(t).</summary>
    /// <param name="input">u(t), [N].</param>
    /// <exception cref="ArgumentException">The length is not N.</exception>
    public void Step(ReadOnlySpan<T> input)
    {
        int neurons = _network.Neurons;
        if (input.Length != neurons)
            throw new ArgumentException($"must have {neurons} elements, one a neuron, got {input.Length}", nameof(input));
        FoldedTraceUpdate<T>.DecayOf(_network.Options.Rule, _output.AsSpan(0, neurons), _network.Rate, _decay);
        TensorPrimitives.Multiply(_output.AsSpan(0, neurons), _network.Rate, _gain);
        PlasticForward.UpdateAndExcite(_network.Layer(_trace.Span), new TraceUpdate<T>(_decay, _gain, _before), _output, _excitation);
        var next = _before.AsSpan(0, neurons);
        TensorPrimitives.Add(_excitation, input, next);
        ActivationSweep.Apply<T, Tanh<T>>(next, next);
        for (int i = 0; i < neurons && _network.Options.InputMode == InputMode.Clamp; i++)
        {
            if (input[i] != T.Zero)
                next[i] = input[i];
        }

        (_output, _before) = (_before, _output);
    }
}
