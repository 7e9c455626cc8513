using System.Numerics;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// a b' as the transpose of b a': the factor that is copied into panels is then the batch, which is small, and the weights, [out, in],
/// are read once and where they lie. An element is the chain that it is everywhere else.
/// </summary>
internal static unsafe class ExchangedProduct<T, V, TActivation>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, ILanes<V, T>
    where TActivation : struct, IUnaryOperator<T>
{
    /// <summary>Columns of a from which the transpose of the product is a small matter.</summary>
    private const int LeastDepth = 64;

    /// <summary>Rows of a up to which this is faster; up to more it is where b has more bytes than half of a second-level cache holds.</summary>
    private const int FewRows = 64, MostRows = 256, LargeB = 1 << 18;

    /// <summary>Bytes of a block of the transpose.</summary>
    private const int BlockBytes = 1 << 18;

    public static bool Serves(in GemmCall<T, TActivation> g)
    {
        if (g.PackedB != null || g.ColumnStrideB == 1 || g.RowStrideB != 1 || g.ColumnStrideA != 1 || g.Alpha != T.One || g.K < LeastDepth || g.M > MostRows
            || (g.M > FewRows && (sizeof(V) == 64 || (long)g.N * g.K * sizeof(T) <= LargeB)))
            return false;
        // Vectors of multiply-adds, and elements to copy at about the cost of one, for each column of a.
        long asItIs = ((long)g.M * Vectors(g.N)) + g.N, exchanged = ((long)g.N * Vectors(g.M)) + g.M;
        return exchanged < asItIs;
    }

    public static void Run(in GemmCall<T, TActivation> g)
    {
        // A cache line of padding keeps rows out of each other's cache sets.
        int pitch = (Vectors(g.M) * V.Count) + (64 / sizeof(T)), most = Math.Max(256, BlockBytes / (pitch * sizeof(T)));
        T* turned = ScratchMemory<T>.Take(ScratchUse.TransposedProduct, (long)Math.Min(most, g.N) * pitch);
        for (int j = 0; j < g.N; j += most)
        {
            int columns = Math.Min(most, g.N - j);
            if (!T.IsZero(g.Beta))
                Transposition.Run(g.M, columns, g.C + j, g.StrideC, turned, pitch);
            GemmBlocks<T, V, Identity<T>>.Run(new GemmCall<T, Identity<T>>
            {
                M = columns,
                N = g.M,
                K = g.K,
                A = g.B + (j * g.ColumnStrideB),
                RowStrideA = g.ColumnStrideB,
                ColumnStrideA = 1,
                B = g.A,
                RowStrideB = 1,
                ColumnStrideB = g.RowStrideA,
                C = turned,
                StrideC = pitch,
                Alpha = T.One,
                Beta = g.Beta,
            });
            Transposition.Run(columns, g.M, turned, pitch, g.C + j, g.StrideC);
        }
        if (g.HasEpilogue)
            GemmBlocks<T, V, TActivation>.Finish(g.C, g.StrideC, g.M, g.N, g.Bias, g.Gate, g.StrideGate);
    }

    private static int Vectors(int length) => (length + V.Count - 1) / V.Count;
}
