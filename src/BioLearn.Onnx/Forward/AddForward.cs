using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Sum of tensors, rectified on request.</summary>
internal sealed class AddForward : ForwardOperator
{
    private readonly bool _rectify;

    private AddForward(bool rectify) => _rectify = rectify;

    public static AddForward Of(AddNode add, CnnTensor output, bool rectify) => new(rectify) { Reads = add.Inputs, Writes = output };

    public override void Run(in ForwardFrame frame)
    {
        Span<float> y = frame.Write(Writes);
        ReadOnlySpan<float> first = frame.Read(Reads[0]);
        if (Reads.Count == 1) first.CopyTo(y);
        for (int i = 1; i < Reads.Count; i++) TensorPrimitives.Add(i == 1 ? first : y, frame.Read(Reads[i]), y);
        if (_rectify) TensorPrimitives.Max(y, 0, y);
    }
}
