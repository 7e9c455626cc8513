using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The Moore-Penrose inverse of a matrix: of all x that bring W x closest to y, the shortest is W⁺ y. By the singular value decomposition of
/// one-sided Jacobi rotations (Hestenes 1958), in double precision whatever the matrix.
/// </summary>
internal static class PseudoInverse
{
    private const int MostSweeps = 60;

    /// <summary>W⁺. Singular values below max(rows, columns) ε of the largest count as zero.</summary>
    /// <param name="matrix">W, [rows, columns].</param>
    /// <returns>[columns, rows], row by row.</returns>
    public static double[] Of<T>(ReadOnlyMatrixSpan<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Work on the side with fewer vectors: they are rotated in pairs until all are orthogonal.
        bool wide = matrix.Columns > matrix.Rows;
        int count = Math.Min(matrix.Rows, matrix.Columns), length = Math.Max(matrix.Rows, matrix.Columns);
        double[] vectors = new double[count * length], turns = new double[count * count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < matrix.Columns; j++)
                vectors[wide ? (i * length) + j : (j * length) + i] = double.CreateChecked(matrix[i, j]);
        }
        for (int i = 0; i < count; i++)
            turns[(i * count) + i] = 1;
        for (int sweep = 0; sweep < MostSweeps && Rotate(vectors, turns, count, length); sweep++)
        {
        }
        return Combine(vectors, turns, count, length, wide);
    }

    /// <summary>One sweep over all pairs.</summary>
    /// <returns>Whether a pair was not orthogonal yet.</returns>
    private static bool Rotate(double[] vectors, double[] turns, int count, int length)
    {
        bool rotated = false;
        for (int p = 0; p < count - 1; p++)
        {
            for (int q = p + 1; q < count; q++)
            {
                Span<double> a = vectors.AsSpan(p * length, length), b = vectors.AsSpan(q * length, length);
                double aa = 0, bb = 0, ab = 0;
                for (int k = 0; k < length; k++)
                {
                    aa += a[k] * a[k];
                    bb += b[k] * b[k];
                    ab += a[k] * b[k];
                }
                if (!(Math.Abs(ab) > 1e-15 * Math.Sqrt(aa * bb)))
                    continue;
                rotated = true;
                double zeta = (bb - aa) / (2 * ab), t = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                double c = 1 / Math.Sqrt(1 + (t * t)), s = c * t;
                Turn(a, b, c, s);
                Turn(turns.AsSpan(p * count, count), turns.AsSpan(q * count, count), c, s);
            }
        }
        return rotated;
    }

    private static void Turn(Span<double> a, Span<double> b, double c, double s)
    {
        for (int k = 0; k < a.Length; k++)
            (a[k], b[k]) = ((c * a[k]) - (s * b[k]), (s * a[k]) + (c * b[k]));
    }

    /// <summary>Σ over singular values of the pair of its vectors, divided by it twice: once for the vector's own length.</summary>
    private static double[] Combine(double[] vectors, double[] turns, int count, int length, bool wide)
    {
        double[] squares = [.. Enumerable.Range(0, count).Select(i => vectors.AsSpan(i * length, length).ToArray().Sum(v => v * v))], inverse = new double[count * length];
        double least = length * double.BitIncrement(1) - length; // max(rows, columns) ε
        least *= least * squares.Max();
        for (int i = 0; i < count; i++)
        {
            if (!(squares[i] > least))
                continue;
            for (int j = 0; j < count; j++)
            {
                double factor = turns[(i * count) + j] / squares[i];
                for (int k = 0; k < length; k++)
                    inverse[wide ? (k * count) + j : (j * length) + k] += factor * vectors[(i * length) + k];
            }
        }
        return inverse;
    }
}
