using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Memories;

/// <summary>The three ways to store patterns of −1 and +1 in a symmetric matrix with a zero diagonal.</summary>
internal static class HopfieldWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="rule">Any but the modern one, which has no matrix.</param>
    /// <param name="patterns">[count, N].</param>
    /// <returns>W, [N, N].</returns>
    public static T[] Store(HopfieldRule rule, ReadOnlyMatrixSpan<T> patterns)
    {
        T[] weights = new T[checked(patterns.Columns * patterns.Columns)];
        MatrixSpan<T> w = new(weights, patterns.Columns, patterns.Columns);
        if (rule == HopfieldRule.Hebb)
            Hebb(patterns, w);
        else if (rule == HopfieldRule.Storkey)
            Storkey(patterns, w);
        else
            PseudoInverse(patterns, w);
        return weights;
    }

    private static void Hebb(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w)
    {
        // The sum is of whole numbers and so exact; it is divided once, at the end, so that equal fields stay equal.
        Gemm.TN(patterns, patterns, w);
        T n = T.CreateChecked(w.Rows);
        for (int i = 0; i < w.Rows; i++)
        {
            TensorPrimitives.Divide(w.Row(i), n, w.Row(i));
            w[i, i] = T.Zero;
        }
    }

    // w_ij += (ξ_i ξ_j − ξ_i h_ji − h_ij ξ_j) / N with h_ij = Σ_{k ≠ i, j} w_ik ξ_k, all from the weights before this pattern.
    private static void Storkey(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w)
    {
        int n = w.Rows;
        T[] field = new T[n];
        T scale = T.One / T.CreateChecked(n);
        for (int p = 0; p < patterns.Rows; p++)
        {
            ReadOnlySpan<T> xi = patterns.Row(p);
            for (int i = 0; i < n; i++)
                field[i] = TensorPrimitives.Dot<T>(w.Row(i), xi);
            for (int i = 0; i < n; i++)
            {
                Span<T> row = w.Row(i);
                for (int j = i + 1; j < n; j++)
                {
                    T own = row[j];
                    T hij = field[i] - (own * xi[j]), hji = field[j] - (own * xi[i]);
                    row[j] = own + (scale * ((xi[i] * xi[j]) - (xi[i] * hji) - (hij * xi[j])));
                }
            }
            for (int i = 1; i < n; i++)
            {
                for (int j = 0; j < i; j++)
                    w[i, j] = w[j, i];
            }
        }
    }

    // The projection is Q'Q of an orthonormal basis; patterns that others already span add nothing.
    private static void PseudoInverse(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w)
    {
        int n = w.Rows, rank = 0;
        T[] memory = new T[Math.Min(patterns.Rows, n) * n];
        T enough = T.CreateChecked(n) * T.Sqrt(T.CreateChecked(n)) * T.CreateChecked(8) * (T.BitIncrement(T.One) - T.One);
        T[] rest = new T[n];
        for (int p = 0; p < patterns.Rows && rank < n; p++)
        {
            patterns.Row(p).CopyTo(rest);
            for (int pass = 0; pass < 2; pass++) // the second time removes what rounding left
            {
                for (int q = 0; q < rank; q++)
                {
                    ReadOnlySpan<T> basis = memory.AsSpan(q * n, n);
                    TensorPrimitives.MultiplyAdd(basis, -TensorPrimitives.Dot<T>(basis, rest), rest, rest);
                }
            }
            T length = TensorPrimitives.Norm<T>(rest);
            if (length > enough)
                TensorPrimitives.Divide(rest, length, memory.AsSpan(rank++ * n, n));
        }
        ReadOnlyMatrixSpan<T> q1 = new(memory.AsSpan(0, rank * n), rank, n);
        Gemm.TN(q1, q1, w);
        for (int i = 0; i < n; i++)
            w[i, i] = T.Zero;
    }
}
