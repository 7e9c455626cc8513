using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>
/// The right factor of matrix products, copied once into the order in which <see cref="Gemm"/> reads it: for weights that meet many
/// batches, small ones above all. The products have the same bits as those of the unpacked matrix.
/// </summary>
internal sealed unsafe class PackedMatrix<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _panels;

    private PackedMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        var size = new PaddedColumns { Columns = columns };
        Hardware.Run<T, PaddedColumns>(ref size);
        _panels = new NativeBuffer<T>(checked(rows * size.Padded));
    }

    /// <summary>Rows of the factor, k.</summary>
    public int Rows { get; }

    /// <summary>Columns of the factor, n.</summary>
    public int Columns { get; }

    /// <summary>Panels one tile wide, each [Rows, width] without gaps; panel j begins at j Rows.</summary>
    internal T* Pointer => _panels.Pointer;

    /// <summary>Packs b[k,n], for products a b.</summary>
    public static PackedMatrix<T> Pack(ReadOnlyMatrixSpan<T> b)
    {
        var packed = new PackedMatrix<T>(b.Rows, b.Columns);
        packed.Update(b);
        return packed;
    }

    /// <summary>Packs b[n,k], for products a b'.</summary>
    public static PackedMatrix<T> PackTransposed(ReadOnlyMatrixSpan<T> b)
    {
        var packed = new PackedMatrix<T>(b.Columns, b.Rows);
        packed.UpdateTransposed(b);
        return packed;
    }

    /// <summary>Replaces the values by those of b[k,n].</summary>
    public void Update(ReadOnlyMatrixSpan<T> b) => Update(b, b.Rows, b.Columns, b.Stride, 1);

    /// <summary>Replaces the values by those of b[n,k].</summary>
    public void UpdateTransposed(ReadOnlyMatrixSpan<T> b) => Update(b, b.Columns, b.Rows, 1, b.Stride);

    /// <summary>Frees the copy.</summary>
    public void Dispose() => _panels.Dispose();

    private void Update(ReadOnlyMatrixSpan<T> b, int rows, int columns, int rowStride, int columnStride)
    {
        if (rows != Rows || columns != Columns)
            throw new ArgumentException($"the packed matrix is [{Rows}, {Columns}], the new values [{rows}, {columns}]");
        fixed (T* p = b)
        {
            var kernel = new PackKernel { Rows = rows, Columns = columns, B = p, RowStride = rowStride, ColumnStride = columnStride, Packed = Pointer };
            Hardware.Run<T, PackKernel>(ref kernel);
        }
    }

    private struct PaddedColumns : IVectorKernel<T>
    {
        public int Columns, Padded;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Invoke<V>()
            where V : unmanaged, ILanes<V, T> => Padded = (Columns + V.Count - 1) / V.Count * V.Count;
    }

    private struct PackKernel : IVectorKernel<T>
    {
        public int Rows, Columns;
        public T* B, Packed;
        public nint RowStride, ColumnStride;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            int width = MicroKernels<T, V>.MaxColumns;
            for (int j = 0; j < Columns; j += width)
                Packing<T, V>.Panel(Rows, Math.Min(width, Columns - j), B + (j * ColumnStride), RowStride, ColumnStride, Packed + ((nint)j * Rows));
        }
    }
}
