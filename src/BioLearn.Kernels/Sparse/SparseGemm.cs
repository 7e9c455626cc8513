using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Sparse;

/// <summary>
/// Products with a sparse left factor: each row of the result is a weighted sum of those rows of b that the factor's row names. With rows as
/// samples and b as weights, feature by feature, it is a layer's forward pass; with rows as features and b as a batch of post-synaptic
/// signals, it is the gradient of the weights of the features that are set.
/// </summary>
/// <remarks>
/// An element is the chain of multiply-adds that <see cref="Linear.Gemm"/> makes, without the terms that are zero: the same bits (but for the
/// sign of a zero), whatever the threads and the vector width.
/// </remarks>
internal static unsafe class SparseGemm
{
    /// <summary>c[m,n] = a[m,k] b[k,n] + bias.</summary>
    /// <param name="a">m rows of set numbers.</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">Receives [m,n].</param>
    /// <param name="bias">One number a column, added to the finished sum, or empty.</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void Multiply<T>(SparseSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, ReadOnlySpan<T> bias, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (c.Rows != a.Rows)
            throw new ArgumentException($"sparse product: {a.Rows} rows times [{b.Rows}, {b.Columns}] does not give [{c.Rows}, {c.Columns}]");
        Run(a, b, c, default, T.Zero, bias, threads);
    }

    /// <summary>c[row(i),:] = beta c[row(i),:] + a[i,k] b[k,n] for the rows that a list names, each once; all others stay as they are.</summary>
    /// <param name="a">As many rows of set numbers as the list is long.</param>
    /// <param name="b">[k,n].</param>
    /// <param name="c">[rows,n]; what a named row held is not read where beta is 0.</param>
    /// <param name="rows">Rows of c.</param>
    /// <param name="beta">Factor on what was there.</param>
    /// <param name="threads">Threads that may work at once; at least 1. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit one another.</exception>
    public static void AddTo<T>(SparseSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, ReadOnlySpan<int> rows, T beta, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.Length != a.Rows)
            throw new ArgumentException($"sparse product: {a.Rows} rows are added to {rows.Length} rows of c");
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)c.Rows)
                throw new ArgumentException($"sparse product: there is no row {row} in [{c.Rows}, {c.Columns}]");
        }
        Run(a, b, c, rows, beta, default, threads);
    }

    private static void Run<T>(SparseSpan<T> a, ReadOnlyMatrixSpan<T> b, MatrixSpan<T> c, ReadOnlySpan<int> rows, T beta, ReadOnlySpan<T> bias, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (b.Columns != c.Columns || (!bias.IsEmpty && bias.Length != c.Columns))
            throw new ArgumentException($"sparse product: [k, {b.Columns}] with {bias.Length} biases does not give {c.Columns} columns");
        foreach (int index in a.Indices)
        {
            if ((uint)index >= (uint)b.Rows)
                throw new ArgumentException($"sparse product: there is no row {index} in [{b.Rows}, {b.Columns}]");
        }
        fixed (int* starts = a.Starts, indices = a.Indices, named = rows)
        fixed (T* values = a.Values, pb = b, pc = c, pbias = bias)
        {
            var kernel = new RowSums<T>
            {
                Starts = starts,
                Indices = indices,
                Named = rows.IsEmpty ? null : named,
                Values = values,
                B = pb,
                StrideB = b.Stride,
                C = pc,
                StrideC = c.Stride,
                Bias = bias.IsEmpty ? null : pbias,
                Columns = c.Columns,
                Beta = beta,
            };
            double bytes = ((double)a.Values.Length + (2.0 * a.Rows)) * c.Columns * sizeof(T);
            threads = WorkSize.Threads(threads, bytes / sizeof(float), bytes);
            Partitioner.For(a.Rows, Math.Max(1, Partitioner.Pieces(a.Rows, threads)), threads, ref kernel);
        }
    }

    /// <summary>c = beta c + Σ value · row of b, for a range of rows of c.</summary>
    private struct RowSums<T> : IVectorKernel<T>, IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int* Starts, Indices, Named;
        public T* Values, B, C, Bias;
        public nint StrideB, StrideC;
        public int Columns;
        public T Beta;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            RowSums<T> part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, RowSums<T>>(ref part);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = _begin; i < _end; i++)
            {
                T* c = C + ((Named == null ? i : Named[i]) * StrideC);
                int j = 0;
                for (; j <= Columns - (8 * V.Count); j += 8 * V.Count)
                    Eight<V>(c, i, j);
                for (; j <= Columns - V.Count; j += V.Count)
                    One<V>(c, i, j);
                if (j < Columns)
                    Last<V>(c, i, j, Columns - j);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Eight<V>(T* to, int row, int j)
            where V : unmanaged, ILanes<V, T>
        {
            T* c = to + j, b = B + j, values = Values;
            int* indices = Indices;
            nint stride = StrideB;
            V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero;
            if (!T.IsZero(Beta))
            {
                V beta = V.Create(Beta);
                s0 = beta * V.Load(c);
                s1 = beta * V.Load(c + V.Count);
                s2 = beta * V.Load(c + (2 * V.Count));
                s3 = beta * V.Load(c + (3 * V.Count));
                s4 = beta * V.Load(c + (4 * V.Count));
                s5 = beta * V.Load(c + (5 * V.Count));
                s6 = beta * V.Load(c + (6 * V.Count));
                s7 = beta * V.Load(c + (7 * V.Count));
            }
            for (int q = Starts[row], end = Starts[row + 1]; q < end; q++)
            {
                V value = V.Create(values[q]);
                T* from = b + (indices[q] * stride);
                s0 = V.MultiplyAdd(value, V.Load(from), s0);
                s1 = V.MultiplyAdd(value, V.Load(from + V.Count), s1);
                s2 = V.MultiplyAdd(value, V.Load(from + (2 * V.Count)), s2);
                s3 = V.MultiplyAdd(value, V.Load(from + (3 * V.Count)), s3);
                s4 = V.MultiplyAdd(value, V.Load(from + (4 * V.Count)), s4);
                s5 = V.MultiplyAdd(value, V.Load(from + (5 * V.Count)), s5);
                s6 = V.MultiplyAdd(value, V.Load(from + (6 * V.Count)), s6);
                s7 = V.MultiplyAdd(value, V.Load(from + (7 * V.Count)), s7);
            }
            if (Bias != null)
            {
                T* bias = Bias + j;
                s0 += V.Load(bias);
                s1 += V.Load(bias + V.Count);
                s2 += V.Load(bias + (2 * V.Count));
                s3 += V.Load(bias + (3 * V.Count));
                s4 += V.Load(bias + (4 * V.Count));
                s5 += V.Load(bias + (5 * V.Count));
                s6 += V.Load(bias + (6 * V.Count));
                s7 += V.Load(bias + (7 * V.Count));
            }
            V.Store(s0, c);
            V.Store(s1, c + V.Count);
            V.Store(s2, c + (2 * V.Count));
            V.Store(s3, c + (3 * V.Count));
            V.Store(s4, c + (4 * V.Count));
            V.Store(s5, c + (5 * V.Count));
            V.Store(s6, c + (6 * V.Count));
            V.Store(s7, c + (7 * V.Count));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void One<V>(T* to, int row, int j)
            where V : unmanaged, ILanes<V, T>
        {
            T* c = to + j, b = B + j;
            V sum = T.IsZero(Beta) ? V.Zero : V.Create(Beta) * V.Load(c);
            for (int q = Starts[row], end = Starts[row + 1]; q < end; q++)
                sum = V.MultiplyAdd(V.Create(Values[q]), V.Load(b + (Indices[q] * StrideB)), sum);
            V.Store(Bias == null ? sum : sum + V.Load(Bias + j), c);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Last<V>(T* to, int row, int j, int count)
            where V : unmanaged, ILanes<V, T>
        {
            T* c = to + j, b = B + j;
            V sum = T.IsZero(Beta) ? V.Zero : V.Create(Beta) * V.LoadFirst(c, count);
            for (int q = Starts[row], end = Starts[row + 1]; q < end; q++)
                sum = V.MultiplyAdd(V.Create(Values[q]), V.LoadFirst(b + (Indices[q] * StrideB), count), sum);
            V.StoreFirst(Bias == null ? sum : sum + V.LoadFirst(Bias + j, count), c, count);
        }
    }
}
