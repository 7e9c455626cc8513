using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// What becomes of a trace while a sweep passes over it. H_ij' depends on H_ij, on up to three numbers of its row i (the target
/// neuron) and on up to two signals of its column j (the source neuron).
/// </summary>
internal interface ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the trace changes at all; if not, nothing is stored.</summary>
    static abstract bool Changes { get; }

    /// <summary>How many numbers a row counts: 0 to 3.</summary>
    static abstract int RowNumbers { get; }

    /// <summary>How many signals of the columns count: 0 to 2.</summary>
    static abstract int Signals { get; }

    /// <summary>The new trace.</summary>
    V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>H stays as it is.</summary>
internal readonly struct KeepTrace<T> : ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Changes => false;

    public static int RowNumbers => 0;

    public static int Signals => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T> => h;
}

/// <summary>H_i ← β_i H_i + a_i qᵀ: one update of Hebb's or Oja's rule, or its undoing.</summary>
internal readonly struct LinearUpdate<T> : ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Changes => true;

    public static int RowNumbers => 2;

    public static int Signals => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T> => V.MultiplyAdd(row1, signal1, row0 * h);
}

/// <summary>H_i ← β_i H_i + a1_i q1ᵀ + a2_i q2ᵀ: several such updates whose sources are two.</summary>
internal readonly struct FoldedUpdate<T> : ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Changes => true;

    public static int RowNumbers => 3;

    public static int Signals => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T> => V.MultiplyAdd(row2, signal2, V.MultiplyAdd(row1, signal1, row0 * h));
}

/// <summary>Any plasticity rule: H ← rule(H, m_i, p_i, q_j), with gate m and post-synaptic signal p a row.</summary>
internal readonly struct RuleUpdate<T, TRule>(TRule rule) : ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, ITraceRule<T>
{
    private readonly TRule _rule = rule;

    public static bool Changes => true;

    public static int RowNumbers => 2;

    public static int Signals => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T> => _rule.Update(h, row0, row1, signal1);
}

/// <summary>Any plasticity rule driven by an eligibility: H ← rule(H, m_i, 1, E_ij).</summary>
internal readonly struct EligibleUpdate<T, TRule>(TRule rule) : ITraceOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, ITraceRule<T>
{
    private readonly TRule _rule = rule;

    public static bool Changes => true;

    public static int RowNumbers => 1;

    public static int Signals => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V h, V row0, V row1, V row2, V signal1, V signal2)
        where V : unmanaged, ILanes<V, T> => _rule.Update(h, row0, V.Create(T.One), signal1);
}
