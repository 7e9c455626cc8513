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
            T restGs = T.Zero, restGh = T.Zero, nextRestGs = T.Zero, nextRestGh = T.Zero;
            if (j < columns)
            {
                OneRow<V>(i, j, out restGs, out restGh);
                OneRow<V>(i + 1, j, out nextRestGs, out nextRestGh);
            }
            if (TContraction.WithSource)
                (WithSource[i], WithSource[i + 1]) = (V.Sum(gs) + restGs, V.Sum(nextGs) + nextRestGs);
            if (TContraction.WithTrace)
                (WithTrace[i], WithTrace[i + 1]) = (V.Sum(gh) + restGh, V.Sum(nextGh) + nextRestGh);
        }
        if (i < _end)
        {
            OneRow<V>(i, 0, out T gs, out T gh);
            if (TContraction.WithSource)
                WithSource[i] = gs;
            if (TContraction.WithTrace)
                WithTrace[i] = gh;
        }
    }

    // The columns of row i from j on, masked.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V>(int i, int j, out T withSource, out T withTrace)
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
        (withSource, withTrace) = (V.Sum(gs), V.Sum(gh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(T* numbers, int i, int index)
        where V : unmanaged, ILanes<V, T> => index < TOperator.RowNumbers ? V.Create(numbers[i]) : V.Zero;
}
