using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// A plasticity rule as a function of one connection: what the trace H becomes, H ← f(H, m, p, q), and how that depends on each argument.
/// The sweeps over whole matrices are <see cref="TraceSweep"/>, <see cref="TraceSweepBackward"/> and <see cref="PlasticForward"/>; a new
/// rule is one struct.
/// </summary>
/// <remarks>
/// p is the post-synaptic signal, q the pre-synaptic (or an eligibility, with p = 1), m the gate: a rate or a neuromodulator. Rows of a
/// trace are padded with zeros: with H = 0 and q = 0 a rule must give 0.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The new trace f(H, m, p, q).</summary>
    V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T>;

    /// <summary>Partial derivatives of <see cref="Update"/>: ∂f/∂H, ∂f/∂m, ∂f/∂p, ∂f/∂q.</summary>
    void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>Decaying Hebbian trace: H ← (1-m) H + m p q.</summary>
public readonly struct HebbRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T> => V.MultiplyAdd(m, p * q - h, h);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        byTrace = V.Create(T.One) - m;
        byGate = p * q - h;
        byPost = m * q;
        byPre = m * p;
    }
}

/// <summary>Oja's rule (1982): H ← H + m p (q - p H).</summary>
public readonly struct OjaRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T> => V.MultiplyAdd(m * p, V.SubtractProduct(p, h, q), h);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        V rest = V.SubtractProduct(p, h, q);
        byTrace = V.SubtractProduct(m * p, p, V.Create(T.One));
        byGate = p * rest;
        byPost = m * V.SubtractProduct(p, h, rest);
        byPre = m * p;
    }
}

/// <summary>H ← H + m p q.</summary>
public readonly struct AdditiveRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T> => V.MultiplyAdd(m * p, q, h);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        byTrace = V.Create(T.One);
        byGate = p * q;
        byPost = m * q;
        byPre = m * p;
    }
}

/// <summary>H ← clip(H + m p q, ±limit); the gradient passes where the sum lies within the limits, bounds included.</summary>
/// <param name="limit">Largest magnitude of a trace.</param>
public readonly struct ClipRule<T>(T limit) : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _limit = limit;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T>
    {
        V most = V.Create(_limit), least = V.Create(-_limit);
        V sum = V.MultiplyAdd(m * p, q, h);
        return V.Select(V.LessThan(most, sum), most, V.Select(V.LessThan(sum, least), least, sum));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        V within = V.LessThanOrEqual(V.Abs(V.MultiplyAdd(m * p, q, h)), V.Create(_limit));
        byTrace = within & V.Create(T.One);
        byGate = within & (p * q);
        byPost = within & (m * q);
        byPre = within & (m * p);
    }
}

/// <summary>Growth slows down near ±1: H ← H + [m p q]₊ (1-H) + [m p q]₋ (1+H).</summary>
public readonly struct SoftClipRule<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T>
    {
        V change = m * p * q;
        return V.SubtractProduct(V.Abs(change), h, h + change);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        V one = V.Create(T.One), change = m * p * q;
        V slope = V.Select(V.LessThan(change, V.Zero), one + h, one - h);
        byTrace = one - V.Abs(change);
        byGate = slope * p * q;
        byPost = slope * m * q;
        byPre = slope * m * p;
    }
}
