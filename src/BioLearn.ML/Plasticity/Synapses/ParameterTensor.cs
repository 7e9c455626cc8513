using System.Numerics;
using System.Runtime.Intrinsics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// A trained matrix and its gradient. Rows are padded with zeros to whole hardware vectors, so that sweeps
/// need no remainder; padding has no gradient and stays zero under every optimizer.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterTensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedArray<T> _values;
    private readonly AlignedArray<T> _gradient;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="name">The field's name for it.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="padded">False where a kernel wants the rows without gaps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ParameterTensor(string name, int rows, int columns, bool padded = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (Name, Rows, Columns) = (name, rows, columns);
        Stride = padded ? Padding.Up<T>(columns) : columns;
        _values = new(checked(rows * Stride));
        _gradient = new(checked(rows * Stride));
    }

    /// <summary>The name that the published programs give it.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Elements from one row to the next: the columns, padded.</summary>
    public int Stride { get; }

    /// <summary>The numbers, [rows, stride]; padding is zero and must stay so.</summary>
    public Span<T> Values => _values.Span;

    /// <summary>Whether penalties on the size of weights leave it alone.</summary>
    public bool IsBias { get; init; }

    /// <summary>dL/dvalues, [rows, stride]; passes add to it.</summary>
    public Span<T> Gradient => _gradient.Span;

    /// <summary>The values as a matrix [rows, columns].</summary>
    internal MatrixSpan<T> Matrix => new(Values, Rows, Columns, Stride);

    /// <summary>The gradient as a matrix [rows, columns].</summary>
    internal MatrixSpan<T> GradientMatrix => new(Gradient, Rows, Columns, Stride);

    /// <summary>One row of the values, [columns].</summary>
    public Span<T> Row(int row) => Values.Slice(row * Stride, Columns);
    /// <summary>One row of the gradient, [columns].</summary>
    public Span<T> GradientRow(int row) => Gradient.Slice(row * Stride, Columns);

    /// <summary>Sets the values from a dense [rows, columns] matrix of any number type.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
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
