using System.Numerics;

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

    /// <summary>Whether there is nothing to carry out.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Step whose output is the first pre-synaptic vector, or <see cref="None"/>.</summary>
    public int Source1 { get; private set; } = None;

    /// <summary>Step whose output is the second pre-synaptic vector, or <see cref="None"/>.</summary>
    public int Source2 { get; private set; } = None;

    /// <summary>β: what is left of each target neuron's row.</summary>
    public ReadOnlySpan<T> Decay => _decay;

    /// <summary>Weight of the first pre-synaptic vector in each target neuron's row.</summary>
    public ReadOnlySpan<T> Gain1 => _gain1;

    /// <summary>Weight of the second pre-synaptic vector in each target neuron's row.</summary>
    public ReadOnlySpan<T> Gain2 => _gain2;

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
        for (int i = 0; i < _decay.Length; i++)
            Scale(i, DecayOf(rule, post[i], rate));
        AddGain(post, source, rate);
    }

    /// <summary>Appends the undoing of an update: H = (H' - a qᵀ) / β.</summary>
    public void AppendInverse(ReadOnlySpan<T> post, int source, T rate)
    {
        AddGain(post, source, -rate);
        for (int i = 0; i < _decay.Length; i++)
            Scale(i, T.One / DecayOf(rule, post[i], rate));
    }

    private void Scale(int row, T factor)
    {
        _decay[row] *= factor;
        _gain1[row] *= factor;
        _gain2[row] *= factor;
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
        for (int i = 0; i < gain.Length; i++)
            gain[i] += rate * post[i];
    }

    /// <summary>β of one target neuron.</summary>
    public static T DecayOf(PlasticityRule rule, T post, T rate) => rule == PlasticityRule.Oja ? T.One - rate * post * post : T.One - rate;
}
