using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// ReLU, LeakyReLU, Clip, sigmoid, tanh: the current passes unchanged, rectified, multiplied by the slope that the forward pass had
/// there, or both.
/// </summary>
internal sealed class ActivationReversal : OperatorReversal
{
    private readonly ActivationNode _node;
    private readonly bool _rectify;
    private readonly bool _mask;

    private ActivationReversal(ActivationNode node, ReluRule rule)
    {
        _node = node;
        _rectify = rule is ReluRule.Rectify or ReluRule.Both;
        _mask = rule is ReluRule.ForwardMask or ReluRule.Both;
    }

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => _mask ? [Read] : [];

    // The output tells the slope, except where a leak of the other sign, or none, makes it ambiguous.
    private CnnTensor Read => _node is { Kind: ActivationKind.LeakyRelu, Alpha: <= 0 } ? _node.Input : _node.Output;

    public static ActivationReversal? Create(ActivationNode node, CurrentShape arriving, ReluRule rule)
    {
        if (rule == ReluRule.Linear)
            return null;
        var reversal = new ActivationReversal(node, rule) { Returned = arriving };
        if (reversal._mask)
            Operators.RequireRecorded(node, node.Output, arriving);
        return reversal;
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        string? recorded = _mask ? emitter.Activation(Read) : null;
        if (_mask && (recorded is null || _node.Kind != ActivationKind.Relu))
            return null;
        string current = emitter.Shaped(arriving, Returned.Shape);
        if (_rectify)
            current = emitter.Node("Relu", [current], Returned.Shape);
        // ReLU's output is not negative, so its sign is the mask.
        return _mask ? emitter.Node("Mul", [current, emitter.Node("Sign", [recorded!], Returned.Shape)], Returned.Shape) : current;
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        if (_rectify)
            TensorPrimitives.Max(returned, 0f, returned);
        if (_mask)
            MultiplyBySlope(returned, recorded.Activation(Read));
    }

    private void MultiplyBySlope(Span<float> current, ReadOnlySpan<float> y)
    {
        switch (_node.Kind)
        {
            case ActivationKind.Relu:
                for (int i = 0; i < current.Length; i++)
                    current[i] = y[i] > 0 ? current[i] : 0;
                break;
            case ActivationKind.LeakyRelu:
                for (int i = 0; i < current.Length; i++)
                    current[i] = y[i] > 0 ? current[i] : _node.Alpha * current[i];
                break;
            case ActivationKind.Clip:
                for (int i = 0; i < current.Length; i++)
                    current[i] = y[i] > _node.Min && y[i] < _node.Max ? current[i] : 0;
                break;
            case ActivationKind.Sigmoid:
                for (int i = 0; i < current.Length; i++)
                    current[i] *= y[i] * (1 - y[i]);
                break;
            case ActivationKind.Tanh:
                for (int i = 0; i < current.Length; i++)
                    current[i] *= 1 - y[i] * y[i];
                break;
            default:
                throw new ReversalException(_node, $"has no known slope for {_node.Kind}; use ReLU rule Linear or Rectify");
        }
    }
}
