using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Runs one episode forwards. While the network repeats an output s that is saturated, W s and (α∘H) s follow from the
/// step before in closed form, so that long presentations cost no sweep over the matrices.
/// </summary>
internal sealed class RecurrentForward<T>(PlasticRecurrentNetwork<T> network, int steps, TraceStorage storage)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly bool[] _silent = new bool[steps + 1];
    private readonly T[] _fixedPart = new T[network.Neurons];
    private readonly T[] _plasticPart = new T[network.Neurons];
    private readonly T[] _alphaSum = new T[network.Neurons];
    private readonly T[] _squares = new T[network.Stride];
    private int _repeatedSource;

    public HebbianTrace<T> Trace { get; } = new(network, steps, storage);

    /// <summary>Steps of an episode.</summary>
    public int Steps => steps;

    /// <summary>Whether no neuron of the step lets a gradient through: all are clamped, or tanh is exactly ±1.</summary>
    public bool IsSilent(int step) => _silent[step];

    /// <summary>From y(0) and u(1..T) to y(1..T).</summary>
    public void Run(PlasticEpisode<T> episode)
    {
        Trace.Begin(episode);
        _repeatedSource = FoldedTraceUpdate<T>.None;
        for (int step = 1; step <= steps; step++)
        {
            if (step > 1)
                Trace.Advance(step);
            var input = episode.Input(step)[.._neurons];
            var output = episode.Output(step)[.._neurons];
            if (network.Options.InputMode == InputMode.Clamp && !input.Contains(T.Zero))
            {
                input.CopyTo(output);
                _silent[step] = true;
            }
            else
            {
                Excite(episode, step);
                TensorPrimitives.Add(_fixedPart, _plasticPart, output);
                _silent[step] = Activate(input, output);
            }

            Trace.NoteOutput(step);
        }
    }

    /// <summary>Fixed and plastic part of the excitation: W s and (α∘H) s with s = y(t-1).</summary>
    private void Excite(PlasticEpisode<T> episode, int step)
    {
        var source = episode.Output(step - 1);
        int alike = Trace.FirstAlike(step - 1);
        if (step > 1 && alike == _repeatedSource && Trace.FirstAlike(step - 2) == alike)
        {
            // H(t) s = β H(t-1) s + a s·s, with the same s before and now.
            for (int i = 0; i < _neurons; i++)
                _plasticPart[i] = FoldedTraceUpdate<T>.DecayOf(network.Options.Rule, source[i], network.Rate) * _plasticPart[i] + network.Rate * source[i] * _alphaSum[i];
            return;
        }

        Trace.CarryOut();
        TraceSweeps.Excite(network.Weights.Values, network.AlphaMatrix, Trace.Current, source, _fixedPart, _plasticPart);
        bool expectRepetition = step > 1 && step < steps && _silent[step - 1] && episode.Input(step).SequenceEqual(episode.Input(step - 1));
        _repeatedSource = FoldedTraceUpdate<T>.None;
        if (!expectRepetition)
            return;
        TensorPrimitives.Multiply<T>(source, source, _squares);
        TraceSweeps.Multiply(network.AlphaMatrix, _squares, _alphaSum);
        _repeatedSource = alike;
    }

    /// <summary>y = tanh(x + u), or u where it clamps. Returns whether every derivative is exactly zero.</summary>
    private bool Activate(ReadOnlySpan<T> input, Span<T> output)
    {
        bool clamp = network.Options.InputMode == InputMode.Clamp;
        if (!clamp)
            TensorPrimitives.Add(output, input, output);
        ActivationSweep.Apply<T, Tanh<T>>(output, output);
        bool silent = true;
        for (int i = 0; i < output.Length; i++)
        {
            bool clamped = clamp && input[i] != T.Zero;
            if (clamped)
                output[i] = input[i];
            silent &= clamped || T.Abs(output[i]) == T.One;
        }

        return silent;
    }
}
