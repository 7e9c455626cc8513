using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Shape of one sample of a tensor: the batch dimension, always the first in the file, is left out. An image is
/// channels x height x width, a vector has one dimension.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    private readonly ImmutableArray<int> _dims;

    internal TensorShape(params ReadOnlySpan<int> dims)
    {
        _dims = [.. dims];
        long count = 1;
        foreach (int d in dims) count = checked(count * d);
        Count = checked((int)count);
    }

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<int> Dimensions => _dims.IsDefault ? [] : _dims;

    /// <summary>Number of dimensions, the batch not counted.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>Number of values of one sample.</summary>
    public int Count { get; }

    /// <summary>First dimension: channels of an image, length of a vector.</summary>
    public int Channels => Rank == 0 ? 1 : _dims[0];

    /// <summary>Height of an image; 1 for a vector.</summary>
    public int Height => Rank < 2 ? 1 : _dims[1];

    /// <summary>Width of an image; 1 for a vector.</summary>
    public int Width => Rank < 3 ? 1 : _dims[2];

    /// <summary>Number of values of one channel.</summary>
    public int PlaneSize => Channels == 0 ? 0 : Count / Channels;

    /// <summary>The dimension at <paramref name="axis"/>, 0 being the first after the batch.</summary>
    public int this[int axis] => Dimensions[axis];

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int d in Dimensions) hash.Add(d);
        return hash.ToHashCode();
    }

    /// <summary>"64x55x55".</summary>
    public override string ToString() => string.Join('x', Dimensions);

    /// <summary>Equality of all dimensions.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Inequality of a dimension.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);
}
