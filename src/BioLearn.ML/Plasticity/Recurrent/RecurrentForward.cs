using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Plastic;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Runs one episode forwards: per step one sweep that brings the trace up to date and sums the excitation. While the network
/// repeats an output s that is saturated, W s and (α∘H) s follow from the step before in closed form, so that long
/// presentations cost no sweep.
/// </summary>
internal sealed class RecurrentForward<T>(PlasticRecurrentNetwork<T> network, int steps, TraceStorage storage, int threads = 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly bool _clamps = network.Options.InputMode == InputMode.Clamp;
    private readonly bool[] _silent = new bool[steps + 1];
    private readonly T[] _fixedPart = new T[network.Neurons];
    private readonly T[] _plasticPart = new T[network.Neurons];
    private readonly T[] _alphaSums = new T[network.Neurons];
    private readonly T[] _decay = new T[network.Neurons];
    private readonly T[] _squares = new T[network.Stride];
    private bool _alphaSumsAreOfRows;
    private int _repeatedSource;

    public HebbianTrace<T> Trace { get; } = new(network, steps, storage, threads);

    /// <summary>Steps of an episode.</summary>
    public int Steps => steps;

    /// <summary>Threads that may sweep at once.</summary>
    public int Threads => threads;

    /// <summary>Whether no neuron of the step lets a gradient through: all are clamped, or tanh is exactly ±1.</summary>
    public bool IsSilent(int step) => _silent[step];

    /// <summary>The earliest step of the silent run with one output that <paramref name="step"/> ends; itself if it is not silent.</summary>
    public int FirstOfRun(int step)
    {
        int first = step;
        while (first > 1 && _silent[step] && _silent[first - 1] && Trace.FirstAlike(first - 1) == Trace.FirstAlike(step))
            first--;
        return first;
    }

    /// <summary>From y(0) and u(1..T) to y(1..T).</summary>
    public void Run(PlasticEpisode<T> episode)
    {
        Trace.Begin(episode);
        _repeatedSource = FoldedTraceUpdate<T>.None;
        _alphaSumsAreOfRows = false;
        for (int step = 1; step <= steps; step++)
        {
            if (step > 1)
                Trace.Advance(step);
            var input = episode.Input(step)[.._neurons];
            var output = episode.Output(step)[.._neurons];
            if (_clamps && !input.Contains(T.Zero))
            {
                input.CopyTo(output);
                _silent[step] = true;
            }
            else
            {
                Excite(episode, step, output);
                _silent[step] = Activate(input, output);
            }

            Trace.NoteOutput(step);
        }
    }

    /// <summary>x = (W + α∘H) s with s = y(t-1).</summary>
    private void Excite(PlasticEpisode<T> episode, int step, Span<T> excitation)
    {
        int alike = Trace.FirstAlike(step - 1);
        if (alike == FoldedTraceUpdate<T>.None)
        {
            excitation.Clear();
        }
        else if (alike == _repeatedSource && Trace.FirstAlike(step - 2) == alike)
        {
            RepeatParts(episode.Output(step - 1)[.._neurons]);
            TensorPrimitives.Add<T>(_fixedPart, _plasticPart, excitation);
        }
        else if (ExpectsRepetition(episode, step))
        {
            SweepParts(episode, step);
            TensorPrimitives.Add<T>(_fixedPart, _plasticPart, excitation);
            _repeatedSource = alike;
        }
        else
        {
            Sweep(episode, step, excitation);
        }
    }

    /// <summary>Whether y(t) will most likely be s once more: the same input as before has saturated every neuron.</summary>
    private bool ExpectsRepetition(PlasticEpisode<T> episode, int step)
        => step > 1 && step < steps && _silent[step - 1] && episode.Input(step).SequenceEqual(episode.Input(step - 1));

    /// <summary>With the same s before and now, (α∘H(t)) s = β (α∘H(t-1)) s + a α(s∘s); W s is what it was.</summary>
    private void RepeatParts(ReadOnlySpan<T> source)
    {
        FoldedTraceUpdate<T>.DecayOf(network.Options.Rule, source, network.Rate, _decay);
        TensorPrimitives.Multiply<T>(_plasticPart, _decay, _plasticPart);
        TensorPrimitives.Multiply(source, network.Rate, _decay);
        TensorPrimitives.MultiplyAdd<T>(_decay, _alphaSums, _plasticPart, _plasticPart);
    }

    private void Sweep(PlasticEpisode<T> episode, int step, Span<T> excitation)
    {
        if (Trace.Pending.IsEmpty)
            PlasticForward.Excite(network.Layer(Trace.Current), episode.Output(step - 1), excitation, threads);
        else
            PlasticForward.UpdateAndExcite(network.Layer(Trace.Current), Trace.Pending.For(episode), episode.Output(step - 1), excitation, threads);
        Trace.Pending.Clear();
    }

    private void SweepParts(PlasticEpisode<T> episode, int step)
    {
        var source = episode.Output(step - 1);
        if (Trace.Pending.IsEmpty)
            PlasticForward.Excite(network.Layer(Trace.Current), source, _fixedPart, _plasticPart, threads);
        else
            PlasticForward.UpdateAndExcite(network.Layer(Trace.Current), Trace.Pending.For(episode), source, _fixedPart, _plasticPart, threads);
        Trace.Pending.Clear();
        if (_alphaSumsAreOfRows)
            return;
        // Where every neuron is saturated s∘s is one, whatever the pattern.
        TensorPrimitives.Multiply(source, source, _squares);
        Gemv.N(network.AlphaMatrix, _squares, _alphaSums, T.One, T.Zero);
        _alphaSumsAreOfRows = !_clamps;
    }

    /// <summary>y = tanh(x + u), or u where it clamps. Returns whether every derivative is exactly zero.</summary>
    private bool Activate(ReadOnlySpan<T> input, Span<T> output)
    {
        if (!_clamps)
            TensorPrimitives.Add(output, input, output);
        ActivationSweep.Apply<T, Tanh<T>>(output, output);
        bool silent = true;
        for (int i = 0; i < output.Length; i++)
        {
            bool clamped = _clamps && input[i] != T.Zero;
            if (clamped)
                output[i] = input[i];
            silent &= clamped || T.Abs(output[i]) == T.One;
        }

        return silent;
    }
}
