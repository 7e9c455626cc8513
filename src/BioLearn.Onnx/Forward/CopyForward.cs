using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>The tensors read, one behind the other: concatenation of channels, and views that must be held apart from what they view.</summary>
internal sealed class CopyForward : ForwardOperator
{
    private CopyForward()
    {
    }

    public static CopyForward Of(CnnNode node) => new() { Reads = node.Inputs, Writes = node.Output };

    public override void Run(in ForwardFrame frame)
    {
        Span<float> y = frame.Write(Writes);
        foreach (CnnTensor tensor in Reads)
        {
            ReadOnlySpan<float> x = frame.Read(tensor);
            x.CopyTo(y);
            y = y[x.Length..];
        }
    }
}
