using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Product of two tensors of the image. The current of one factor is what arrives times the other factor as it stood in the forward pass. A gate
/// (squeeze and excitation, SiLU spelled out) gets none unless the gradient is asked for: at the recorded image y = g x is a linear map of x, and
/// what opened the gate is no part of the way that x took.
/// </summary>
internal sealed class ProductReversal : OperatorReversal
{
    private readonly CnnTensor _other;
    private readonly int _run;
    private readonly bool _toRuns; // whether the current of the second, smaller factor is asked for
    private readonly bool _rectify;

    private ProductReversal(CnnTensor other, int run, bool toRuns, bool rectify)
    {
        _other = other;
        _run = run;
        _toRuns = toRuns;
        _rectify = rectify;
    }

    public override IEnumerable<CnnTensor> Activations => [_other];

    /// <summary>The factors that carry the current.</summary>
    public static IEnumerable<int> Carrying(GatedNode product, ReversalOptions options)
    {
        bool isGradient = options.Gate == GateRule.Jacobian || (product is ProductNode { IsActivation: true } && options.Relu is ReluRule.ForwardMask or ReluRule.Both);
        return Enumerable.Range(0, 2).Where(input => isGradient || input != product.Gate);
    }

    public static ProductReversal? Create(ProductNode product, int input, CurrentShape arriving, ReversalOptions options)
    {
        Operators.RequireRecorded(product, product.Output, arriving);
        if (options.Gate == GateRule.Identity && (input == 0 || product.Run == 1))
            return null;
        bool rectify = product.IsActivation && options.Relu is ReluRule.Rectify or ReluRule.Both;
        TensorShape returned = product.Inputs[input].Shape;
        return new(product.Inputs[1 - input], product.Run, input == 1 && product.Run > 1, rectify) { Returned = new(returned, returned.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> other = recorded.Activation(_other);
        if (_toRuns)
        {
            for (int i = 0; i < returned.Length; i++)
                returned[i] = TensorPrimitives.Dot(arriving.Slice(i * _run, _run), other.Slice(i * _run, _run));
        }
        else if (_run == 1)
            TensorPrimitives.Multiply(arriving, other, returned);
        else
        {
            for (int i = 0; i < other.Length; i++)
                TensorPrimitives.Multiply(arriving.Slice(i * _run, _run), other[i], returned.Slice(i * _run, _run));
        }
        if (_rectify)
            TensorPrimitives.Max(returned, 0f, returned);
    }
}
