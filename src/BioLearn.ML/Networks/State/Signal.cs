using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// One number per sample and unit: a view [<see cref="Batch"/>, <see cref="Width"/>] on memory that a network owns, row by row,
/// one row a sample. It is valid until the next step.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly unsafe struct Signal<T> : IEquatable<Signal<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;
    private readonly SparseBatch<T>? _sparse;

    /// <summary>The first rows of a buffer, which must outlive the view.</summary>
    /// <param name="buffer">The memory.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="width">Numbers of one sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer is shorter.</exception>
    public Signal(NativeBuffer<T> buffer, int batch, int width)
        : this(buffer.Pointer, batch, width) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)batch * width, buffer.Length, nameof(batch));

    internal Signal(T* start, int batch, int width)
    {
        _start = start;
        Batch = batch;
        Width = width;
    }

    /// <summary>A batch of which few numbers are set; the dense form is made where somebody reads the view.</summary>
    internal Signal(SparseBatch<T> sparse, int batch, int width)
        : this((T*)null, batch, width) => _sparse = sparse;

    /// <summary>Samples.</summary>
    public int Batch { get; }

    /// <summary>Numbers of one sample.</summary>
    public int Width { get; }

    /// <summary>All numbers, sample after sample.</summary>
    public Span<T> Span => new(Start, Batch * Width);

    /// <summary>All numbers as a matrix [<see cref="Batch"/>, <see cref="Width"/>], for kernels such as <see cref="Kernels.Linear.Gemm"/>.</summary>
    public MatrixSpan<T> Matrix => new(Span, Batch, Width);

    /// <summary>What is set, where the batch is kept so; null of any other signal. Whoever only reads set numbers saves the rest.</summary>
    internal SparseBatch<T>? Sparse => _sparse;

    private T* Start => _sparse is null ? _start : _sparse.Dense;

    /// <summary>The numbers of one sample.</summary>
    /// <param name="sample">Index of the sample, from 0.</param>
    /// <returns>A view of length <see cref="Width"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public Span<T> Row(int sample)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)Batch, nameof(sample));
        return new Span<T>(Start + ((nint)sample * Width), Width);
    }

    /// <summary>The first samples.</summary>
    /// <param name="samples">How many.</param>
    /// <returns>A view of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    internal Signal<T> Take(int samples) => Take(0, samples);

    /// <summary>Some samples that lie behind one another.</summary>
    internal Signal<T> Take(int first, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(first + samples), (uint)Batch, nameof(samples));
        return new(Start + ((nint)first * Width), samples, Width);
    }

    /// <inheritdoc/>
    public bool Equals(Signal<T> other) => _start == other._start && _sparse == other._sparse && Batch == other.Batch && Width == other.Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Signal<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((nint)_start, _sparse, Batch, Width);

    /// <summary>Whether two signals are the same view.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they start at the same place and have the same shape.</returns>
    public static bool operator ==(Signal<T> left, Signal<T> right) => left.Equals(right);

    /// <summary>Whether two signals are different views.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they differ in place or shape.</returns>
    public static bool operator !=(Signal<T> left, Signal<T> right) => !left.Equals(right);
}
