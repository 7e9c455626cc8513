using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Plastic;

/// <summary>The sweep of <see cref="PlasticBackward"/>, two rows at a time.</summary>
internal unsafe struct BackwardKernel<T, TOperator, TContraction> : IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, ITraceOperator<T>
    where TContraction : struct, IContraction
{
    public T* W, A, H, G, AlphaGradient, Source, Error, Decay, SourceGradient;
    public T* Row0, Row1, Row2, Signal1, Signal2;
    public T* NextSource, NextGain, WithSource, WithTrace, NextSums;
    public T* Partial;
    public nint Stride;
    public int Columns;
    private int _begin, _end;

    public void Take(int piece, int begin, int end)
    {
        (_begin, _end) = (begin, end);
        if (Partial == null)
            return;
        SourceGradient = Partial + (nint)piece * Columns * (TContraction.WithSource ? 2 : 1);
        NextSums = SourceGradient + Columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        TOperator undo = default;
        nint next = Stride;
        int columns = Columns, i = _begin;
        T* s = Source, r = SourceGradient, q1 = Signal1, q2 = Signal2, nextSource = NextSource, nextSums = NextSums;
        for (; i + 2 <= _end; i += 2)
        {
            nint row = i * next;
            T* w = W + row, a = A + row, h = H + row, g = G + row, da = AlphaGradient + row;
            V d = V.Create(Error[i]), e = V.Create(Error[i + 1]);
            V decay = V.Create(Decay[i]), nextDecay = V.Create(Decay[i + 1]);
            V b0 = Number<V>(Row0, i, 0), b1 = Number<V>(Row1, i, 1), b2 = Number<V>(Row2, i, 2);
            V c0 = Number<V>(Row0, i + 1, 0), c1 = Number<V>(Row1, i + 1, 1), c2 = Number<V>(Row2, i + 1, 2);
            V gain = TContraction.WithSource ? V.Create(NextGain[i]) : V.Zero, nextGain = TContraction.WithSource ? V.Create(NextGain[i + 1]) : V.Zero;
            V gs = V.Zero, gh = V.Zero, nextGs = V.Zero, nextGh = V.Zero;
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
            {
                V source = V.Load(s + j), ds = d * source, es = e * source;
                V alpha = V.Load(a + j), nextAlpha = V.Load(a + next + j);
                V trace = V.Load(h + j), nextTrace = V.Load(h + next + j);
                V back = V.MultiplyAdd(d, V.MultiplyAdd(alpha, trace, V.Load(w + j)), V.Load(r + j));
                V.Store(V.MultiplyAdd(e, V.MultiplyAdd(nextAlpha, nextTrace, V.Load(w + next + j)), back), r + j);
                V.Store(V.MultiplyAdd(ds, trace, V.Load(da + j)), da + j);
                V.Store(V.MultiplyAdd(es, nextTrace, V.Load(da + next + j)), da + next + j);
                V gradient = V.MultiplyAdd(ds, alpha, decay * V.Load(g + j));
                V nextGradient = V.MultiplyAdd(es, nextAlpha, nextDecay * V.Load(g + next + j));
                V.Store(gradient, g + j);
                V.Store(nextGradient, g + next + j);
                if (TOperator.Changes)
                {
                    V signal1 = TOperator.Signals >= 1 ? V.Load(q1 + j) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.Load(q2 + j) : V.Zero;
                    trace = undo.Invoke(trace, b0, b1, b2, signal1, signal2);
                    nextTrace = undo.Invoke(nextTrace, c0, c1, c2, signal1, signal2);
                    V.Store(trace, h + j);
                    V.Store(nextTrace, h + next + j);
                }
                if (TContraction.WithSource)
                {
                    V ahead = V.Load(nextSource + j);
                    gs = V.MultiplyAdd(gradient, ahead, gs);
                    nextGs = V.MultiplyAdd(nextGradient, ahead, nextGs);
                    V.Store(V.MultiplyAdd(nextGain, nextGradient, V.MultiplyAdd(gain, gradient, V.Load(nextSums + j))), nextSums + j);
                }
                if (TContraction.WithTrace)
                {
                    gh = V.MultiplyAdd(gradient, trace, gh);
                    nextGh = V.MultiplyAdd(nextGradient, nextTrace, nextGh);
                }
            }
            // Summed before the calls, so that the loop's sums may stay in registers.
            T withSource = TContraction.WithSource ? V.Sum(gs) : T.Zero, nextWithSource = TContraction.WithSource ? V.Sum(nextGs) : T.Zero;
            T withTrace = TContraction.WithTrace ? V.Sum(gh) : T.Zero, nextWithTrace = TContraction.WithTrace ? V.Sum(nextGh) : T.Zero;
            if (j < columns)
            {
                OneRow<V>(i, j, ref withSource, ref withTrace);
                OneRow<V>(i + 1, j, ref nextWithSource, ref nextWithTrace);
            }
            Keep(i, withSource, withTrace);
            Keep(i + 1, nextWithSource, nextWithTrace);
        }
        if (i < _end)
        {
            T withSource = T.Zero, withTrace = T.Zero;
            OneRow<V>(i, 0, ref withSource, ref withTrace);
            Keep(i, withSource, withTrace);
        }
    }

    // The columns of row i from j on, masked; adds to the sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V>(int i, int j, ref T withSource, ref T withTrace)
        where V : unmanaged, ILanes<V, T>
    {
        TOperator undo = default;
        nint row = i * Stride;
        T* w = W + row, a = A + row, h = H + row, g = G + row, da = AlphaGradient + row;
        V d = V.Create(Error[i]), decay = V.Create(Decay[i]), gain = TContraction.WithSource ? V.Create(NextGain[i]) : V.Zero;
        V b0 = Number<V>(Row0, i, 0), b1 = Number<V>(Row1, i, 1), b2 = Number<V>(Row2, i, 2);
        V gs = V.Zero, gh = V.Zero;
        for (; j < Columns; j += V.Count)
        {
            int n = Math.Min(V.Count, Columns - j);
            V ds = d * V.LoadFirst(Source + j, n), alpha = V.LoadFirst(a + j, n), trace = V.LoadFirst(h + j, n);
            V.StoreFirst(V.MultiplyAdd(d, V.MultiplyAdd(alpha, trace, V.LoadFirst(w + j, n)), V.LoadFirst(SourceGradient + j, n)), SourceGradient + j, n);
            V.StoreFirst(V.MultiplyAdd(ds, trace, V.LoadFirst(da + j, n)), da + j, n);
            V gradient = V.MultiplyAdd(ds, alpha, decay * V.LoadFirst(g + j, n));
            V.StoreFirst(gradient, g + j, n);
            if (TOperator.Changes)
            {
                V signal1 = TOperator.Signals >= 1 ? V.LoadFirst(Signal1 + j, n) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.LoadFirst(Signal2 + j, n) : V.Zero;
                trace = undo.Invoke(trace, b0, b1, b2, signal1, signal2);
                V.StoreFirst(trace, h + j, n);
            }
            if (TContraction.WithSource)
            {
                gs = V.MultiplyAdd(gradient, V.LoadFirst(NextSource + j, n), gs);
                V.StoreFirst(V.MultiplyAdd(gain, gradient, V.LoadFirst(NextSums + j, n)), NextSums + j, n);
            }
            if (TContraction.WithTrace)
                gh = V.MultiplyAdd(gradient, trace, gh);
        }
        withSource += V.Sum(gs);
        withTrace += V.Sum(gh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Keep(int i, T withSource, T withTrace)
    {
        if (TContraction.WithSource)
            WithSource[i] = withSource;
        if (TContraction.WithTrace)
            WithTrace[i] = withTrace;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(T* numbers, int i, int index)
        where V : unmanaged, ILanes<V, T> => index < TOperator.RowNumbers ? V.Create(numbers[i]) : V.Zero;
}
