using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Plastic;

/// <summary>Which sums of a row the forward pass keeps.</summary>
internal interface IExcitationSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the plastic part has its own sum.</summary>
    static abstract bool Apart { get; }

    static abstract void Add<V>(V w, V alpha, V h, V source, ref V sum, ref V plasticSum)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>Σ (w + α h) s.</summary>
internal readonly struct OneSum<T> : IExcitationSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Apart => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(V w, V alpha, V h, V source, ref V sum, ref V plasticSum)
        where V : unmanaged, ILanes<V, T> => sum = V.MultiplyAdd(V.MultiplyAdd(alpha, h, w), source, sum);
}

/// <summary>Σ w s and Σ α h s.</summary>
internal readonly struct TwoSums<T> : IExcitationSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Apart => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(V w, V alpha, V h, V source, ref V sum, ref V plasticSum)
        where V : unmanaged, ILanes<V, T>
    {
        sum = V.MultiplyAdd(w, source, sum);
        plasticSum = V.MultiplyAdd(alpha * h, source, plasticSum);
    }
}

/// <summary>
/// The sweep of <see cref="PlasticForward"/>: two rows at a time, so that a signal of the columns is read once for both and four
/// chains of additions hide each other's latency.
/// </summary>
internal unsafe struct ForwardKernel<T, TOperator, TSums> : IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, ITraceOperator<T>
    where TSums : struct, IExcitationSums<T>
{
    public TOperator Operator;
    public T* W, A, H, Source, Sum, PlasticSum, Row0, Row1, Row2, Signal1, Signal2;
    public nint Stride;
    public int Columns;
    private int _begin, _end;

    public void Take(int piece, int begin, int end) => (_begin, _end) = (begin, end);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int i = _begin, columns = Columns;
        TOperator update = Operator;
        nint next = Stride;
        T* s = Source, q1 = Signal1, q2 = Signal2;
        for (; i + 2 <= _end; i += 2)
        {
            T* w = W + i * next, a = A + i * next, h = H + i * next;
            V b0 = Number<V>(Row0, i, 0), b1 = Number<V>(Row1, i, 1), b2 = Number<V>(Row2, i, 2);
            V c0 = Number<V>(Row0, i + 1, 0), c1 = Number<V>(Row1, i + 1, 1), c2 = Number<V>(Row2, i + 1, 2);
            V sum = V.Zero, plasticSum = V.Zero, nextSum = V.Zero, nextPlasticSum = V.Zero;
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
            {
                V source = V.Load(s + j);
                V signal1 = TOperator.Signals >= 1 ? V.Load(q1 + j) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.Load(q2 + j) : V.Zero;
                V trace = update.Invoke(V.Load(h + j), b0, b1, b2, signal1, signal2);
                V nextTrace = update.Invoke(V.Load(h + next + j), c0, c1, c2, signal1, signal2);
                if (TOperator.Changes)
                {
                    V.Store(trace, h + j);
                    V.Store(nextTrace, h + next + j);
                }
                TSums.Add(V.Load(w + j), V.Load(a + j), trace, source, ref sum, ref plasticSum);
                TSums.Add(V.Load(w + next + j), V.Load(a + next + j), nextTrace, source, ref nextSum, ref nextPlasticSum);
            }
            T rest = T.Zero, plasticRest = T.Zero, nextRest = T.Zero, nextPlasticRest = T.Zero;
            if (j < columns)
            {
                OneRow<V>(i, j, out rest, out plasticRest);
                OneRow<V>(i + 1, j, out nextRest, out nextPlasticRest);
            }
            (Sum[i], Sum[i + 1]) = (V.Sum(sum) + rest, V.Sum(nextSum) + nextRest);
            if (TSums.Apart)
                (PlasticSum[i], PlasticSum[i + 1]) = (V.Sum(plasticSum) + plasticRest, V.Sum(nextPlasticSum) + nextPlasticRest);
        }
        if (i < _end)
        {
            OneRow<V>(i, 0, out T sum, out T plasticSum);
            Sum[i] = sum;
            if (TSums.Apart)
                PlasticSum[i] = plasticSum;
        }
    }

    // The columns of row i from j on, masked.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRow<V>(int i, int j, out T sumOfRow, out T plasticSumOfRow)
        where V : unmanaged, ILanes<V, T>
    {
        nint row = i * Stride;
        T* w = W + row, a = A + row, h = H + row;
        V b0 = Number<V>(Row0, i, 0), b1 = Number<V>(Row1, i, 1), b2 = Number<V>(Row2, i, 2);
        V sum = V.Zero, plasticSum = V.Zero;
        for (; j < Columns; j += V.Count)
        {
            int n = Math.Min(V.Count, Columns - j);
            V signal1 = TOperator.Signals >= 1 ? V.LoadFirst(Signal1 + j, n) : V.Zero;
            V signal2 = TOperator.Signals >= 2 ? V.LoadFirst(Signal2 + j, n) : V.Zero;
            V trace = Operator.Invoke(V.LoadFirst(h + j, n), b0, b1, b2, signal1, signal2);
            if (TOperator.Changes)
                V.StoreFirst(trace, h + j, n);
            TSums.Add(V.LoadFirst(w + j, n), V.LoadFirst(a + j, n), trace, V.LoadFirst(Source + j, n), ref sum, ref plasticSum);
        }
        (sumOfRow, plasticSumOfRow) = (V.Sum(sum), V.Sum(plasticSum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(T* numbers, int i, int index)
        where V : unmanaged, ILanes<V, T> => index < TOperator.RowNumbers ? V.Create(numbers[i]) : V.Zero;
}
