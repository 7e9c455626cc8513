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
/// The sweep of <see cref="PlasticForward"/>. Long rows go one after the other, two vectors at a time: memory is read in its own order.
/// Short rows go four at a time, because there the sums over lanes cost as much as the products.
/// </summary>
internal unsafe struct ForwardKernel<T, TOperator, TSums> : IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, ITraceOperator<T>
    where TSums : struct, IExcitationSums<T>
{
    private const int ShortRow = 6; // vectors

    public TOperator Operator;
    public T* W, A, H, Source, Sum, PlasticSum, Row0, Row1, Row2, Signal1, Signal2;
    public nint Stride;
    public int Columns;
    private int _begin, _end;

    public void Take(int piece, int begin, int end) => (_begin, _end) = (begin, end);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Invoke<V>()
        where V : unmanaged, ILanes<V, T>
    {
        int i = _begin;
        if (Columns <= ShortRow * V.Count)
            i = FourRowsAtATime<V>(i);
        OneRowAtATime<V>(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly int FourRowsAtATime<V>(int i)
        where V : unmanaged, ILanes<V, T>
    {
        TOperator update = Operator;
        int columns = Columns;
        nint next = Stride;
        T* s = Source, q1 = Signal1, q2 = Signal2;
        for (; i + 4 <= _end; i += 4)
        {
            T* w = W + i * next, a = A + i * next, h = H + i * next;
            V a0 = Number<V>(Row0, i, 0), a1 = Number<V>(Row1, i, 1), a2 = Number<V>(Row2, i, 2);
            V b0 = Number<V>(Row0, i + 1, 0), b1 = Number<V>(Row1, i + 1, 1), b2 = Number<V>(Row2, i + 1, 2);
            V c0 = Number<V>(Row0, i + 2, 0), c1 = Number<V>(Row1, i + 2, 1), c2 = Number<V>(Row2, i + 2, 2);
            V d0 = Number<V>(Row0, i + 3, 0), d1 = Number<V>(Row1, i + 3, 1), d2 = Number<V>(Row2, i + 3, 2);
            V sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero, sum4 = V.Zero;
            V plastic1 = V.Zero, plastic2 = V.Zero, plastic3 = V.Zero, plastic4 = V.Zero;
            int j = 0;
            for (; j <= columns - V.Count; j += V.Count)
            {
                V source = Whole.Load<V, T>(s + j, 0);
                V signal1 = TOperator.Signals >= 1 ? Whole.Load<V, T>(q1 + j, 0) : V.Zero, signal2 = TOperator.Signals >= 2 ? Whole.Load<V, T>(q2 + j, 0) : V.Zero;
                nint k = j;
                Connect<V, Whole>(update, w + k, a + k, h + k, 0, a0, a1, a2, signal1, signal2, source, ref sum1, ref plastic1);
                k += next;
                Connect<V, Whole>(update, w + k, a + k, h + k, 0, b0, b1, b2, signal1, signal2, source, ref sum2, ref plastic2);
                k += next;
                Connect<V, Whole>(update, w + k, a + k, h + k, 0, c0, c1, c2, signal1, signal2, source, ref sum3, ref plastic3);
                k += next;
                Connect<V, Whole>(update, w + k, a + k, h + k, 0, d0, d1, d2, signal1, signal2, source, ref sum4, ref plastic4);
            }
            if (j < columns)
            {
                int n = columns - j;
                V source = First.Load<V, T>(s + j, n);
                V signal1 = TOperator.Signals >= 1 ? First.Load<V, T>(q1 + j, n) : V.Zero, signal2 = TOperator.Signals >= 2 ? First.Load<V, T>(q2 + j, n) : V.Zero;
                nint k = j;
                Connect<V, First>(update, w + k, a + k, h + k, n, a0, a1, a2, signal1, signal2, source, ref sum1, ref plastic1);
                k += next;
                Connect<V, First>(update, w + k, a + k, h + k, n, b0, b1, b2, signal1, signal2, source, ref sum2, ref plastic2);
                k += next;
                Connect<V, First>(update, w + k, a + k, h + k, n, c0, c1, c2, signal1, signal2, source, ref sum3, ref plastic3);
                k += next;
                Connect<V, First>(update, w + k, a + k, h + k, n, d0, d1, d2, signal1, signal2, source, ref sum4, ref plastic4);
            }
            V.StoreSums(sum1, sum2, sum3, sum4, Sum + i);
            if (TSums.Apart)
                V.StoreSums(plastic1, plastic2, plastic3, plastic4, PlasticSum + i);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void OneRowAtATime<V>(int i)
        where V : unmanaged, ILanes<V, T>
    {
        TOperator update = Operator;
        int columns = Columns;
        T* s = Source, q1 = Signal1, q2 = Signal2;
        for (; i < _end; i++)
        {
            T* w = W + i * Stride, a = A + i * Stride, h = H + i * Stride;
            V b0 = Number<V>(Row0, i, 0), b1 = Number<V>(Row1, i, 1), b2 = Number<V>(Row2, i, 2);
            V sum = V.Zero, plasticSum = V.Zero, sum2 = V.Zero, plasticSum2 = V.Zero;
            int j = 0;
            for (; j <= columns - 2 * V.Count; j += 2 * V.Count)
            {
                int k = j + V.Count;
                V signal1 = TOperator.Signals >= 1 ? V.Load(q1 + j) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.Load(q2 + j) : V.Zero;
                Connect<V, Whole>(update, w + j, a + j, h + j, 0, b0, b1, b2, signal1, signal2, V.Load(s + j), ref sum, ref plasticSum);
                signal1 = TOperator.Signals >= 1 ? V.Load(q1 + k) : V.Zero;
                signal2 = TOperator.Signals >= 2 ? V.Load(q2 + k) : V.Zero;
                Connect<V, Whole>(update, w + k, a + k, h + k, 0, b0, b1, b2, signal1, signal2, V.Load(s + k), ref sum2, ref plasticSum2);
            }
            for (; j < columns; j += V.Count)
            {
                int n = Math.Min(V.Count, columns - j);
                V signal1 = TOperator.Signals >= 1 ? V.LoadFirst(q1 + j, n) : V.Zero, signal2 = TOperator.Signals >= 2 ? V.LoadFirst(q2 + j, n) : V.Zero;
                Connect<V, First>(update, w + j, a + j, h + j, n, b0, b1, b2, signal1, signal2, V.LoadFirst(s + j, n), ref sum, ref plasticSum);
            }
            Sum[i] = V.Sum(sum + sum2);
            if (TSums.Apart)
                PlasticSum[i] = V.Sum(plasticSum + plasticSum2);
        }
    }

    /// <summary>A vector of connections of one row, or its first <paramref name="n"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Connect<V, TAccess>(
        TOperator update, T* w, T* a, T* h, int n, V row0, V row1, V row2, V signal1, V signal2, V source, ref V sum, ref V plasticSum)
        where V : unmanaged, ILanes<V, T>
        where TAccess : IAccess
    {
        V trace = update.Invoke(TAccess.Load<V, T>(h, n), row0, row1, row2, signal1, signal2);
        if (TOperator.Changes)
            TAccess.Store<V, T>(trace, h, n);
        TSums.Add(TAccess.Load<V, T>(w, n), TAccess.Load<V, T>(a, n), trace, source, ref sum, ref plasticSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(T* numbers, int i, int index)
        where V : unmanaged, ILanes<V, T> => index < TOperator.RowNumbers ? V.Create(numbers[i]) : V.Zero;
}
