using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Transposed convolution: the current passes back as a convolution with the same weights, bias ignored.</summary>
internal sealed class ConvTransposeReversal : OperatorReversal
{
    private readonly ConvolutionPlan<float> _plan;

    private ConvTransposeReversal(ConvolutionPlan<float> plan) => _plan = plan;

    public static ConvTransposeReversal Create(ConvTransposeNode conv, CurrentShape arriving)
    {
        Operators.RequireRecorded(conv, conv.Output, arriving);
        TensorShape large = conv.Output.Shape;
        return new(conv.Plans.Forward(ConvReversal.Shape(conv.Window, conv.Groups, large.Channels, large.Height, large.Width, conv.Input.Shape)))
        {
            Returned = new(conv.Input.Shape, IsVector: false),
        };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded) =>
        _plan.Run(1, arriving, [], rectify: false, returned, recorded.Threads);
}
