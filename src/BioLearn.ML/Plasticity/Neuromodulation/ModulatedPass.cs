using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Forward steps of a <see cref="ModulatedNetwork{T}"/>, and exact backpropagation through its traces and its own modulator.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="network">The network; one pass serves one thread.</param>
/// <param name="steps">T of its episodes; memory grows as T N².</param>
public sealed class ModulatedPass<T>(ModulatedNetwork<T> network, int steps)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly int _matrix = network.Neurons * network.Stride;
    private readonly bool _retroactive = network.Options.Modulation == Modulation.Retroactive;
    private readonly T[] _excitation = new T[network.Neurons];
    private readonly T[] _plasticPart = new T[network.Neurons];
    private readonly T[] _gates = new T[steps * network.Neurons];
    private readonly T[] _signals = new T[steps];
    private readonly T[] _traces = new T[checked((long)steps * network.Neurons * network.Stride)];
    private readonly T[] _eligibilities = network.Options.Modulation == Modulation.Retroactive ? new T[(long)steps * network.Neurons * network.Stride] : [];
    private readonly T[] _traceGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _eligibilityGradient = new T[network.Options.Modulation == Modulation.Retroactive ? network.Neurons * network.Stride : 0];
    private readonly T[] _error = new T[network.Neurons];
    private readonly T[] _gateGradient = new T[network.Neurons];
    private readonly T[] _rates = new T[network.Neurons];
    private readonly T[] _rateGradients = new T[network.Neurons];
    private readonly T[] _carried = new T[network.Stride];
    private readonly T[] _next = new T[network.Stride];
    private readonly T[] _ones = Enumerable.Repeat(T.One, network.Neurons).ToArray();

    /// <summary>One step: from u(step) and the traces reached to y(step) and the next traces.</summary>
    /// <param name="episode">An episode that has begun.</param>
    /// <param name="step">t, from 1, one after the other: inputs may depend on what came before, as a maze's do.</param>
    public void Step(ModulatedEpisode<T> episode, int step)
    {
        var source = episode.State(step - 1);
        var state = episode.State(step)[.._neurons];
        network.Input.Forward(episode.Input(step), state);
        TraceSweeps.Excite(network.Weights.Values, network.Alpha.Values, episode.Trace, source, _excitation, _plasticPart);
        for (int i = 0; i < _neurons; i++)
            state[i] = T.Tanh(state[i] + _excitation[i] + _plasticPart[i]);
        Gate(step, state);
        Learn(episode, step, episode.Trace, episode.Trace, episode.Eligibility, episode.Eligibility);
    }

    /// <summary>M(t) of the episode that was stepped last; 0 without a modulator.</summary>
    /// <param name="step">t, 1 to the step reached.</param>
    public T Signal(int step) => _signals[step - 1];

    /// <summary>m(t), one gate a target neuron, [N], of the episode that was stepped last.</summary>
    /// <param name="step">t, 1 to the step reached.</param>
    public ReadOnlySpan<T> Gates(int step) => GatesOf(step);

    /// <summary>Adds the gradients of an episode that has run to its end, given dL/dy(t) in <see cref="ModulatedEpisode{T}.StateGradient"/>.</summary>
    /// <param name="episode">An episode of T steps.</param>
    public void Backward(ModulatedEpisode<T> episode)
    {
        RecomputeTraces(episode);
        _traceGradient.AsSpan().Clear();
        _eligibilityGradient.AsSpan().Clear();
        _carried.AsSpan().Clear();
        for (int step = steps; step >= 1; step--)
            StepBack(episode, step);
    }

    private void StepBack(ModulatedEpisode<T> episode, int step)
    {
        var state = episode.State(step)[.._neurons];
        var source = episode.State(step - 1);
        var gradient = episode.StateGradient(step)[.._neurons];
        for (int i = 0; i < _neurons; i++)
            gradient[i] += _carried[i];
        _next.AsSpan().Clear();
        LearnBack(step, state, source, gradient);
        for (int i = 0; i < _neurons; i++)
            _error[i] = (T.One - state[i] * state[i]) * gradient[i];
        TraceSweeps.Backward(network.Weights.Values, network.Alpha.Values, TraceOf(step), source, _error, _ones, _traceGradient, network.Alpha.Gradient, _next);
        TraceSweeps.AddOuter(_error, source, network.Weights.Gradient);
        network.Input.Backward(episode.Input(step), _error, default);
        _next.CopyTo(_carried, 0);
    }

    /// <summary>Back through the update that took H(step) to H(step+1): adds what y(step), y(step-1) and the modulator did to it.</summary>
    private void LearnBack(int step, ReadOnlySpan<T> state, ReadOnlySpan<T> source, Span<T> gradient)
    {
        var gates = GatesOf(step);
        _gateGradient.AsSpan().Clear();
        _rateGradients.AsSpan().Clear();
        if (_retroactive)
        {
            network.EligibilityRule.Backward(EligibilityOf(step), _eligibilityGradient, _rates, state, source, _rateGradients, gradient, _next);
            network.Rule.BackwardEligible(TraceOf(step), _traceGradient, gates, EligibilityOf(step), _gateGradient, _eligibilityGradient);
        }
        else
        {
            network.Rule.Backward(TraceOf(step), _traceGradient, gates, state, source, _gateGradient, gradient, _next);
        }

        network.Modulator?.Backward(state, _signals[step - 1], _gateGradient, gradient);
        foreach (T value in network.Modulator is null ? _gateGradient : _rateGradients)
            network.Rate.Gradient[0] += value;
    }

    private void RecomputeTraces(ModulatedEpisode<T> episode)
    {
        TraceOf(1).Clear();
        if (_retroactive)
            EligibilityOf(1).Clear();
        for (int step = 1; step <= steps; step++)
        {
            Gate(step, episode.State(step)[.._neurons]);
            if (step < steps)
                Learn(episode, step, TraceOf(step), TraceOf(step + 1), EligibilityOf(step), EligibilityOf(step + 1));
        }
    }

    private void Learn(ModulatedEpisode<T> episode, int step, ReadOnlySpan<T> trace, Span<T> nextTrace, ReadOnlySpan<T> eligibility, Span<T> nextEligibility)
    {
        var state = episode.State(step)[.._neurons];
        var source = episode.State(step - 1);
        if (!_retroactive)
        {
            network.Rule.Update(trace, nextTrace, GatesOf(step), state, source);
            return;
        }

        network.Rule.UpdateEligible(trace, nextTrace, GatesOf(step), eligibility);
        network.EligibilityRule.Update(eligibility, nextEligibility, _rates, state, source);
    }

    private void Gate(int step, ReadOnlySpan<T> state)
    {
        _rates.AsSpan().Fill(network.Rate.Values[0]);
        if (network.Modulator is null)
            GatesOf(step).Fill(network.Rate.Values[0]);
        else
            _signals[step - 1] = network.Modulator.Forward(state, GatesOf(step));
    }

    private Span<T> GatesOf(int step) => _gates.AsSpan((step - 1) * _neurons, _neurons);
    private Span<T> TraceOf(int step) => _traces.AsSpan((step - 1) * _matrix, _matrix);
    private Span<T> EligibilityOf(int step) => _retroactive ? _eligibilities.AsSpan((step - 1) * _matrix, _matrix) : default;
}
