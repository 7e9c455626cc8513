using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Softmax or its logarithm: the current passes unchanged, or through the Jacobian: p (r - sum(p r)), or r - p sum(r).</summary>
internal sealed class SoftmaxReversal : OperatorReversal
{
    private readonly SoftmaxNode _softmax;

    private SoftmaxReversal(SoftmaxNode softmax) => _softmax = softmax;

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => [_softmax.Output];

    public static SoftmaxReversal? Create(SoftmaxNode softmax, CurrentShape arriving, SoftmaxRule rule)
    {
        if (rule == SoftmaxRule.Identity)
            return null;
        Operators.RequireRecorded(softmax, softmax.Output, arriving);
        return new(softmax) { Returned = arriving };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> y = recorded.Activation(_softmax.Output);
        if (_softmax.Logarithm)
        {
            float total = TensorPrimitives.Sum(arriving);
            for (int i = 0; i < y.Length; i++)
                returned[i] -= MathF.Exp(y[i]) * total;
            return;
        }
        float inner = TensorPrimitives.Dot(arriving, y);
        for (int i = 0; i < y.Length; i++)
            returned[i] = y[i] * (returned[i] - inner);
    }
}
