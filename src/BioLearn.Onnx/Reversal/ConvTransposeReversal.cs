using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Transposed convolution: the current passes back as a convolution with the same weights, bias ignored.</summary>
internal sealed class ConvTransposeReversal : OperatorReversal
{
    private readonly ConvolutionShape _shape;
    private readonly float[] _weights;

    private ConvTransposeReversal(in ConvolutionShape shape, float[] weights)
    {
        _shape = shape;
        _weights = weights;
    }

    public static ConvTransposeReversal Create(ConvTransposeNode conv, CurrentShape arriving)
    {
        Operators.RequireRecorded(conv, conv.Output, arriving);
        TensorShape large = conv.Output.Shape;
        return new(ConvReversal.Shape(conv.Window, conv.Groups, large.Channels, large.Height, large.Width, conv.Input.Shape), conv.Weights)
        {
            Returned = new(conv.Input.Shape, IsVector: false),
        };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded) =>
        Convolution2D.Forward(_shape, 1, arriving, _weights, [], returned);
}
