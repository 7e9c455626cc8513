using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Transposed convolution: the current passes back as a convolution with the same weights, bias ignored.</summary>
internal sealed class ConvTransposeReversal : OperatorReversal
{
    private readonly ConvTransposeNode _conv;
    private readonly ConvolutionPlan<float> _plan;

    private ConvTransposeReversal(ConvTransposeNode conv, ConvolutionPlan<float> plan)
    {
        _conv = conv;
        _plan = plan;
    }

    public static ConvTransposeReversal Create(ConvTransposeNode conv, CurrentShape arriving)
    {
        Operators.RequireRecorded(conv, conv.Output, arriving);
        TensorShape large = conv.Output.Shape;
        return new(conv, conv.Plans.Forward(conv.Window.Convolution(conv.Groups, large.Channels, large.Height, large.Width, conv.Input.Shape)))
        {
            Returned = new(conv.Input.Shape, IsVector: false),
        };
    }

    public override bool Batched => StepSegment.Pays(_conv.Weights.Length, _conv.Input.Shape, _conv.Output.Shape);

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded) =>
        _plan.Run(1, arriving, [], rectify: false, returned, recorded.Threads);

    public override void RunBatch(int count, ReadOnlySpan<float> arriving, Span<float> returned, int threads) =>
        _plan.Run(count, arriving, [], rectify: false, returned, threads);

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        Window w = _conv.Window;
        TensorShape large = _conv.Output.Shape, small = _conv.Input.Shape;
        int height = large.Height + w.PadTop + w.PadBottom - w.SpanHeight, width = large.Width + w.PadLeft + w.PadRight - w.SpanWidth;
        bool exact = height >= 0 && width >= 0 && height / w.StrideHeight + 1 == small.Height && width / w.StrideWidth + 1 == small.Width;
        if (!exact)
            return null; // output padding of a stride or more
        string weights = emitter.Weights(_conv.Weights, small.Channels, large.Channels / _conv.Groups, w.KernelHeight, w.KernelWidth);
        return emitter.Node("Conv", [emitter.Shaped(arriving, large), weights], small, [.. GraphWriter.WindowAttributes(w), .. GraphWriter.KernelAttributes(w, _conv.Groups)]);
    }
}
