using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Tensors;

/// <summary>A row-major matrix over memory that someone else owns: what <see cref="Span{T}"/> is to a vector.</summary>
/// <typeparam name="T">Element type.</typeparam>
public readonly ref struct MatrixSpan<T>
{
    private readonly Span<T> _data;

    /// <summary>A view of [<paramref name="rows"/>, <paramref name="columns"/>] elements that lie without gaps.</summary>
    /// <exception cref="ArgumentException"><paramref name="data"/> is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixSpan(Span<T> data, int rows, int columns)
        : this(data, rows, columns, columns)
    {
    }

    /// <summary>A view whose rows begin <paramref name="stride"/> elements apart.</summary>
    /// <param name="data">The elements from the first of the first row to the last of the last row, or more.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    /// <param name="stride">Elements from the start of one row to the start of the next, at least <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative or the stride too small.</exception>
    /// <exception cref="ArgumentException"><paramref name="data"/> is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixSpan(Span<T> data, int rows, int columns, int stride)
    {
        MatrixShape.Check(data.Length, rows, columns, stride);
        _data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Elements from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>The element at <paramref name="row"/> and <paramref name="column"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the matrix.</exception>
    public ref T this[int row, int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
                MatrixShape.ThrowOutside(row, column, Rows, Columns);
            return ref Unsafe.Add(ref MemoryMarshal.GetReference(_data), (nint)row * Stride + column);
        }
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Row(int row) => _data.Slice(checked(row * Stride), Columns);

    /// <summary>A block of this matrix, sharing its memory.</summary>
    public MatrixSpan<T> Block(int row, int column, int rows, int columns)
    {
        MatrixShape.CheckBlock(row, column, rows, columns, Rows, Columns);
        return rows == 0 || columns == 0 ? new(default, rows, columns) : new(_data[(row * Stride + column)..], rows, columns, Stride);
    }

    /// <summary>Read-only view of the same matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator ReadOnlyMatrixSpan<T>(MatrixSpan<T> matrix) => new(matrix._data, matrix.Rows, matrix.Columns, matrix.Stride);

    /// <summary>For <c>fixed</c>: the first element, or a null reference where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T GetPinnableReference() => ref _data.GetPinnableReference();
}
