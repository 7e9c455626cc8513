using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>Outer products added to a decaying matrix.</summary>
internal static unsafe class Ger
{
    /// <summary>dst[m,n] = beta dst + a1 p1[m] q1[n]'. dst is not read if beta is 0.</summary>
    public static void Update<T>(MatrixSpan<T> dst, T beta, T a1, ReadOnlySpan<T> p1, ReadOnlySpan<T> q1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Update(dst, beta, a1, p1, q1, T.Zero, default, default);

    /// <summary>dst[m,n] = beta dst + a1 p1[m] q1[n]' + a2 p2[m] q2[n]'. dst is not read if beta is 0; the second pair may be empty.</summary>
    public static void Update<T>(
        MatrixSpan<T> dst, T beta, T a1, ReadOnlySpan<T> p1, ReadOnlySpan<T> q1, T a2, ReadOnlySpan<T> p2, ReadOnlySpan<T> q2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool pair = !p2.IsEmpty || !q2.IsEmpty;
        if (p1.Length != dst.Rows || q1.Length != dst.Columns || (pair && (p2.Length != dst.Rows || q2.Length != dst.Columns)))
            throw new ArgumentException($"outer product: [{p1.Length}] x [{q1.Length}] and [{p2.Length}] x [{q2.Length}] must have the shape [{dst.Rows}, {dst.Columns}]");
        fixed (T* d = dst, pp1 = p1, pq1 = q1, pp2 = p2, pq2 = q2)
        {
            var kernel = new Kernel<T>
            {
                Rows = dst.Rows, Columns = dst.Columns, D = d, Stride = dst.Stride, Beta = beta,
                A1 = a1, P1 = pp1, Q1 = pq1, A2 = a2, P2 = pair ? pp2 : null, Q2 = pq2,
            };
            Hardware.Run<T, Kernel<T>>(ref kernel);
        }
    }

    private struct Kernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Rows, Columns;
        public T* D, P1, Q1, P2, Q2;
        public nint Stride;
        public T Beta, A1, A2;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            V beta = V.Create(Beta);
            bool fresh = T.IsZero(Beta);
            for (int i = 0; i < Rows; i++)
            {
                T* d = D + i * Stride;
                V x1 = V.Create(A1 * P1[i]), x2 = P2 == null ? V.Zero : V.Create(A2 * P2[i]);
                for (int j = 0; j < Columns; j += V.Count)
                {
                    int n = Math.Min(V.Count, Columns - j);
                    V v = fresh ? V.Zero : beta * V.LoadFirst(d + j, n);
                    v = V.MultiplyAdd(x1, V.LoadFirst(Q1 + j, n), v);
                    if (P2 != null)
                        v = V.MultiplyAdd(x2, V.LoadFirst(Q2 + j, n), v);
                    V.StoreFirst(v, d + j, n);
                }
            }
        }
    }
}
