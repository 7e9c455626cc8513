using BioLearn.Kernels.Convolution;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Convolution: the current passes the same weights the other way (transposed convolution), bias ignored.</summary>
internal sealed class ConvReversal : OperatorReversal
{
    private readonly ConvNode _conv;
    private readonly TensorShape _from;
    private readonly ConvolutionPlan<float> _plan;

    private ConvReversal(ConvNode conv, TensorShape from, ConvolutionPlan<float> plan)
    {
        _conv = conv;
        _from = from;
        _plan = plan;
    }

    public static ConvReversal Create(ConvNode conv, CurrentShape arriving, ShapeMode mode)
    {
        TensorShape recorded = conv.Input.Shape;
        Window w = conv.Window;
        int height = recorded.Height, width = recorded.Width;
        if (mode == ShapeMode.NotebookCrop)
            (height, width) = w.LeastInput(arriving.Shape);
        else
            Operators.RequireRecorded(conv, conv.Output, arriving);
        return new(conv, arriving.Shape, conv.Plans.Adjoint(w.Convolution(conv.Groups, recorded.Channels, height, width, arriving.Shape)))
        {
            Returned = new(new TensorShape(recorded.Channels, height, width), IsVector: false),
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
        string weights = emitter.Weights(_conv.Weights, _from.Channels, Returned.Shape.Channels / _conv.Groups, w.KernelHeight, w.KernelWidth);
        return emitter.TransposedConvolution(arriving, weights, w, _from, Returned.Shape, _conv.Groups);
    }
}
