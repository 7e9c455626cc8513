using System.Numerics;

namespace BioLearn.Kernels.Sparse;

/// <summary>
/// Rows of features of which few are set, kept as what is set: a column and a number each. They are collected row by row, in blocks, so
/// that nothing is copied while they grow.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SparseRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockLength = 1 << 18;

    private readonly List<(int[] Columns, T[] Values)> _blocks = [];
    private readonly List<(int Block, int Start, int Length)> _rows = [];
    private int _filled;

    /// <summary>No rows yet.</summary>
    /// <param name="width">Features of a row; at least 1.</param>
    public SparseRows(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
    }

    /// <summary>Features of a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Numbers that are kept, in all rows.</summary>
    public long SetCount { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="columns">Columns that are set, from 0, ascending.</param>
    /// <param name="values">The number in each. A zero may be among them and is kept.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a column is not behind the one before it or not in the row.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<T> values)
    {
        if (columns.Length != values.Length)
            throw new ArgumentException($"There are {values.Length} values for {columns.Length} columns; expected one for each.", nameof(values));
        int before = -1;
        foreach (int column in columns)
        {
            if (column <= before || column >= Width)
                throw new ArgumentException($"Column {column} follows column {before} in a row of {Width}; expected ascending columns from 0 to {Width - 1}.", nameof(columns));
            before = column;
        }
        if (_blocks.Count == 0 || _filled + columns.Length > _blocks[^1].Columns.Length)
        {
            int length = Math.Max(_blocks.Count == 0 ? Math.Min(BlockLength, 16 * columns.Length) : BlockLength, columns.Length);
            _blocks.Add((GC.AllocateUninitializedArray<int>(length), GC.AllocateUninitializedArray<T>(length)));
            _filled = 0;
        }
        columns.CopyTo(_blocks[^1].Columns.AsSpan(_filled));
        values.CopyTo(_blocks[^1].Values.AsSpan(_filled));
        _rows.Add((_blocks.Count - 1, _filled, columns.Length));
        _filled += columns.Length;
        SetCount += columns.Length;
    }

    /// <summary>Columns of a row that are set, ascending.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <returns>A view.</returns>
    public ReadOnlySpan<int> Columns(int row)
    {
        (int block, int start, int length) = _rows[row];
        return _blocks[block].Columns.AsSpan(start, length);
    }

    /// <summary>The numbers in <see cref="Columns"/>.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <returns>A view.</returns>
    public ReadOnlySpan<T> Values(int row)
    {
        (int block, int start, int length) = _rows[row];
        return _blocks[block].Values.AsSpan(start, length);
    }

    /// <summary>A row as it would be if it were dense.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="destination">Receives <see cref="Width"/> numbers.</param>
    public void CopyTo(int row, Span<T> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Width, nameof(destination));
        destination.Clear();
        ReadOnlySpan<int> columns = Columns(row);
        ReadOnlySpan<T> values = Values(row);
        for (int i = 0; i < columns.Length; i++)
            destination[columns[i]] = values[i];
    }

    /// <summary>Forgets all rows, and keeps memory for a block of them.</summary>
    public void Clear()
    {
        if (_blocks.Count > 1)
            _blocks.RemoveRange(1, _blocks.Count - 1);
        _rows.Clear();
        _filled = 0;
        SetCount = 0;
    }

    /// <summary>Copies of some rows.</summary>
    /// <param name="rows">Their indices, from 0.</param>
    /// <returns>The rows, in this order.</returns>
    public SparseRows<T> Take(ReadOnlySpan<int> rows)
    {
        SparseRows<T> taken = new(Width);
        foreach (int row in rows)
            taken.Add(Columns(row), Values(row));
        return taken;
    }
}
