using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>PRelu: as a leaky ReLU, each channel with its own slope.</summary>
internal sealed class ParametricReluReversal : OperatorReversal
{
    private readonly ParametricReluNode _node;
    private readonly bool _rectify;
    private readonly bool _mask;

    private ParametricReluReversal(ParametricReluNode node, ReluRule rule)
    {
        _node = node;
        _rectify = rule is ReluRule.Rectify or ReluRule.Both;
        _mask = rule is ReluRule.ForwardMask or ReluRule.Both;
    }

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => _mask ? [_node.Input] : [];

    public static ParametricReluReversal? Create(ParametricReluNode node, CurrentShape arriving, ReluRule rule)
    {
        if (rule == ReluRule.Linear)
            return null;
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node, rule) { Returned = arriving };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        if (_rectify)
            TensorPrimitives.Max(returned, 0f, returned);
        if (!_mask)
            return;
        ReadOnlySpan<float> x = recorded.Activation(_node.Input);
        int run = returned.Length / _node.Slopes.Length;
        for (int i = 0; i < returned.Length; i++)
            returned[i] = x[i] > 0 ? returned[i] : _node.Slopes[i / run] * returned[i];
    }
}
