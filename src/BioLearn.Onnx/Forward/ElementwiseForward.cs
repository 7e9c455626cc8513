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

/// <summary>ReLU, LeakyReLU and Clip where they stand alone.</summary>
internal sealed class ActivationForward : ForwardOperator
{
    private readonly ActivationNode _activation;

    private ActivationForward(ActivationNode activation) => _activation = activation;

    public static ActivationForward Of(ActivationNode activation) => new(activation) { Reads = [activation.Input], Writes = activation.Output };

    public override void Run(in ForwardFrame frame)
    {
        ReadOnlySpan<float> x = frame.Read(Reads[0]);
        Span<float> y = frame.Write(Writes);
        switch (_activation.Kind)
        {
            case ActivationKind.Relu:
                TensorPrimitives.Max(x, 0, y);
                break;
            case ActivationKind.Clip:
                TensorPrimitives.Max(x, _activation.Min, y);
                TensorPrimitives.Min(y, _activation.Max, y);
                break;
            case ActivationKind.LeakyRelu:
                for (int i = 0; i < x.Length; i++) y[i] = x[i] >= 0 ? x[i] : _activation.Alpha * x[i];
                break;
            default:
                throw new InvalidOperationException($"{_activation} has no way forward here");
        }
    }
}

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
