using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// Outer products added to a decaying matrix, in one sweep over it: <c>dst = beta dst + a1 p1 q1' + a2 p2 q2'</c>, for one sample
/// (vectors) or a batch of B (matrices [B, rows] and [B, columns], summed over B). p belongs to the rows (post-synaptic), q to the columns.
/// dst is not read if beta is 0.
/// </summary>
internal static unsafe class Ger
{
    /// <summary>dst[m,n] = beta dst + a1 p1[m] q1[n]'.</summary>
    public static void Update<T>(MatrixSpan<T> dst, T beta, T a1, ReadOnlySpan<T> p1, ReadOnlySpan<T> q1, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Update(dst, beta, a1, p1, q1, T.Zero, default, default, threads);

    /// <summary>dst[m,n] = beta dst + a1 p1[m] q1[n]' + a2 p2[m] q2[n]'; the second pair may be empty.</summary>
    public static void Update<T>(
        MatrixSpan<T> dst, T beta, T a1, ReadOnlySpan<T> p1, ReadOnlySpan<T> q1, T a2, ReadOnlySpan<T> p2, ReadOnlySpan<T> q2, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool pair = !p2.IsEmpty || !q2.IsEmpty;
        if (p1.Length != dst.Rows || q1.Length != dst.Columns || (pair && (p2.Length != dst.Rows || q2.Length != dst.Columns)))
            throw new ArgumentException($"outer product: [{p1.Length}] x [{q1.Length}] and [{p2.Length}] x [{q2.Length}] must have the shape [{dst.Rows}, {dst.Columns}]");
        fixed (T* d = dst, pp1 = p1, pq1 = q1, pp2 = p2, pq2 = q2)
        {
            var kernel = new RankOne<T>
            {
                Columns = dst.Columns,
                D = d,
                Stride = dst.Stride,
                Beta = beta,
                A1 = a1,
                P1 = pp1,
                Q1 = pq1,
                A2 = a2,
                P2 = pair ? pp2 : null,
                Q2 = pq2,
            };
            if (threads > 1) threads = Worth(dst, 1, threads);
            Partitioner.For(dst.Rows, Math.Max(1, Partitioner.Pieces(dst.Rows, threads)), threads, ref kernel);
        }
    }

    /// <summary>
    /// dst[m,n] = beta dst + a p[m] q[n]', then y[m] += dst x[n], in one sweep: dst is read and written once for both. The same bits as
    /// <see cref="Update{T}(MatrixSpan{T}, T, T, ReadOnlySpan{T}, ReadOnlySpan{T}, int)"/> and then <see cref="Gemv.N"/>.
    /// </summary>
    /// <remarks>
    /// <paramref name="upwards"/> begins with the last row. Where dst is larger than a cache, sweeps that turn round each time meet first
    /// what the last one left there. No bit depends on it.
    /// </remarks>
    public static void UpdateThenMultiply<T>(
        MatrixSpan<T> dst, T beta, T a, ReadOnlySpan<T> p, ReadOnlySpan<T> q, ReadOnlySpan<T> x, Span<T> y, int threads = 1, bool upwards = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (p.Length != dst.Rows || q.Length != dst.Columns || x.Length != dst.Columns || y.Length != dst.Rows)
            throw new ArgumentException($"outer product and product: [{p.Length}] x [{q.Length}] and [{y.Length}] x [{x.Length}] must have the shape [{dst.Rows}, {dst.Columns}]");
        fixed (T* d = dst, pp = p, pq = q, px = x, py = y)
        {
            var kernel = new UpdatedInnerProducts<T> { Columns = dst.Columns, D = d, Stride = dst.Stride, Beta = beta, A = a, P = pp, Q = pq, X = px, Y = py, Upwards = upwards };
            if (threads > 1) threads = Worth(dst, 1, threads);
            Partitioner.For(dst.Rows, Math.Max(1, Partitioner.Pieces(dst.Rows, threads)), threads, ref kernel);
        }
    }

    /// <summary>dst[m,n] = beta dst + a1 p1[B,m]' q1[B,n] + a2 p2[B,m]' q2[B,n]; the second pair may be empty.</summary>
    public static void Update<T>(
        MatrixSpan<T> dst, T beta, T a1, ReadOnlyMatrixSpan<T> p1, ReadOnlyMatrixSpan<T> q1, T a2 = default, ReadOnlyMatrixSpan<T> p2 = default, ReadOnlyMatrixSpan<T> q2 = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (p2.Columns == 0 && q2.Columns == 0)
        {
            Gemm.TN(p1, q1, dst, a1, beta, threads);
            return;
        }
        // Each strip takes both products while it is in the second-level cache: dst passes through memory once.
        int strip = Math.Max(1, StripBytes / Math.Max(1, dst.Columns * sizeof(T)));
        for (int i = 0; i < dst.Rows; i += strip)
        {
            int rows = Math.Min(strip, dst.Rows - i);
            MatrixSpan<T> d = dst.Block(i, 0, rows, dst.Columns);
            Gemm.TN(p1.Block(0, i, p1.Rows, rows), q1, d, a1, beta, threads);
            Gemm.TN(p2.Block(0, i, p2.Rows, rows), q2, d, a2, T.One, threads);
        }
    }

    /// <summary>
    /// dst[m,n] = clip(beta dst + mask * (a1 p1[B,m]' q1[B,n] + a2 p2[B,m]' q2[B,n])), with Oja's correction if asked for; the second pair may
    /// be empty.
    /// </summary>
    public static void Update<T>(
        MatrixSpan<T> dst, T beta, T a1, ReadOnlyMatrixSpan<T> p1, ReadOnlyMatrixSpan<T> q1, T a2, ReadOnlyMatrixSpan<T> p2, ReadOnlyMatrixSpan<T> q2,
        in OuterConstraint<T> constraint, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckPair(dst, p1, q1);
        if (p2.Columns != 0 || q2.Columns != 0)
            CheckPair(dst, p2, q2);
        if (constraint.Mask.Columns != 0 && (constraint.Mask.Rows != dst.Rows || constraint.Mask.Columns != dst.Columns))
            throw new ArgumentException($"outer product: the mask is [{constraint.Mask.Rows}, {constraint.Mask.Columns}], the matrix [{dst.Rows}, {dst.Columns}]");
        fixed (T* d = dst, pp1 = p1, pq1 = q1, pp2 = p2, pq2 = q2, mask = constraint.Mask)
        {
            var kernel = new ConstrainedOuterProduct<T>
            {
                Columns = dst.Columns,
                D = d,
                Stride = dst.Stride,
                Beta = beta,
                Mask = mask,
                MaskStride = constraint.Mask.Stride,
                Limit = constraint.Limit,
                Oja = constraint.Oja,
                First = new() { Count = p1.Rows, Coefficient = a1, P = pp1, PStride = p1.Stride, Q = pq1, QStride = q1.Stride },
                Second = new() { Count = p2.Columns == 0 ? 0 : p2.Rows, Coefficient = a2, P = pp2, PStride = p2.Stride, Q = pq2, QStride = q2.Stride },
            };
            if (threads > 1) threads = Worth(dst, p1.Rows, threads);
            Partitioner.For(dst.Rows, Math.Max(1, Partitioner.Pieces(dst.Rows, threads)), threads, ref kernel);
        }
    }

    private const int StripBytes = 256 << 10;

    private static void CheckPair<T>(MatrixSpan<T> dst, ReadOnlyMatrixSpan<T> p, ReadOnlyMatrixSpan<T> q)
    {
        if (p.Rows != q.Rows || p.Columns != dst.Rows || q.Columns != dst.Columns)
            throw new ArgumentException($"outer product: [{p.Rows}, {p.Columns}]' [{q.Rows}, {q.Columns}] must have the shape [{dst.Rows}, {dst.Columns}]");
    }

    private static int Worth<T>(MatrixSpan<T> dst, int batch, int threads)
        where T : unmanaged
    {
        double bytes = (double)dst.Rows * dst.Columns * sizeof(T);
        return WorkSize.Threads(threads, bytes / sizeof(float) * batch, 2 * bytes);
    }
}

/// <summary>What an outer product may do to a matrix; the default is anything.</summary>
internal readonly ref struct OuterConstraint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public OuterConstraint()
    {
    }

    /// <summary>Factor on the outer product, element by element (1: plastic, 0: fixed), or empty.</summary>
    public ReadOnlyMatrixSpan<T> Mask { get; init; }

    /// <summary>Largest magnitude of an element afterwards. NaN stays NaN.</summary>
    public T Limit { get; init; } = T.PositiveInfinity;

    /// <summary>
    /// Oja's correction (1982): the first pair's sum a1 p1' q1 becomes a1 sum_b p1_bi (q1_bj - p1_bi dst_ij), with dst as it was before.
    /// </summary>
    public bool Oja { get; init; }
}
