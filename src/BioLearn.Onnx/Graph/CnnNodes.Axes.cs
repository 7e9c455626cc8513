namespace BioLearn.Onnx.Graph;

/// <summary>
/// What each position along one axis of the output reads of that axis of the input: <see cref="Taps"/> neighbours from <see cref="Starts"/> on,
/// times their weights. Positions that only pick have one tap and no weights.
/// </summary>
internal sealed class AxisMap(int inputSize, int[] starts, int taps = 1, float[]? weights = null)
{
    public int InputSize { get; } = inputSize;

    public int[] Starts { get; } = starts;

    public int Taps { get; } = taps;

    /// <summary>Weights [output, taps], or null where each position picks one.</summary>
    public float[]? Weights { get; } = weights;

    public int OutputSize => Starts.Length;

    /// <summary>All weights as a matrix [output, input].</summary>
    public float[] ToMatrix()
    {
        var matrix = new float[OutputSize * InputSize];
        for (int i = 0; i < OutputSize; i++)
        {
            for (int k = 0; k < Taps; k++) matrix[i * InputSize + Starts[i] + k] += Weights?[i * Taps + k] ?? 1;
        }
        return matrix;
    }
}

/// <summary>
/// A linear map along each axis of the sample by itself: Gather, Tile, Expand, reflected padding, Resize. An axis without a map stays as it is.
/// </summary>
internal sealed class AxesNode(NodeHead head, AxisMap?[] maps) : CnnNode(head)
{
    public AxisMap?[] Maps { get; } = maps;
}
