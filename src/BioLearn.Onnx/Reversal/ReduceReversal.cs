using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Sums and means over axes: every value of the group gets the current, times the factor (the adjoint).</summary>
internal sealed class ReduceReversal : OperatorReversal
{
    private readonly ReduceNode _node;

    private ReduceReversal(ReduceNode node) => _node = node;

    public static ReduceReversal Create(ReduceNode node, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node) { Returned = new(node.Input.Shape, node.Input.Shape.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        Grouping groups = _node.Groups;
        for (int group = 0; group < groups.Groups; group++)
        {
            float share = arriving[group] * _node.Factor;
            int start = groups.Start(group);
            for (int k = 0; k < groups.Count; k++)
                returned[start + k * groups.Inner] = share;
        }
    }
}
