using System.Buffers;
using System.Runtime.Intrinsics;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// results[n, j] = sum over i of coefficients[n, i] rows[i, j], for several n at once: each block of the matrix is read from memory once
/// for all n, and rows that no n weights are not read at all. One element's sum runs over ascending i with one rounding a term, so it
/// depends neither on the number of n nor on the number of threads.
/// </summary>
internal static unsafe class WeightedRowSum
{
    private const int BlockColumns = 1024;
    private const int GroupRows = 8;

    /// <param name="rows">Matrix [inner, columns].</param>
    /// <param name="count">Number of sums.</param>
    /// <param name="coefficients">[count, inner].</param>
    /// <param name="positive">Whether negative coefficients count as 0.</param>
    /// <param name="results">[count, columns]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    public static void Run(ReadOnlySpan<float> rows, int count, ReadOnlySpan<float> coefficients, bool positive, Span<float> results, int threads)
    {
        int inner = coefficients.Length / count, columns = results.Length / count;
        int[] weighted = ArrayPool<int>.Shared.Rent(inner + GroupRows);
        float[] factors = ArrayPool<float>.Shared.Rent(count * (inner + GroupRows));
        int groups = Gather(inner, count, coefficients, positive, weighted, factors);
        fixed (float* matrix = rows, sums = results, factor = factors)
        fixed (int* row = weighted)
        {
            var job = new Job { Matrix = matrix, Rows = row, Factors = factor, Sums = sums, Groups = groups, Count = count, Columns = columns };
            Partitioner.For((columns + BlockColumns - 1) / BlockColumns, 1, threads, ref job);
        }
        ArrayPool<int>.Shared.Return(weighted);
        ArrayPool<float>.Shared.Return(factors);
    }

    // Rows that some sum weights, and their factors as [group, count, row of the group]; the last group is filled up with factors 0.
    private static int Gather(int inner, int count, ReadOnlySpan<float> coefficients, bool positive, int[] rows, float[] factors)
    {
        int used = 0;
        for (int i = 0; i < inner; i++)
        {
            bool any = false;
            for (int n = 0; n < count; n++)
            {
                float factor = coefficients[n * inner + i];
                if (positive && factor < 0)
                    factor = 0;
                factors[(used / GroupRows * count + n) * GroupRows + used % GroupRows] = factor;
                any |= factor != 0;
            }
            if (any)
                rows[used++] = i;
        }
        for (; used % GroupRows != 0; used++)
        {
            rows[used] = rows[used - 1];
            for (int n = 0; n < count; n++)
                factors[(used / GroupRows * count + n) * GroupRows + used % GroupRows] = 0;
        }
        return used / GroupRows;
    }

    private struct Job : IRangeJob
    {
        public float* Matrix, Factors, Sums;
        public int* Rows;
        public int Groups, Count, Columns;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int first = begin * BlockColumns, width = Math.Min(end * BlockColumns, Columns) - first;
            for (int n = 0; n < Count; n++)
                new Span<float>(Sums + (nint)n * Columns + first, width).Clear();
            for (int group = 0; group < Groups; group++)
            {
                int* rows = Rows + group * GroupRows;
                float* factors = Factors + (nint)group * Count * GroupRows;
                for (int n = 0; n < Count; n++)
                    AddGroup(rows, factors + n * GroupRows, Sums + (nint)n * Columns + first, first, width);
            }
        }

        private readonly void AddGroup(int* rows, float* f, float* sum, int first, int width)
        {
            if (new ReadOnlySpan<float>(f, GroupRows).IndexOfAnyExcept(0f) < 0)
                return;
            float* m0 = Row(rows[0], first), m1 = Row(rows[1], first), m2 = Row(rows[2], first), m3 = Row(rows[3], first);
            float* m4 = Row(rows[4], first), m5 = Row(rows[5], first), m6 = Row(rows[6], first), m7 = Row(rows[7], first);
            Vector512<float> f0 = Vector512.Create(f[0]), f1 = Vector512.Create(f[1]), f2 = Vector512.Create(f[2]), f3 = Vector512.Create(f[3]);
            Vector512<float> f4 = Vector512.Create(f[4]), f5 = Vector512.Create(f[5]), f6 = Vector512.Create(f[6]), f7 = Vector512.Create(f[7]);
            int j = 0;
            for (; j <= width - Vector512<float>.Count; j += Vector512<float>.Count)
            {
                Vector512<float> x = Vector512.Load(sum + j);
                x = Vector512.FusedMultiplyAdd(f0, Vector512.Load(m0 + j), x);
                x = Vector512.FusedMultiplyAdd(f1, Vector512.Load(m1 + j), x);
                x = Vector512.FusedMultiplyAdd(f2, Vector512.Load(m2 + j), x);
                x = Vector512.FusedMultiplyAdd(f3, Vector512.Load(m3 + j), x);
                x = Vector512.FusedMultiplyAdd(f4, Vector512.Load(m4 + j), x);
                x = Vector512.FusedMultiplyAdd(f5, Vector512.Load(m5 + j), x);
                x = Vector512.FusedMultiplyAdd(f6, Vector512.Load(m6 + j), x);
                x = Vector512.FusedMultiplyAdd(f7, Vector512.Load(m7 + j), x);
                Vector512.Store(x, sum + j);
            }
            for (; j < width; j++)
            {
                for (int i = 0; i < GroupRows; i++)
                    sum[j] = MathF.FusedMultiplyAdd(f[i], Row(rows[i], first)[j], sum[j]);
            }
        }

        private readonly float* Row(int row, int first) => Matrix + (nint)row * Columns + first;
    }
}
