using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>Some rows and columns of a matrix as a smaller one, and back: products of parts of networks, where the rest is closed.</summary>
public static class SubMatrix
{
    /// <summary>to[i, j] = from[rows[i], columns[j]].</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="from">The matrix.</param>
    /// <param name="rows">Rows that are taken, within the matrix; empty takes all.</param>
    /// <param name="columns">Columns that are taken, within the matrix; empty takes all.</param>
    /// <param name="to">Receives [rows taken, columns taken].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="IndexOutOfRangeException">There is no such row or column.</exception>
    public static void Gather<T>(ReadOnlyMatrixSpan<T> from, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, MatrixSpan<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(to.Rows, to.Columns, from.Rows, from.Columns, rows, columns, nameof(to));
        for (int i = 0; i < to.Rows; i++)
        {
            ReadOnlySpan<T> source = from.Row(rows.IsEmpty ? i : rows[i]);
            Span<T> taken = to.Row(i);
            if (columns.IsEmpty)
                source.CopyTo(taken);
            else
            {
                for (int j = 0; j < taken.Length; j++)
                    taken[j] = source[columns[j]];
            }
        }
    }

    /// <summary>to[rows[i], columns[j]] += from[i, j]; the rest stays as it is.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="from">[rows named, columns named].</param>
    /// <param name="rows">Where its rows go, each named once; empty names all.</param>
    /// <param name="columns">Where its columns go, each named once; empty names all.</param>
    /// <param name="to">The matrix that is added to.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="IndexOutOfRangeException">There is no such row or column.</exception>
    public static void ScatterAdd<T>(ReadOnlyMatrixSpan<T> from, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, MatrixSpan<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(from.Rows, from.Columns, to.Rows, to.Columns, rows, columns, nameof(from));
        for (int i = 0; i < from.Rows; i++)
        {
            ReadOnlySpan<T> source = from.Row(i);
            Span<T> row = to.Row(rows.IsEmpty ? i : rows[i]);
            if (columns.IsEmpty)
                System.Numerics.Tensors.TensorPrimitives.Add(row, source, row);
            else
            {
                for (int j = 0; j < source.Length; j++)
                    row[columns[j]] += source[j];
            }
        }
    }

    private static void Require(int smallRows, int smallColumns, int rows, int columns, ReadOnlySpan<int> rowsTaken, ReadOnlySpan<int> columnsTaken, string name)
    {
        int expectedRows = rowsTaken.IsEmpty ? rows : rowsTaken.Length, expectedColumns = columnsTaken.IsEmpty ? columns : columnsTaken.Length;
        if (smallRows != expectedRows || smallColumns != expectedColumns)
            throw new ArgumentException($"The part is [{smallRows}, {smallColumns}]; expected [{expectedRows}, {expectedColumns}].", name);
    }
}
