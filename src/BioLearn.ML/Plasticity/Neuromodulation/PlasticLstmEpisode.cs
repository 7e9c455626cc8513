using System.Numerics;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Everything that one episode of a <see cref="PlasticLstm{T}"/> goes through: inputs, gates, cells, states, traces.</summary>
internal sealed class PlasticLstmEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PlasticLstm<T> _network;
    private readonly T[] _inputs;
    private readonly T[] _inputGradients;
    private readonly T[] _states;
    private readonly T[] _stateGradients;
    private readonly T[] _cells;
    private readonly T[] _forget;
    private readonly T[] _admit;
    private readonly T[] _emit;
    private readonly T[] _candidates;
    private readonly T[] _modulation;
    private readonly T[] _traces;

    public PlasticLstmEpisode(PlasticLstm<T> network, int steps)
    {
        _network = network;
        Steps = steps;
        int stride = network.Stride;
        _inputs = new T[steps * network.Inputs];
        _inputGradients = new T[steps * network.Inputs];
        _states = new T[(steps + 1) * stride];
        _stateGradients = new T[steps * stride];
        _cells = new T[(steps + 1) * stride];
        _forget = new T[steps * stride];
        _admit = new T[steps * stride];
        _emit = new T[steps * stride];
        _candidates = new T[steps * stride];
        _modulation = new T[steps * stride];
        _traces = new T[checked((long)(steps + 1) * network.Neurons * stride)];
        Signals = new T[steps];
    }

    public int Steps { get; }

    /// <summary>The modulator's signal M(t), index t-1.</summary>
    public T[] Signals { get; }
    public Span<T> Input(int step) => _inputs.AsSpan((step - 1) * _network.Inputs, _network.Inputs);
    public Span<T> InputGradient(int step) => _inputGradients.AsSpan((step - 1) * _network.Inputs, _network.Inputs);

    /// <summary>h(t), t = 0..T, padded.</summary>
    public Span<T> State(int step) => _states.AsSpan(step * _network.Stride, _network.Stride);
    public Span<T> StateGradient(int step) => Row(_stateGradients, step - 1);

    /// <summary>c(t), t = 0..T.</summary>
    public Span<T> Cell(int step) => Row(_cells, step);
    public Span<T> Forget(int step) => Row(_forget, step - 1);
    public Span<T> Admit(int step) => Row(_admit, step - 1);
    public Span<T> Emit(int step) => Row(_emit, step - 1);
    public Span<T> Candidate(int step) => Row(_candidates, step - 1);

    /// <summary>m(t), one value a target neuron.</summary>
    public Span<T> Modulation(int step) => Row(_modulation, step - 1);

    /// <summary>H(t), t = 1..T+1, [N, stride].</summary>
    public Span<T> Trace(int step)
    {
        int matrix = _network.Neurons * _network.Stride;
        return _traces.AsSpan((step - 1) * matrix, matrix);
    }

    private Span<T> Row(T[] steps, int index) => steps.AsSpan(index * _network.Stride, _network.Neurons);
}
