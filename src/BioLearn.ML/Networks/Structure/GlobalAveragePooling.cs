using System.Numerics.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Mean of each channel over the whole image; readers see a vector of channels.</summary>
public sealed record GlobalAveragePooling : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Readout = new GlobalAverageReadout(input) };
}

/// <summary>Credit is shared out over the channel.</summary>
internal sealed class GlobalAverageReadout(TensorShape units) : Readout(units, new TensorShape(units.Channels))
{
    private readonly int _area = units.Height * units.Width;

    public override void Forward<T>(int batch, ReadOnlySpan<T> units, Span<T> output, Span<int> winners)
    {
        T share = T.One / T.CreateChecked(_area);
        for (int i = 0; i < output.Length; i++)
            output[i] = share * TensorPrimitives.Sum(units.Slice(i * _area, _area));
    }

    public override void Back<T>(int batch, ReadOnlySpan<T> arriving, ReadOnlySpan<int> winners, Span<T> destination)
    {
        T share = T.One / T.CreateChecked(_area);
        for (int i = 0; i < arriving.Length; i++)
            destination.Slice(i * _area, _area).Fill(share * arriving[i]);
    }

    public override string WriteOnnx(IOnnxNodes writer, string input) =>
        OnnxWindow.Node(writer, "GlobalAveragePool", [input], Units, Output);
}
