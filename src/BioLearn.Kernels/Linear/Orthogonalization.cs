namespace BioLearn.Kernels.Linear;

/// <summary>Rows of a matrix made orthonormal.</summary>
internal static class Orthogonalization
{
    /// <summary>
    /// Gram and Schmidt's process, each row twice, which leaves what rounding leaves. Of normally distributed numbers it makes a matrix that is
    /// uniformly distributed among the orthogonal ones.
    /// </summary>
    /// <param name="matrix">[rows, columns], at most as many rows as columns and linearly independent; orthonormal afterwards.</param>
    /// <param name="columns">Columns.</param>
    /// <exception cref="ArgumentException">Rows depend on one another.</exception>
    public static void Rows(Span<double> matrix, int columns)
    {
        int rows = matrix.Length / columns;
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = matrix.Slice(i * columns, columns);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<double> other = matrix.Slice(j * columns, columns);
                    double along = 0;
                    for (int k = 0; k < columns; k++)
                        along += row[k] * other[k];
                    for (int k = 0; k < columns; k++)
                        row[k] -= along * other[k];
                }
            }
            double squares = 0;
            foreach (double value in row)
                squares += value * value;
            if (!(squares > 0))
                throw new ArgumentException($"row {i} of [{rows}, {columns}] depends on those before it", nameof(matrix));
            double length = Math.Sqrt(squares);
            foreach (ref double value in row)
                value /= length;
        }
    }
}
