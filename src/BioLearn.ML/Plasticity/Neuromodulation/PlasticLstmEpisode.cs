using System.Numerics;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// Everything that one episode of a <see cref="PlasticLstm{T}"/> goes through: inputs, gates, cells, states, traces. Steps are numbered
/// from 1 to <see cref="Steps"/>; rows are views, so that writing to <see cref="Input"/> and <see cref="StateGradient"/> is how an episode is given.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticLstmEpisode<T>
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
    private readonly T[] _drives;
    private readonly T[] _modulation;
    private readonly T[] _traces;

    /// <summary>Room for an episode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="steps">T, at least 1; memory grows as T N².</param>
    public PlasticLstmEpisode(PlasticLstm<T> network, int steps)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
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
        _drives = new T[steps * stride];
        _modulation = new T[steps * stride];
        _traces = new T[checked((long)(steps + 1) * network.Neurons * stride)];
        Signals = new T[steps];
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>u(t), [inputs].</summary>
    public Span<T> Input(int step) => _inputs.AsSpan((step - 1) * _network.Inputs, _network.Inputs);

    /// <summary>dL/du(t), [inputs], which the backward pass writes.</summary>
    public Span<T> InputGradient(int step) => _inputGradients.AsSpan((step - 1) * _network.Inputs, _network.Inputs);

    /// <summary>h(t), t = 0..T, [N] and padding of zeros.</summary>
    public Span<T> State(int step) => _states.AsSpan(step * _network.Stride, _network.Stride);

    /// <summary>dL/dh(t) as the loss has it, [N]; the backward pass reads it.</summary>
    public Span<T> StateGradient(int step) => Row(_stateGradients, step - 1);

    /// <summary>c(t), t = 0..T, [N].</summary>
    public Span<T> Cell(int step) => Row(_cells, step);

    /// <summary>f(t), [N].</summary>
    public Span<T> Forget(int step) => Row(_forget, step - 1);

    /// <summary>i(t), [N].</summary>
    public Span<T> Admit(int step) => Row(_admit, step - 1);

    /// <summary>o(t), [N].</summary>
    public Span<T> Emit(int step) => Row(_emit, step - 1);

    /// <summary>a(t), [N].</summary>
    public Span<T> Candidate(int step) => Row(_candidates, step - 1);

    /// <summary>p(t), [N].</summary>
    public Span<T> PlasticDrive(int step) => Row(_drives, step - 1);

    /// <summary>m(t), one gate a target neuron, [N].</summary>
    public Span<T> Modulation(int step) => Row(_modulation, step - 1);

    /// <summary>The modulator's signal M(t), index t-1.</summary>
    public T[] Signals { get; }

    /// <summary>H(t), t = 1..T+1, [N, stride].</summary>
    public Span<T> Trace(int step)
    {
        int matrix = _network.Neurons * _network.Stride;
        return _traces.AsSpan((step - 1) * matrix, matrix);
    }

    /// <summary>z(t), what the trace takes for the target neuron's activity.</summary>
    internal ReadOnlySpan<T> PostSynaptic(int step) => _network.Options.PostSynaptic switch
    {
        PostSynapticFactor.Candidate => Candidate(step),
        PostSynapticFactor.PlasticDrive => PlasticDrive(step),
        PostSynapticFactor.Cell => Cell(step),
        _ => State(step)[.._network.Neurons],
    };

    /// <summary>What the modulator reads.</summary>
    internal ReadOnlySpan<T> Modulating(int step) => _network.Options.Modulation == LstmModulation.Cell ? Cell(step) : State(step);

    private Span<T> Row(T[] steps, int index) => steps.AsSpan(index * _network.Stride, _network.Neurons);
}
