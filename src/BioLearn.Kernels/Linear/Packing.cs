using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Linear;

/// <summary>Copies blocks of the factors into the order in which the tiles read them.</summary>
internal static unsafe class Packing<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
{
    /// <summary>
    /// Copies a panel of b, [k, columns], without gaps; a last vector that the columns do not fill is filled up with zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Panel(int k, int columns, T* b, nint rowStride, nint columnStride, T* packed)
    {
        int whole = columns / V.Count * V.Count;
        int width = whole == columns ? whole : whole + V.Count;
        if (columnStride != 1)
        {
            Transposition.Run(columns, k, b, columnStride, packed, width);
            for (int q = 0; whole < columns && q < k; q++)
                new Span<T>(packed + ((nint)q * width) + columns, width - columns).Clear();
            return;
        }
        for (int q = 0; q < k; q++, b += rowStride, packed += width)
        {
            for (int p = 0; p < whole; p += V.Count)
                V.Store(V.Load(b + p), packed + p);
            if (whole < columns)
                V.Store(V.LoadFirst(b + whole, columns - whole), packed + whole);
        }
    }

    /// <summary>alpha a[m, k], row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Copy(int m, int k, T* a, nint stride, T alpha, T* copy, nint copyStride)
    {
        V scale = V.Create(alpha);
        for (int i = 0; i < m; i++, a += stride, copy += copyStride)
        {
            int q = 0;
            for (; q <= k - V.Count; q += V.Count)
                V.Store(scale * V.Load(a + q), copy + q);
            if (q < k)
                V.StoreFirst(scale * V.LoadFirst(a + q, k - q), copy + q, k - q);
        }
    }

    /// <summary>
    /// alpha a[k, m]', in panels of six rows of the product, each [k, 6]. Whole vectors run over the end of their six, into what is
    /// written next; behind a panel there is a cache line of room.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void CopyTransposed(int m, int k, T* a, nint stride, T alpha, T* copy, nint panelStride)
    {
        const int rows = 6, few = 8;
        int reach = (rows + V.Count - 1) / V.Count * V.Count;
        V scale = V.Create(alpha);
        // A few rows of a at a time, across all panels: each line of a is read once.
        for (int q = 0; q < k; q += few)
        {
            int depth = Math.Min(few, k - q);
            for (int i = 0; i < m; i += rows)
            {
                T* source = a + (q * stride) + i, destination = copy + (i / rows * panelStride) + (q * rows);
                if (i + reach <= m)
                {
                    for (int p = 0; p < depth; p++, source += stride, destination += rows)
                        for (int r = 0; r < rows; r += V.Count)
                            V.Store(scale * V.Load(source + r), destination + r);
                }
                else
                {
                    for (int p = 0; p < depth; p++, source += stride, destination += rows)
                        for (int r = 0; r < Math.Min(rows, m - i); r++)
                            destination[r] = alpha * source[r];
                }
            }
        }
    }
}
