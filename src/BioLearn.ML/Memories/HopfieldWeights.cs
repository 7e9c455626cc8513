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
    /// <param name="interruption">Called now and then; throws to stop. Null for nothing.</param>
    /// <returns>W, [N, N].</returns>
    public static T[] Store(HopfieldRule rule, ReadOnlyMatrixSpan<T> patterns, Action? interruption = null)
    {
        T[] weights = new T[checked(patterns.Columns * patterns.Columns)];
        MatrixSpan<T> w = new(weights, patterns.Columns, patterns.Columns);
        if (rule == HopfieldRule.Hebb)
            Hebb(patterns, w, interruption);
        else if (rule == HopfieldRule.Storkey)
            Storkey(patterns, w, interruption);
        else
            PseudoInverse(patterns, w, interruption);
        return weights;
    }

    private static void Hebb(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w, Action? interruption)
    {
        // The sum is of whole numbers and so exact; it is divided once, at the end, so that equal fields stay equal.
        Correlate(patterns, w, interruption);
        T n = T.CreateChecked(w.Rows);
        for (int i = 0; i < w.Rows; i++)
        {
            TensorPrimitives.Divide(w.Row(i), n, w.Row(i));
            w[i, i] = T.Zero;
        }
    }

    // w_ij += (ξ_i ξ_j − ξ_i h_ji − h_ij ξ_j) / N with h_ij = Σ_{k ≠ i, j} w_ik ξ_k, all from the weights before this pattern.
    private static void Storkey(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w, Action? interruption)
    {
        int n = w.Rows;
        T[] field = new T[n];
        T scale = T.One / T.CreateChecked(n);
        for (int p = 0; p < patterns.Rows; p++)
        {
            interruption?.Invoke();
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
    private static void PseudoInverse(ReadOnlyMatrixSpan<T> patterns, MatrixSpan<T> w, Action? interruption)
    {
        int n = w.Rows, rank = 0;
        T[] memory = new T[Math.Min(patterns.Rows, n) * n];
        T enough = T.CreateChecked(n) * T.Sqrt(T.CreateChecked(n)) * T.CreateChecked(8) * (T.BitIncrement(T.One) - T.One);
        T[] rest = new T[n];
        for (int p = 0; p < patterns.Rows && rank < n; p++)
        {
            interruption?.Invoke();
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
        Correlate(q1, w, interruption);
        for (int i = 0; i < n; i++)
            w[i, i] = T.Zero;
    }

    /// <summary>W = X'X, some rows at a time.</summary>
    private static void Correlate(ReadOnlyMatrixSpan<T> x, MatrixSpan<T> w, Action? interruption)
    {
        const int rows = 96;
        for (int first = 0; first < w.Rows; first += rows)
        {
            interruption?.Invoke();
            int count = Math.Min(rows, w.Rows - first);
            Gemm.TN(x.Block(0, first, x.Rows, count), x, w.Block(first, 0, count, w.Columns));
        }
    }
}
