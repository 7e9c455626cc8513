using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Global average pooling: every position of a channel gets the same share r/(H*W) (the adjoint), or a share in proportion to its
/// recorded activation.
/// </summary>
internal sealed class GlobalAveragePoolReversal : OperatorReversal
{
    private readonly GlobalAveragePoolNode _pool;
    private readonly GlobalPoolingRule _rule;

    private GlobalAveragePoolReversal(GlobalAveragePoolNode pool, GlobalPoolingRule rule)
    {
        _pool = pool;
        _rule = rule;
    }

    public override IEnumerable<CnnTensor> Activations => _rule == GlobalPoolingRule.Trace ? [_pool.Input] : [];

    public static GlobalAveragePoolReversal Create(GlobalAveragePoolNode pool, GlobalPoolingRule rule) =>
        new(pool, rule) { Returned = new(pool.Input.Shape, IsVector: false) };

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        if (_rule != GlobalPoolingRule.Uniform)
            return null;
        TensorShape to = Returned.Shape;
        string shares = emitter.Filled(1f / to.PlaneSize, 1, to.Height, to.Width);
        return emitter.Node("Mul", [emitter.Shaped(arriving, new TensorShape(to.Channels, 1, 1)), shares], to);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> activation = _rule == GlobalPoolingRule.Trace ? recorded.Activation(_pool.Input) : [];
        int plane = Returned.Shape.PlaneSize;
        for (int c = 0; c < arriving.Length; c++)
        {
            Span<float> target = returned.Slice(c * plane, plane);
            ReadOnlySpan<float> trace = activation.IsEmpty ? [] : activation.Slice(c * plane, plane);
            float sum = TensorPrimitives.Sum(trace);
            if (sum == 0)
                target.Fill(arriving[c] / plane);
            else
                TensorPrimitives.Multiply(trace, arriving[c] / sum, target);
        }
    }
}
