using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// Sums of a gradient matrix G that a step of backpropagation through the trace asks for:
/// <code>gs_i = G_i·s        gh_i = G_i·H_i        r += Gᵀ k</code>
/// gs and gh tell what y did as post-synaptic signal of the update, r what it did as pre-synaptic.
/// </summary>
internal readonly ref struct Contraction<T>
{
    /// <param name="source">s [sources].</param>
    /// <param name="gain">k [targets].</param>
    /// <param name="columnSums">r [sources], added to.</param>
    /// <param name="withSource">gs [targets], replaced.</param>
    /// <param name="withTrace">gh [targets], replaced; empty where nobody asks.</param>
    public Contraction(ReadOnlySpan<T> source, ReadOnlySpan<T> gain, Span<T> columnSums, Span<T> withSource, Span<T> withTrace = default)
    {
        Source = source;
        Gain = gain;
        ColumnSums = columnSums;
        WithSource = withSource;
        WithTrace = withTrace;
    }

    public ReadOnlySpan<T> Source { get; }

    public ReadOnlySpan<T> Gain { get; }

    public Span<T> ColumnSums { get; }

    public Span<T> WithSource { get; }

    public Span<T> WithTrace { get; }

    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Check(int targets, int sources)
    {
        Lengths.MustMatch(sources, Source.Length, "source of the contraction");
        Lengths.MustMatch(targets, Gain.Length, "gain of the contraction");
        Lengths.MustMatch(sources, ColumnSums.Length, "columnSums");
        Lengths.MustMatch(targets, WithSource.Length, "withSource");
        if (!WithTrace.IsEmpty)
            Lengths.MustMatch(targets, WithTrace.Length, "withTrace");
    }
}

/// <summary>Which sums of G a sweep makes.</summary>
internal interface IContraction
{
    static abstract bool WithSource { get; }

    static abstract bool WithTrace { get; }
}

internal readonly struct NoContraction : IContraction
{
    public static bool WithSource => false;

    public static bool WithTrace => false;
}

internal readonly struct SourceContraction : IContraction
{
    public static bool WithSource => true;

    public static bool WithTrace => false;
}

internal readonly struct FullContraction : IContraction
{
    public static bool WithSource => true;

    public static bool WithTrace => true;
}

/// <summary>The sweep over G alone.</summary>
internal unsafe struct ContractionKernel<T, TContraction> : IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TContraction : struct, IContraction
{
    public T* G, H, Source, Gain, Sums, WithSource, WithTrace, Partial;
    public nint Stride;
    public int Columns;
    private int _begin, _end;

    public void Take(int piece, int begin, int end)
    {
        (_begin, _end) = (begin, end);
        if (Partial != null)
            Sums = Partial + (nint)piece * Columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int columns = Columns;
        T* s = Source, r = Sums;
        for (int i = _begin; i < _end; i++)
        {
            T* g = G + i * Stride, h = H + i * Stride;
            V gain = V.Create(Gain[i]), gs = V.Zero, gh = V.Zero;
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
            {
                V gradient = V.Load(g + j);
                gs = V.MultiplyAdd(gradient, V.Load(s + j), gs);
                if (TContraction.WithTrace)
                    gh = V.MultiplyAdd(gradient, V.Load(h + j), gh);
                V.Store(V.MultiplyAdd(gain, gradient, V.Load(r + j)), r + j);
            }
            if (j < columns)
            {
                int n = columns - j;
                V gradient = V.LoadFirst(g + j, n);
                gs = V.MultiplyAdd(gradient, V.LoadFirst(s + j, n), gs);
                if (TContraction.WithTrace)
                    gh = V.MultiplyAdd(gradient, V.LoadFirst(h + j, n), gh);
                V.StoreFirst(V.MultiplyAdd(gain, gradient, V.LoadFirst(r + j, n)), r + j, n);
            }
            WithSource[i] = V.Sum(gs);
            if (TContraction.WithTrace)
                WithTrace[i] = V.Sum(gh);
        }
    }
}
