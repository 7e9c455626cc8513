using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>y = scale x + shift per channel, rectified on request.</summary>
internal sealed class AffineForward : ForwardOperator
{
    private readonly AffineNode _affine;
    private readonly bool _rectify;

    private AffineForward(AffineNode affine, bool rectify)
    {
        _affine = affine;
        _rectify = rectify;
    }

    public static AffineForward Of(AffineNode affine, CnnTensor output, bool rectify) => new(affine, rectify) { Reads = [affine.Input], Writes = output };

    public override void Run(in ForwardFrame frame)
    {
        ReadOnlySpan<float> x = frame.Read(Reads[0]);
        Span<float> y = frame.Write(Writes);
        int plane = x.Length / _affine.Scale.Length;
        for (int c = 0; c < _affine.Scale.Length; c++)
        {
            Span<float> to = y.Slice(c * plane, plane);
            TensorPrimitives.Multiply(x.Slice(c * plane, plane), _affine.Scale[c], to);
            TensorPrimitives.Add(to, _affine.Shift[c], to);
        }

        if (_rectify) TensorPrimitives.Max(y, 0, y);
    }
}
