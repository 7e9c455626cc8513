using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>The units of a <see cref="LeakyRecurrentNetwork{T}"/> on their way through one sequence.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="network">The network; several states may use it at once while nobody trains it.</param>
public sealed class LeakyRecurrentState<T>(LeakyRecurrentNetwork<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _sources = new T[network.Units + network.Inputs + 1];
    private readonly T[] _hidden = new T[network.Units + 1];
    private readonly T[] _drive = new T[network.Units];
    private readonly T[] _activity = new T[network.Units];
    private readonly T[] _output = new T[network.Outputs];

    /// <summary>[h_{t−1}; x_t; 1], what the units read, [units + inputs + 1].</summary>
    public ReadOnlySpan<T> Sources => _sources;

    /// <summary>h_t, [units].</summary>
    public ReadOnlySpan<T> Hidden => _hidden.AsSpan(0, network.Units);

    /// <summary>[h_t; 1], what the readout reads, [units + 1].</summary>
    public ReadOnlySpan<T> Read => _hidden;

    /// <summary>u_t, what the units received, [units].</summary>
    public ReadOnlySpan<T> Drive => _drive;

    /// <summary>tanh u_t, [units].</summary>
    public ReadOnlySpan<T> Activity => _activity;

    /// <summary>y_t as last asked for, [outputs].</summary>
    public ReadOnlySpan<T> Output => _output;

    /// <summary>Forgets the past: a new sequence.</summary>
    public void Start()
    {
        _hidden.AsSpan().Clear();
        _hidden[^1] = T.One;
        _output.AsSpan().Clear();
    }

    /// <summary>One time step of the units.</summary>
    /// <param name="input">x_t, [inputs].</param>
    /// <exception cref="ArgumentException">The length is not the network's inputs.</exception>
    public void Advance(ReadOnlySpan<T> input)
    {
        if (input.Length != network.Inputs)
            throw new ArgumentException($"must have {network.Inputs} numbers, one an input, got {input.Length}", nameof(input));
        Span<T> sources = _sources;
        Hidden.CopyTo(sources);
        input.CopyTo(sources[network.Units..]);
        sources[^1] = T.One;
        T leak = T.CreateChecked(network.Leak);
        for (int i = 0; i < network.Units; i++)
        {
            _drive[i] = TensorPrimitives.Dot(Row(network.Weights, i), sources);
            _activity[i] = T.Tanh(_drive[i]);
            _hidden[i] += leak * (_activity[i] - _hidden[i]);
        }
    }

    /// <summary>y_t from the units as they are, and from y_{t−1} where the readout remembers: then to be called once a step.</summary>
    /// <returns><see cref="Output"/>.</returns>
    public ReadOnlySpan<T> ReadOut()
    {
        T decay = T.CreateChecked(network.ReadoutDecay);
        for (int k = 0; k < network.Outputs; k++)
        {
            T now = TensorPrimitives.Dot<T>(Row(network.Readout, k), _hidden);
            _output[k] = decay == T.Zero ? now : (decay * _output[k]) + now;
        }
        return _output;
    }

    internal static ReadOnlySpan<T> Row(Parameter<T> parameter, int row) => parameter.Values.Slice(row * parameter.Columns, parameter.Columns);
}
