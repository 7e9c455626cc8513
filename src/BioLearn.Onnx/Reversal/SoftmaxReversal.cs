using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Softmax of each group or its logarithm: the current passes unchanged, or through the Jacobian: p (r - sum(p r)), or r - p sum(r).</summary>
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
        Grouping groups = _softmax.Groups;
        for (int group = 0; group < groups.Groups; group++)
        {
            int start = groups.Start(group), end = start + groups.Count * groups.Inner;
            float sum = 0;
            for (int i = start; i < end; i += groups.Inner)
                sum += _softmax.Logarithm ? returned[i] : returned[i] * y[i];
            for (int i = start; i < end; i += groups.Inner)
                returned[i] = _softmax.Logarithm ? returned[i] - MathF.Exp(y[i]) * sum : y[i] * (returned[i] - sum);
        }
    }
}
