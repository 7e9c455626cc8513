using System.Numerics;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// A plasticity rule as a function of one connection: what the trace becomes, and how that depends on each argument.
/// <c>p</c> is the post-synaptic activity, <c>q</c> the pre-synaptic (or an eligibility, with p = 1), <c>m</c> the gate:
/// a rate or a neuromodulator.
/// </summary>
internal interface ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    T Update(T h, T m, T p, T q);

    /// <summary>Partial derivatives of <see cref="Update"/>.</summary>
    (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q);
}

/// <summary>H ← (1-m) H + m p q.</summary>
internal readonly struct HebbRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Update(T h, T m, T p, T q) => h + m * (p * q - h);
    public (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q) => (T.One - m, p * q - h, m * q, m * p);
}

/// <summary>Oja: H ← H + m p (q - p H).</summary>
internal readonly struct OjaRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Update(T h, T m, T p, T q) => h + m * p * (q - p * h);
    public (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q) => (T.One - m * p * p, p * (q - p * h), m * (q - (p + p) * h), m * p);
}

/// <summary>H ← H + m p q.</summary>
internal readonly struct AdditiveRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Update(T h, T m, T p, T q) => h + m * p * q;
    public (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q) => (T.One, p * q, m * q, m * p);
}

/// <summary>H ← clip(H + m p q, ±limit); the gradient passes where the sum lies within the limits, bounds included.</summary>
internal readonly struct ClipRule<T>(T limit) : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Update(T h, T m, T p, T q) => T.Clamp(h + m * p * q, -limit, limit);

    public (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q)
        => T.Abs(h + m * p * q) <= limit ? (T.One, p * q, m * q, m * p) : default;
}

/// <summary>Growth slows down near ±1: H ← H + [m p q]₊ (1-H) + [m p q]₋ (1+H).</summary>
internal readonly struct SoftClipRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Update(T h, T m, T p, T q)
    {
        T change = m * p * q;
        return h + change - T.Abs(change) * h;
    }

    public (T H, T M, T P, T Q) Derivatives(T h, T m, T p, T q)
    {
        T change = m * p * q;
        T slope = change >= T.Zero ? T.One - h : T.One + h;
        return (T.One - T.Abs(change), slope * p * q, slope * m * q, slope * m * p);
    }
}
