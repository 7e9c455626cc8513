using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Elementwise functions. The current passes unchanged, rectified, multiplied by the slope that the forward pass had there, or both. Where the
/// function is x times a gate of x (SiLU, GELU, hard swish), "unchanged" means through the gate as it stood: that is what the forward pass did to x,
/// and a file that spells the function out as a product gives the same picture.
/// </summary>
internal sealed class ActivationReversal : OperatorReversal
{
    private readonly ActivationNode _node;
    private readonly bool _rectify;
    private readonly bool _mask;
    private readonly bool _gate;

    private ActivationReversal(ActivationNode node, ReversalOptions options)
    {
        _node = node;
        _rectify = options.Relu is ReluRule.Rectify or ReluRule.Both && node.IsActivation;
        _mask = options.Relu is ReluRule.ForwardMask or ReluRule.Both || (!node.IsActivation && options.Gate == GateRule.Jacobian);
        _gate = !_mask && node.IsGate && options.Gate != GateRule.Identity;
    }

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => _mask || _gate ? [Read] : [];

    // The output of some tells the slope, except where a leak of the other sign, or none, makes it ambiguous.
    private CnnTensor Read => _node is { Kind: ActivationKind.Relu or ActivationKind.Clip or ActivationKind.Sigmoid or ActivationKind.Tanh } or { Kind: ActivationKind.LeakyRelu, Alpha: > 0 }
        ? _node.Output : _node.Input;

    public static ActivationReversal? Create(ActivationNode node, CurrentShape arriving, ReversalOptions options)
    {
        var reversal = new ActivationReversal(node, options) { Returned = arriving };
        if (!reversal._rectify && !reversal._mask && !reversal._gate)
            return null;
        if (reversal._mask || reversal._gate)
            Operators.RequireRecorded(node, node.Output, arriving);
        return reversal;
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        string? recorded = _mask ? emitter.Activation(Read) : null;
        if (_gate || (_mask && (recorded is null || _node.Kind != ActivationKind.Relu)))
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
        if (_gate)
        {
            ReadOnlySpan<float> x = recorded.Activation(Read);
            for (int i = 0; i < returned.Length; i++)
                returned[i] *= (float)Pointwise.Gate(_node, x[i]);
        }
    }

    private void MultiplyBySlope(Span<float> current, ReadOnlySpan<float> recorded)
    {
        switch (_node.Kind)
        {
            case ActivationKind.Relu:
                for (int i = 0; i < current.Length; i++)
                    current[i] = recorded[i] > 0 ? current[i] : 0;
                break;
            case ActivationKind.LeakyRelu when _node.Alpha > 0:
                for (int i = 0; i < current.Length; i++)
                    current[i] = recorded[i] > 0 ? current[i] : _node.Alpha * current[i];
                break;
            case ActivationKind.Clip:
                for (int i = 0; i < current.Length; i++)
                    current[i] = recorded[i] > _node.Min && recorded[i] < _node.Max ? current[i] : 0;
                break;
            case ActivationKind.Sigmoid:
                for (int i = 0; i < current.Length; i++)
                    current[i] *= recorded[i] * (1 - recorded[i]);
                break;
            case ActivationKind.Tanh:
                for (int i = 0; i < current.Length; i++)
                    current[i] *= 1 - recorded[i] * recorded[i];
                break;
            default:
                for (int i = 0; i < current.Length; i++)
                    current[i] *= (float)Pointwise.Slope(_node, recorded[i]);
                break;
        }
    }
}
