using System.Numerics;
using System.Runtime.Intrinsics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// A trained matrix and its gradient. Rows are padded with zeros to whole hardware vectors, so that sweeps
/// need no remainder; padding has no gradient and stays zero under every optimizer.
/// </summary>
internal sealed class ParameterTensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedArray<T> _values;
    private readonly AlignedArray<T> _gradient;

    /// <param name="name">The field's name for it.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="padded">False where a kernel wants the rows without gaps.</param>
    public ParameterTensor(string name, int rows, int columns, bool padded = true)
    {
        (Name, Rows, Columns) = (name, rows, columns);
        Stride = padded ? Padding.Up<T>(columns) : columns;
        _values = new(checked(rows * Stride));
        _gradient = new(checked(rows * Stride));
    }

    public string Name { get; }
    public int Rows { get; }
    public int Columns { get; }

    /// <summary>Elements from one row to the next: the columns, padded.</summary>
    public int Stride { get; }

    /// <summary>[rows, stride]</summary>
    public Span<T> Values => _values.Span;

    /// <summary>Whether penalties on the size of weights leave it alone.</summary>
    public bool IsBias { get; init; }

    /// <summary>[rows, stride]</summary>
    public Span<T> Gradient => _gradient.Span;

    /// <summary>The values as a matrix [rows, columns].</summary>
    public MatrixSpan<T> Matrix => new(Values, Rows, Columns, Stride);

    /// <summary>The gradient as a matrix [rows, columns].</summary>
    public MatrixSpan<T> GradientMatrix => new(Gradient, Rows, Columns, Stride);

    public Span<T> Row(int row) => Values.Slice(row * Stride, Columns);
    public Span<T> GradientRow(int row) => Gradient.Slice(row * Stride, Columns);

    /// <summary>Sets the values from a dense [rows, columns] matrix of any floating-point type.</summary>
    public void Set<TFrom>(ReadOnlySpan<TFrom> dense)
        where TFrom : INumberBase<TFrom>
    {
        if (dense.Length != Rows * Columns)
            throw new ArgumentException($"{Name} has {Rows} x {Columns} elements, got {dense.Length}", nameof(dense));
        for (int i = 0; i < Rows; i++)
        {
            var row = Row(i);
            for (int j = 0; j < Columns; j++)
                row[j] = T.CreateChecked(dense[i * Columns + j]);
        }
    }

    /// <summary>The values as a dense [rows, columns] matrix.</summary>
    public T[] ToDense() => Dense(Values);

    /// <summary>The gradient as a dense [rows, columns] matrix.</summary>
    public T[] GradientToDense() => Dense(Gradient);

    private T[] Dense(ReadOnlySpan<T> padded)
    {
        var dense = new T[Rows * Columns];
        for (int i = 0; i < Rows; i++)
            padded.Slice(i * Stride, Columns).CopyTo(dense.AsSpan(i * Columns));
        return dense;
    }
}

internal static class Padding
{
    /// <summary>The next multiple of the widest vector's elements (16 floats, 8 doubles).</summary>
    public static int Up<T>(int count)
    {
        int lanes = Vector512<T>.Count;
        return (count + lanes - 1) / lanes * lanes;
    }
}
