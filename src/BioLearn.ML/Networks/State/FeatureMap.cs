using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Networks;

/// <summary>
/// An affine map of each number of a row, x' = scale * x + offset: brings features of any scale to the size that a network learns from, and
/// a standardized output back to the scale of the label.
/// </summary>
public sealed class FeatureMap
{
    private readonly float[] _scale;
    private readonly float[] _offset;

    /// <summary>A map.</summary>
    /// <param name="scale">Factor of each feature; finite.</param>
    /// <param name="offset">What is added to each scaled feature, finite; empty for nothing, so that zeros stay zeros.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is not finite.</exception>
    public FeatureMap(ReadOnlySpan<float> scale, ReadOnlySpan<float> offset = default)
    {
        if (!offset.IsEmpty && offset.Length != scale.Length)
            throw new ArgumentException($"There are {offset.Length} offsets for {scale.Length} features; expected one for each, or none.", nameof(offset));
        if (!TensorPrimitives.IsFiniteAll(scale))
            throw new ArgumentException("A scale is not finite.", nameof(scale));
        if (!offset.IsEmpty && !TensorPrimitives.IsFiniteAll(offset)) // of nothing it says no
            throw new ArgumentException("An offset is not finite.", nameof(offset));
        (_scale, _offset) = (scale.ToArray(), offset.ToArray());
    }

    /// <summary>Number of features.</summary>
    public int Width => _scale.Length;

    /// <summary>Whether a 0 stays a 0, as sparse rows need.</summary>
    public bool KeepsZeros => _offset.Length == 0;

    /// <summary>Factor of each feature.</summary>
    public ReadOnlySpan<float> Scale => _scale;

    /// <summary>What is added to each scaled feature; empty where nothing is.</summary>
    public ReadOnlySpan<float> Offset => _offset;

    /// <summary>Maps a row in place.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="row">As many numbers as <see cref="Width"/>.</param>
    /// <exception cref="ArgumentException">The row is of another width.</exception>
    public void Apply<T>(Span<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireWidth(row.Length);
        if (typeof(T) == typeof(float))
        {
            Span<float> floats = MemoryMarshal.Cast<T, float>(row);
            TensorPrimitives.Multiply(floats, _scale, floats);
            if (!KeepsZeros)
                TensorPrimitives.Add(floats, _offset, floats);
            return;
        }
        for (int i = 0; i < row.Length; i++)
            row[i] = (row[i] * T.CreateChecked(_scale[i])) + (KeepsZeros ? T.Zero : T.CreateChecked(_offset[i]));
    }

    internal void RequireWidth(int width)
    {
        if (width != Width)
            throw new ArgumentException($"A row has {width} features, the map {Width}.", nameof(width));
    }
}
