using BioLearn.Kernels.Convolution;

namespace BioLearn.ML.Networks;

/// <summary>Mean over windows of an image.</summary>
/// <param name="Size">Side of the window; at least 1.</param>
/// <param name="Stride">Step between windows; 0 means <paramref name="Size"/>.</param>
public sealed record AveragePooling2D(int Size, int Stride = 0) : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Readout = new AveragePoolingReadout(PoolingWindow.Of(input, Size, Stride), Size) };
}

/// <summary>Credit is shared out over the window.</summary>
internal sealed class AveragePoolingReadout(PoolingWindow window, int size) : Readout(window.Units, window.Output)
{
    public override void Forward<T>(int batch, ReadOnlySpan<T> units, Span<T> output, Span<int> winners) =>
        AveragePooling.Forward(window.Shape, batch, includePadding: false, units, output);

    public override void Back<T>(int batch, ReadOnlySpan<T> arriving, ReadOnlySpan<int> winners, Span<T> destination) =>
        AveragePooling.Adjoint(window.Shape, batch, includePadding: false, arriving, destination);

    public override string WriteOnnx(IOnnxNodes writer, string input) =>
        OnnxWindow.Node(writer, "AveragePool", [input], Units, Output, OnnxWindow.Attributes(size, window.Stride, 0));
}
