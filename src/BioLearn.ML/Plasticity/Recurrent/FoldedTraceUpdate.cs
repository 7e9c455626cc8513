using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Plastic;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Several successive updates of the trace folded into one. Update k takes H(k) to H(k+1):
/// <code>H_i(k+1) = β_i(k) H_i(k) + a_i(k) y(k-1)ᵀ        a = η y(k)        β = 1-η (Hebb) or 1-η y(k)² (Oja)</code>
/// While the network repeats one output the pre-synaptic vector stays the same, so that any number of updates, or of
/// undone updates, needs at most two such vectors and one sweep over the matrix: H_i ← β_i H_i + a1_i q1ᵀ + a2_i q2ᵀ.
/// </summary>
internal sealed class FoldedTraceUpdate<T>(int neurons, PlasticityRule rule)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Stands for a pre-synaptic vector of zeros: y(-1).</summary>
    public const int None = -1;

    private readonly T[] _decay = new T[neurons];
    private readonly T[] _gain1 = new T[neurons];
    private readonly T[] _gain2 = new T[neurons];
    private readonly T[] _factor = new T[neurons];

    /// <summary>Whether there is nothing to carry out.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Step whose output is the first pre-synaptic vector, or <see cref="None"/>.</summary>
    public int Source1 { get; private set; } = None;

    /// <summary>Step whose output is the second pre-synaptic vector, or <see cref="None"/>.</summary>
    public int Source2 { get; private set; } = None;

    public void Clear()
    {
        IsEmpty = true;
        (Source1, Source2) = (None, None);
        _decay.AsSpan().Fill(T.One);
        _gain1.AsSpan().Clear();
        _gain2.AsSpan().Clear();
    }

    /// <summary>Whether an update with this pre-synaptic step still fits.</summary>
    public bool Fits(int source) => source == None || Source1 == None || Source1 == source || Source2 == None || Source2 == source;

    /// <summary>Appends an update with post-synaptic output <paramref name="post"/> and the pre-synaptic output of step <paramref name="source"/>.</summary>
    public void Append(ReadOnlySpan<T> post, int source, T rate)
    {
        DecayOf(rule, post, rate, _factor);
        Scale();
        AddGain(post, source, rate);
    }

    /// <summary>Appends the undoing of an update: H = (H' - a qᵀ) / β.</summary>
    public void AppendInverse(ReadOnlySpan<T> post, int source, T rate)
    {
        AddGain(post, source, -rate);
        DecayOf(rule, post, rate, _factor);
        TensorPrimitives.Divide(T.One, _factor, _factor);
        Scale();
    }

    /// <summary>What is to be carried out, for a kernel; <paramref name="episode"/> holds the pre-synaptic outputs.</summary>
    public TraceUpdate<T> For(PlasticEpisode<T> episode) => Source2 == None
        ? new(_decay, _gain1, episode.Output(Source1))
        : new(_decay, _gain1, episode.Output(Source1), _gain2, episode.Output(Source2));

    /// <summary>β of every target neuron for one update.</summary>
    public static void DecayOf(PlasticityRule rule, ReadOnlySpan<T> post, T rate, Span<T> decay)
    {
        if (rule == PlasticityRule.Hebb)
        {
            decay.Fill(T.One - rate);
            return;
        }

        TensorPrimitives.Multiply(post, post, decay);
        TensorPrimitives.Multiply(decay, -rate, decay);
        TensorPrimitives.Add(decay, T.One, decay);
    }

    private void Scale()
    {
        TensorPrimitives.Multiply<T>(_decay, _factor, _decay);
        TensorPrimitives.Multiply<T>(_gain1, _factor, _gain1);
        TensorPrimitives.Multiply<T>(_gain2, _factor, _gain2);
    }

    private void AddGain(ReadOnlySpan<T> post, int source, T rate)
    {
        IsEmpty = false;
        if (source == None)
            return;
        if (Source1 == None)
            Source1 = source;
        else if (Source1 != source)
            Source2 = source;
        var gain = Source1 == source ? _gain1 : _gain2;
        TensorPrimitives.MultiplyAdd(post, rate, gain, gain);
    }
}
