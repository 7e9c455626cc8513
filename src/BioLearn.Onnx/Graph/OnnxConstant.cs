namespace BioLearn.Onnx.Graph;

/// <summary>
/// A value known when the model is read: weights (floats), or shapes and indices (integers). A dimension that is the
/// batch is <see cref="Batch"/> until a Reshape takes it.
/// </summary>
internal sealed class OnnxConstant
{
    /// <summary>Stands for the batch size in shape arithmetic.</summary>
    public const long Batch = -0x00BA7C4_0BA7C4L;

    private readonly float[]? _floats;
    private readonly long[]? _longs;

    public OnnxConstant(int[] dims, float[] values) => (Dims, _floats) = (dims, values);

    public OnnxConstant(int[] dims, long[] values) => (Dims, _longs) = (dims, values);

    public int[] Dims { get; }

    /// <summary>The type that a stored value has in the file; 0 for what was computed.</summary>
    public ElementType Type { get; init; }

    public bool IsFloat => _floats is not null;

    public int Count => _floats?.Length ?? _longs!.Length;

    /// <summary>The values as floats. Weights are not copied.</summary>
    public float[] Floats => _floats ?? Array.ConvertAll(_longs!, v => (float)v);

    /// <summary>The values as integers; floats are truncated.</summary>
    public long[] Longs => _longs ?? Array.ConvertAll(_floats!, v => (long)v);

    public OnnxConstant AsLongs() => new(Dims, Longs);

    public OnnxConstant Reshaped(int[] dims) => _floats is not null ? new(dims, _floats) { Type = Type } : new(dims, _longs!) { Type = Type };

    /// <summary>The values at <paramref name="indices"/>, in that order, as a constant of shape <paramref name="dims"/>.</summary>
    public OnnxConstant Pick(int[] dims, int[] indices) => _floats is not null
        ? new(dims, Array.ConvertAll(indices, i => _floats[i]))
        : new(dims, Array.ConvertAll(indices, i => _longs![i]));
}
