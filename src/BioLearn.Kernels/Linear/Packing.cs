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
    /// Cuts b[k, n] into panels one tile wide, each [k, width] without gaps; the last has whole vectors too, filled with zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackB(int k, int n, T* b, nint rowStride, nint columnStride, T* packed)
    {
        int width = MicroKernels<T, V>.MaxColumns;
        for (int j = 0; j < n; j += width)
        {
            int columns = Math.Min(width, n - j);
            int padded = (columns + V.Count - 1) / V.Count * V.Count;
            T* source = b + (j * columnStride);
            if (columnStride == 1)
            {
                for (int q = 0; q < k; q++, source += rowStride, packed += padded)
                {
                    int p = 0;
                    for (; p <= columns - V.Count; p += V.Count)
                        V.Store(V.Load(source + p), packed + p);
                    if (p < columns)
                        V.Store(V.LoadFirst(source + p, columns - p), packed + p);
                }
            }
            else
            {
                for (int q = 0; q < k; q++, source += rowStride, packed += padded)
                {
                    for (int p = 0; p < columns; p++)
                        packed[p] = source[p * columnStride];
                    for (int p = columns; p < padded; p++)
                        packed[p] = T.Zero;
                }
            }
        }
    }

    /// <summary>alpha a[m, k], row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyA(int m, int k, T* a, nint stride, T alpha, T* copy, nint copyStride)
    {
        V scale = V.Create(alpha);
        for (int i = 0; i < m; i++, a += stride, copy += copyStride)
        {
            int q = 0;
            for (; q <= k - V.Count; q += V.Count)
                V.Store(scale * V.Load(a + q), copy + q);
            if (q < k)
                V.Store(scale * V.LoadFirst(a + q, k - q), copy + q);
        }
    }

    /// <summary>alpha a[k, m]', in panels of <paramref name="rows"/> rows of the product, each [k, rows].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyTransposedA(int m, int k, T* a, nint stride, T alpha, T* copy, int rows)
    {
        for (int i = 0; i < m; i += rows)
        {
            int h = Math.Min(rows, m - i);
            T* source = a + i;
            for (int q = 0; q < k; q++, source += stride, copy += rows)
                for (int p = 0; p < h; p++)
                    copy[p] = alpha * source[p];
        }
    }
}
