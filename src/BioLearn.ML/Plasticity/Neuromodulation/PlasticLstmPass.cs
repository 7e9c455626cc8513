using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Runs a <see cref="PlasticLstm{T}"/> forwards through an episode, and takes exact gradients back through gates, traces and modulator.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="network">The network; one pass serves one thread.</param>
public sealed class PlasticLstmPass<T>(PlasticLstm<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly PostSynapticFactor _post = network.Options.PostSynaptic;
    private readonly T? _readLimit = network.Options.Bound == TraceBound.ClipWhereRead ? T.CreateChecked(network.Options.ClipValue) : null;
    private readonly T[] _alpha = new T[network.Neurons * network.Stride];
    private readonly T[] _alphaGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _traceGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _clipped = new T[network.Options.Bound == TraceBound.ClipWhereRead ? network.Neurons * network.Stride : 0];
    private readonly T[] _clippedGradient = new T[network.Options.Bound == TraceBound.ClipWhereRead ? network.Neurons * network.Stride : 0];
    private readonly T[] _ones = Enumerable.Repeat(T.One, network.Neurons).ToArray();
    private readonly T[] _fixedPart = new T[network.Neurons];
    private readonly T[] _plasticPart = new T[network.Neurons];
    private readonly T[] _stateGradient = new T[network.Neurons];
    private readonly T[] _cellGradient = new T[network.Neurons];
    private readonly T[] _gateGradient = new T[network.Neurons];
    private readonly T[] _candidateGradient = new T[network.Neurons];
    private readonly T[] _driveGradient = new T[network.Neurons];
    private readonly T[] _modulationGradient = new T[network.Neurons];
    private readonly T[] _carriedState = new T[network.Stride];
    private readonly T[] _carriedCell = new T[network.Neurons];
    private readonly T[] _next = new T[network.Stride];

    /// <summary>From h(0) = c(0) = 0, H(1) = 0 and u(1..T) to h(1..T).</summary>
    /// <param name="episode">An episode of this network, its inputs written.</param>
    public void Forward(PlasticLstmEpisode<T> episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        network.Coefficients.Expand(_alpha);
        episode.State(0).Clear();
        episode.Cell(0).Clear();
        episode.Trace(1).Clear();
        for (int step = 1; step <= episode.Steps; step++)
            Step(episode, step);
    }

    /// <summary>
    /// Adds the parameters' gradients, given dL/dh(t) in <see cref="PlasticLstmEpisode{T}.StateGradient"/>, and writes dL/du(t).
    /// </summary>
    /// <param name="episode">An episode that has run forwards.</param>
    public void Backward(PlasticLstmEpisode<T> episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        _traceGradient.AsSpan().Clear();
        _alphaGradient.AsSpan().Clear();
        _carriedState.AsSpan().Clear();
        _carriedCell.AsSpan().Clear();
        for (int step = episode.Steps; step >= 1; step--)
            StepBack(episode, step);
        network.Coefficients.AddGradient(_alphaGradient);
    }

    private void Step(PlasticLstmEpisode<T> episode, int step)
    {
        var input = episode.Input(step);
        var before = episode.State(step - 1);
        network.Forget.Forward(input, before, episode.Forget(step));
        network.Admit.Forward(input, before, episode.Admit(step));
        network.Emit.Forward(input, before, episode.Emit(step));

        var candidate = episode.Candidate(step);
        network.Candidate.Forward(input, candidate);
        TraceSweeps.Excite(network.Weights.Values, _alpha, ReadTrace(episode, step), before, _fixedPart, _plasticPart);
        TensorPrimitives.Add(_fixedPart, _plasticPart, episode.PlasticDrive(step));
        var state = episode.State(step);
        for (int i = 0; i < _neurons; i++)
        {
            candidate[i] = T.Tanh(candidate[i] + _fixedPart[i] + _plasticPart[i]);
            T cell = episode.Forget(step)[i] * episode.Cell(step - 1)[i] + episode.Admit(step)[i] * candidate[i];
            episode.Cell(step)[i] = cell;
            state[i] = episode.Emit(step)[i] * T.Tanh(cell);
        }

        var gates = episode.Modulation(step);
        if (network.Modulator is null)
            gates.Fill(network.Rate.Values[0]);
        else
            episode.Signals[step - 1] = network.Modulator.Forward(episode.Modulating(step), gates);
        network.Rule.Update(episode.Trace(step), episode.Trace(step + 1), gates, episode.PostSynaptic(step), before);
    }

    private void StepBack(PlasticLstmEpisode<T> episode, int step)
    {
        var input = episode.Input(step);
        var before = episode.State(step - 1);
        var candidate = episode.Candidate(step);
        TensorPrimitives.Add(episode.StateGradient(step), _carriedState.AsSpan(0, _neurons), _stateGradient);
        LearnBack(episode, step, before);

        var inputGradient = episode.InputGradient(step);
        inputGradient.Clear();
        for (int i = 0; i < _neurons; i++)
        {
            T squashed = T.Tanh(episode.Cell(step)[i]);
            _cellGradient[i] = _carriedCell[i] + _stateGradient[i] * episode.Emit(step)[i] * (T.One - squashed * squashed);
            _gateGradient[i] = _stateGradient[i] * squashed;
            _candidateGradient[i] = (T.One - candidate[i] * candidate[i]) * (_candidateGradient[i] + _cellGradient[i] * episode.Admit(step)[i]);
        }

        network.Emit.Backward(input, before, episode.Emit(step), _gateGradient, inputGradient, _next);
        TensorPrimitives.Multiply(_cellGradient, candidate, _gateGradient);
        network.Admit.Backward(input, before, episode.Admit(step), _gateGradient, inputGradient, _next);
        TensorPrimitives.Multiply(_cellGradient, episode.Cell(step - 1), _gateGradient);
        network.Forget.Backward(input, before, episode.Forget(step), _gateGradient, inputGradient, _next);

        network.Candidate.Backward(input, _candidateGradient, inputGradient);
        if (_post == PostSynapticFactor.PlasticDrive)
            TensorPrimitives.Add<T>(_candidateGradient, _driveGradient, _candidateGradient);
        ExciteBack(episode, step, before);
        TraceSweeps.AddOuter(_candidateGradient, before, network.Weights.Gradient);
        TensorPrimitives.Multiply(_cellGradient, episode.Forget(step), _carriedCell);
        _next.CopyTo(_carriedState, 0);
    }

    /// <summary>Back through the update that took H(step) to H(step+1): what z(t), h(t-1) and the modulator did to it.</summary>
    private void LearnBack(PlasticLstmEpisode<T> episode, int step, ReadOnlySpan<T> before)
    {
        _next.AsSpan().Clear();
        _candidateGradient.AsSpan().Clear();
        _driveGradient.AsSpan().Clear();
        _modulationGradient.AsSpan().Clear();
        var postGradient = _post switch
        {
            PostSynapticFactor.Candidate => _candidateGradient,
            PostSynapticFactor.PlasticDrive => _driveGradient,
            PostSynapticFactor.Cell => _carriedCell,
            _ => _stateGradient,
        };
        network.Rule.Backward(
            episode.Trace(step), _traceGradient, episode.Modulation(step), episode.PostSynaptic(step), before, _modulationGradient, postGradient, _next);
        if (network.Modulator is null)
            network.Rate.Gradient[0] += TensorPrimitives.Sum<T>(_modulationGradient);
        else
            network.Modulator.Backward(
                episode.Modulating(step), episode.Signals[step - 1], _modulationGradient, network.Options.Modulation == LstmModulation.Cell ? _carriedCell : _stateGradient);
    }

    /// <summary>Back through p(t) = (W + α∘H(t)) h(t-1): adds to the gradients of H, α and h(t-1).</summary>
    private void ExciteBack(PlasticLstmEpisode<T> episode, int step, ReadOnlySpan<T> before)
    {
        if (_readLimit is not { } limit)
        {
            TraceSweeps.Backward(network.Weights.Values, _alpha, episode.Trace(step), before, _candidateGradient, _ones, _traceGradient, _alphaGradient, _next);
            return;
        }

        _clippedGradient.AsSpan().Clear();
        TraceSweeps.Backward(network.Weights.Values, _alpha, ReadTrace(episode, step), before, _candidateGradient, _ones, _clippedGradient, _alphaGradient, _next);
        var trace = episode.Trace(step);
        for (int i = 0; i < trace.Length; i++)
        {
            if (T.Abs(trace[i]) <= limit)
                _traceGradient[i] += _clippedGradient[i];
        }
    }

    /// <summary>H(t) as the connections see it.</summary>
    private Span<T> ReadTrace(PlasticLstmEpisode<T> episode, int step)
    {
        var trace = episode.Trace(step);
        if (_readLimit is not { } limit)
            return trace;
        TensorPrimitives.Max(trace, -limit, _clipped);
        TensorPrimitives.Min(_clipped, limit, _clipped);
        return _clipped;
    }
}
