using System.Collections.Concurrent;
using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// States s_1..s_L of a network whose layers drive each other both ways, with the drive of the clamped input,
/// s_0 W_1' + b_1, computed once for all steps and phases of a mini-batch. Updates are synchronous.
/// </summary>
/// <remarks>
/// Where a layer pools, its states are what readers see: what it receives from below is pooled before it is activated, and what it sends
/// down, and what meets at its synapses, returns to where the pooled sums came from (Ernoult et al. 2019; Laborieux et al. 2021).
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal readonly struct LayeredStates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LearningContext<T> _step;
    private readonly string _phase, _totals;

    // Made once, so that a step makes no strings.
    private static readonly ConcurrentDictionary<string, (string AtUnits, string Weighted)> Names = [];
    private static readonly Func<string, (string AtUnits, string Weighted)> Named = static phase => (phase + " at units", phase + " weighted");

    /// <param name="step">The mini-batch.</param>
    /// <param name="phase">Name of the phase that these states belong to.</param>
    /// <param name="totals">Name of the total inputs; phases that take turns may share them.</param>
    public LayeredStates(LearningContext<T> step, string phase, string totals = "total input")
    {
        _step = step;
        _phase = phase;
        _totals = totals;
    }

    /// <summary>s_l, [batch, outputs of the layer]; s_0 is the input.</summary>
    public Signal<T> this[int layer] => layer == 0 ? _step.Input : _step.Scratch(_phase, layer, Width(layer));

    /// <summary>s_l as the postsynaptic side of a product: multiplied by the weight of each sample where samples have weights.</summary>
    public Signal<T> Post(int layer)
    {
        Signal<T> state = AtUnits(layer, this[layer]);
        if (_step.SampleWeights.Width == 0)
            return state;
        Signal<T> weighted = _step.Scratch(Names.GetOrAdd(_phase, Named).Weighted, layer, state.Width);
        state.Span.CopyTo(weighted.Span);
        _step.WeighSamples(weighted);
        return weighted;
    }

    /// <summary>A signal of the layer's states where its synapses end: back through the pooling of the sums that they received last.</summary>
    public Signal<T> AtUnits(int layer, Signal<T> states)
    {
        if (_step.Layer(layer).Readout is not { } readout)
            return states;
        Signal<T> units = _step.Scratch(Names.GetOrAdd(_phase, Named).AtUnits, layer, _step.Layer(layer).Units.Size);
        readout.Back<T>(states.Batch, states.Span, Winners(layer), units.Span);
        return units;
    }

    /// <summary>What layer l received last.</summary>
    public Signal<T> Total(int layer) => _step.Scratch(_totals, layer, Width(layer));

    /// <summary>What the layers up to <paramref name="top"/> receive: s_{l-1} W_l' + b_l + feedback · s_{l+1} W_{l+1}, all from the states as they are.</summary>
    public void Receive(int top, T feedback)
    {
        // First what comes from below: it decides where pooled states return to.
        for (int l = 1; l <= Math.Min(top + 1, _step.Depth); l++)
        {
            if (l <= top || _step.Layer(l).Readout is not null)
                ReceiveFromBelow(l);
        }
        for (int l = 1; l <= top; l++)
            ReceiveFromAbove(l, feedback);
    }

    /// <summary>The first part of it, s_{l-1} W_l' + b_l.</summary>
    public void ReceiveFromBelow(int layer)
    {
        if (layer == 1)
            Drive(_step).Span.CopyTo(Total(1).Span);
        else
            Sum(_step, layer, this[layer - 1], Total(layer), Winners(layer));
    }

    /// <summary>Adds the second part, feedback · s_{l+1} W_{l+1}.</summary>
    public void ReceiveFromAbove(int layer, T feedback)
    {
        if (layer < _step.Depth)
            _step.AddSentDown(layer + 1, _step.Weights(layer + 1), AtUnits(layer + 1, this[layer + 1]), Total(layer), feedback);
    }

    /// <summary>What layer l receives while all states are zero: the input's drive, or its biases.</summary>
    public void ReceiveAtRest(int layer)
    {
        if (layer == 1 || !_step.Layer(layer).IsFullyConnected || _step.Biases(layer).IsEmpty)
        {
            ReceiveFromBelow(layer);
            return;
        }
        Signal<T> total = Total(layer);
        for (int b = 0; b < total.Batch; b++)
            _step.Biases(layer).Values.CopyTo(total.Row(b));
    }

    /// <summary>Starts from zero.</summary>
    /// <returns>Whether the states are zero: tests may start from others.</returns>
    public bool Clear()
    {
        for (int l = 1; l <= _step.Depth; l++)
        {
            this[l].Span.Clear();
            _step.InitialState?.Invoke(l, this[l]);
        }
        return _step.InitialState is null;
    }

    /// <summary>Starts from another phase's states.</summary>
    public void CopyFrom(LayeredStates<T> other)
    {
        for (int l = 1; l <= _step.Depth; l++)
            other[l].Span.CopyTo(this[l].Span);
    }

    /// <summary>Puts the states where predictions, losses and activities are read: in the clean phase.</summary>
    public void Show()
    {
        for (int l = 1; l < _step.Depth; l++)
            this[l].Span.CopyTo(_step.Clean.Activity(l).Span);
        this[_step.Depth].Span.CopyTo(_step.Clean.PreActivation(_step.Depth).Span);
        _step.Activate(_step.Clean, _step.Depth);
    }

    /// <summary>Computes the drive of the clamped input; once a mini-batch, before any step.</summary>
    public static void Clamp(LearningContext<T> step)
    {
        Sum(step, 1, step.Input, Drive(step), DriveWinners(step));
        step.HoldWeights();
    }

    /// <summary>The sums of a layer's synapses, pooled where it pools.</summary>
    private static void Sum(LearningContext<T> step, int layer, Signal<T> from, Signal<T> total, Span<int> winners)
    {
        if (step.Layer(layer).Readout is not { } readout)
        {
            step.PreActivate(layer, from, total);
            return;
        }
        Signal<T> sums = step.Scratch("sums to be pooled", layer, step.Layer(layer).Units.Size);
        step.PreActivate(layer, from, sums);
        readout.Forward<T>(sums.Batch, sums.Span, total.Span, winners);
    }

    private static Signal<T> Drive(LearningContext<T> step) => step.Scratch("input drive", 1, step.Layer(1).Output.Size);

    private static Span<int> DriveWinners(LearningContext<T> step) => step.Layer(1).Readout is null ? default : step.Phase("input drive").Winners(1);

    /// <summary>Where pooled sums came from; those of the clamped input are the same for all phases.</summary>
    private Span<int> Winners(int layer) => _step.Layer(layer).Readout is null ? default : layer == 1 ? DriveWinners(_step) : _step.Phase(_phase).Winners(layer);

    private int Width(int layer) => _step.Layer(layer).Output.Size;
}
