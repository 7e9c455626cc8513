using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Runs a <see cref="PlasticLstm{T}"/> forwards and backwards through one episode.</summary>
internal sealed class PlasticLstmPass<T>(PlasticLstm<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly T[] _alpha = new T[network.Neurons * network.Stride];
    private readonly T[] _alphaGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _traceGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _ones = Enumerable.Repeat(T.One, network.Neurons).ToArray();
    private readonly T[] _fixedPart = new T[network.Neurons];
    private readonly T[] _plasticPart = new T[network.Neurons];
    private readonly T[] _stateGradient = new T[network.Neurons];
    private readonly T[] _cellGradient = new T[network.Neurons];
    private readonly T[] _gateGradient = new T[network.Neurons];
    private readonly T[] _candidateGradient = new T[network.Neurons];
    private readonly T[] _modulationGradient = new T[network.Neurons];
    private readonly T[] _carriedState = new T[network.Stride];
    private readonly T[] _carriedCell = new T[network.Neurons];
    private readonly T[] _next = new T[network.Stride];

    /// <summary>From h(0) = c(0) = 0, H(1) = 0 and u(1..T) to h(1..T).</summary>
    public void Forward(PlasticLstmEpisode<T> episode)
    {
        for (int i = 0; i < _neurons; i++)
            _alpha.AsSpan(i * network.Stride, _neurons).Fill(network.Alpha.Row(i)[0]);
        episode.State(0).Clear();
        episode.Cell(0).Clear();
        episode.Trace(1).Clear();
        for (int step = 1; step <= episode.Steps; step++)
            Step(episode, step);
    }

    /// <summary>Adds the gradients, given dL/dh(t) in <see cref="PlasticLstmEpisode{T}.StateGradient"/>, and writes dL/du(t).</summary>
    public void Backward(PlasticLstmEpisode<T> episode)
    {
        _traceGradient.AsSpan().Clear();
        _alphaGradient.AsSpan().Clear();
        _carriedState.AsSpan().Clear();
        _carriedCell.AsSpan().Clear();
        for (int step = episode.Steps; step >= 1; step--)
            StepBack(episode, step);
        for (int i = 0; i < _neurons; i++)
            network.Alpha.GradientRow(i)[0] += TensorPrimitives.Sum(_alphaGradient.AsSpan(i * network.Stride, _neurons));
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
        TraceSweeps.Excite(network.Weights.Values, _alpha, episode.Trace(step), before, _fixedPart, _plasticPart);
        var state = episode.State(step);
        for (int i = 0; i < _neurons; i++)
        {
            candidate[i] = T.Tanh(candidate[i] + _fixedPart[i] + _plasticPart[i]);
            T cell = episode.Forget(step)[i] * episode.Cell(step - 1)[i] + episode.Admit(step)[i] * candidate[i];
            episode.Cell(step)[i] = cell;
            state[i] = episode.Emit(step)[i] * T.Tanh(cell);
        }

        episode.Signals[step - 1] = network.Modulator.Forward(state, episode.Modulation(step));
        network.Rule.Update(episode.Trace(step), episode.Trace(step + 1), episode.Modulation(step), candidate, before);
    }

    private void StepBack(PlasticLstmEpisode<T> episode, int step)
    {
        var input = episode.Input(step);
        var before = episode.State(step - 1);
        var candidate = episode.Candidate(step);
        TensorPrimitives.Add(episode.StateGradient(step), _carriedState.AsSpan(0, _neurons), _stateGradient);
        _next.AsSpan().Clear();
        _candidateGradient.AsSpan().Clear();
        _modulationGradient.AsSpan().Clear();
        network.Rule.Backward(episode.Trace(step), _traceGradient, episode.Modulation(step), candidate, before, _modulationGradient, _candidateGradient, _next);
        network.Modulator.Backward(episode.State(step), episode.Signals[step - 1], _modulationGradient, _stateGradient);

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
        TraceSweeps.Backward(network.Weights.Values, _alpha, episode.Trace(step), before, _candidateGradient, _ones, _traceGradient, _alphaGradient, _next);
        TraceSweeps.AddOuter(_candidateGradient, before, network.Weights.Gradient);
        TensorPrimitives.Multiply(_cellGradient, episode.Forget(step), _carriedCell);
        _next.CopyTo(_carriedState, 0);
    }
}
