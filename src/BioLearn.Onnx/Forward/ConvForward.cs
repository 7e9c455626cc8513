using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Convolution and transposed convolution with bias, rectified on request.</summary>
internal sealed class ConvForward : ForwardOperator
{
    private readonly ConvolutionPlan<float> _plan;
    private readonly float[]? _bias;
    private readonly bool _rectify;

    private ConvForward(CnnNode conv, float[] weights, ConvolutionPlan<float> plan, float[]? bias, bool rectify)
    {
        _plan = plan;
        _bias = bias;
        _rectify = rectify;
        IsBatched = StepSegment.Pays(weights.Length, conv.Input.Shape, conv.Output.Shape);
    }

    public override bool IsBatched { get; }

    public override bool CutsItself => true;

    private float? Lid => float.IsFinite(Ceiling) ? Ceiling : null;

    public static ConvForward Of(ConvNode conv, CnnTensor output, bool rectify)
    {
        TensorShape from = conv.Input.Shape;
        return new(conv, conv.Weights, conv.Plans.Forward(conv.Window.Convolution(conv.Groups, from.Channels, from.Height, from.Width, conv.Output.Shape)), conv.Bias, rectify)
        {
            Reads = [conv.Input],
            Writes = output,
        };
    }

    public static ConvForward Of(ConvTransposeNode conv)
    {
        TensorShape to = conv.Output.Shape;
        return new(conv, conv.Weights, conv.Plans.Adjoint(conv.Window.Convolution(conv.Groups, to.Channels, to.Height, to.Width, conv.Input.Shape)), conv.Bias, rectify: false)
        {
            Reads = [conv.Input],
            Writes = conv.Output,
        };
    }

    public override void Run(in ForwardFrame frame) => _plan.Run(1, frame.Read(Reads[0]), _bias, _rectify, frame.Write(Writes), ceiling: Lid);

    public override void RunBatch(int count, ReadOnlySpan<float> input, Span<float> output, int threads) =>
        _plan.Run(count, input, _bias, _rectify, output, threads, Lid);
}
