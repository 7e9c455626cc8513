using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Tensors;

/// <summary>Checks that both matrix views share.</summary>
internal static class MatrixShape
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(int length, int rows, int columns, int stride)
    {
        if ((rows | columns) < 0 || stride < columns || (rows > 0 && (long)(rows - 1) * stride + columns > length))
            ThrowShape(length, rows, columns, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckBlock(int row, int column, int rows, int columns, int allRows, int allColumns)
    {
        if ((row | column | rows | columns) < 0 || (long)row + rows > allRows || (long)column + columns > allColumns)
            throw new ArgumentOutOfRangeException(nameof(row), $"the block [{row}..+{rows}, {column}..+{columns}] must lie inside the matrix [{allRows}, {allColumns}]");
    }

    [DoesNotReturn]
    public static void ThrowOutside(int row, int column, int rows, int columns) =>
        throw new ArgumentOutOfRangeException(nameof(row), $"[{row}, {column}] lies outside the matrix [{rows}, {columns}]");

    [DoesNotReturn]
    private static void ThrowShape(int length, int rows, int columns, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        throw new ArgumentException($"a matrix [{rows}, {columns}] with stride {stride} needs {(long)(rows - 1) * stride + columns} elements, the span has {length}", nameof(length));
    }
}
