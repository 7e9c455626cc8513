using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Networks;

/// <summary>
/// An affine map of each number of a row, x' = (x - centre) * scale: brings features of any scale to the size that a network learns from, and
/// the label of a regression to the size of its output.
/// </summary>
public sealed class FeatureMap
{
    private readonly float[] _scale;
    private readonly float[] _centre;

    /// <summary>A map.</summary>
    /// <param name="scale">Factor of each feature; finite. 0 takes a feature away.</param>
    /// <param name="centre">What is subtracted from each feature before, finite; empty for nothing, so that zeros stay zeros.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is not finite.</exception>
    public FeatureMap(ReadOnlySpan<float> scale, ReadOnlySpan<float> centre = default)
    {
        if (!centre.IsEmpty && centre.Length != scale.Length)
            throw new ArgumentException($"There are {centre.Length} centres for {scale.Length} features; expected one for each, or none.", nameof(centre));
        if (!TensorPrimitives.IsFiniteAll(scale))
            throw new ArgumentException("A scale is not finite.", nameof(scale));
        if (!centre.IsEmpty && !TensorPrimitives.IsFiniteAll(centre)) // of nothing it says no
            throw new ArgumentException("A centre is not finite.", nameof(centre));
        (_scale, _centre) = (scale.ToArray(), centre.ToArray());
    }

    /// <summary>Number of features.</summary>
    public int Width => _scale.Length;

    /// <summary>Whether a 0 stays a 0, as sparse rows need.</summary>
    public bool KeepsZeros => _centre.Length == 0;

    /// <summary>Factor of each feature.</summary>
    public ReadOnlySpan<float> Scale => _scale;

    /// <summary>What is subtracted from each feature before it is scaled; empty where nothing is.</summary>
    public ReadOnlySpan<float> Centre => _centre;

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
            // The difference first: where a feature is far from zero and varies little, its scaled value has no digits left for it.
            Span<float> floats = MemoryMarshal.Cast<T, float>(row);
            if (!KeepsZeros)
                TensorPrimitives.Subtract(floats, _centre, floats);
            TensorPrimitives.Multiply(floats, _scale, floats);
            return;
        }
        for (int i = 0; i < row.Length; i++)
            row[i] = (row[i] - (KeepsZeros ? T.Zero : T.CreateChecked(_centre[i]))) * T.CreateChecked(_scale[i]);
    }

    /// <summary>The number that the map brings to <paramref name="mapped"/>.</summary>
    /// <param name="index">Which of the row, from 0; its scale is not 0.</param>
    /// <param name="mapped">x'.</param>
    /// <returns>x.</returns>
    internal double Invert(int index, double mapped) => (mapped / _scale[index]) + (KeepsZeros ? 0 : _centre[index]);

    internal void RequireWidth(int width)
    {
        if (width != Width)
            throw new ArgumentException($"A row has {width} features, the map {Width}.", nameof(width));
    }
}
