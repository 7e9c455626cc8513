using BioLearn.Kernels.Convolution;

namespace BioLearn.ML.Networks;

/// <summary>Maximum over windows of an image.</summary>
/// <param name="Size">Side of the window; at least 1.</param>
/// <param name="Stride">Step between windows; 0 means <paramref name="Size"/>.</param>
public sealed record MaxPooling2D(int Size, int Stride = 0) : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Readout = new MaxPoolingReadout(PoolingWindow.Of(input, Size, Stride), Size) };
}

/// <summary>Remembers where the maximum of each window stood; credit goes back there.</summary>
internal sealed class MaxPoolingReadout(PoolingWindow window, int size) : Readout(window.Units, window.Output)
{
    public override bool HasWinners => true;

    public override void Forward<T>(int batch, ReadOnlySpan<T> units, Span<T> output, Span<int> winners) =>
        MaxPooling.Forward(window.Shape, batch, units, output, winners);

    public override void Back<T>(int batch, ReadOnlySpan<T> arriving, ReadOnlySpan<int> winners, Span<T> destination) =>
        Unpooling.Sum(window.Shape, batch, arriving, winners, destination);

    public override string WriteOnnx(IOnnxNodes writer, string input) =>
        OnnxWindow.Node(writer, "MaxPool", [input], Units, Output, OnnxWindow.Attributes(size, window.Stride, 0));
}
