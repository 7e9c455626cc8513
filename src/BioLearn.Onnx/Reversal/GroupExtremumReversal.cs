using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>ReduceMax and ReduceMin: the current of a group returns to the value that won, as through a max-pool.</summary>
internal sealed class GroupExtremumReversal : OperatorReversal
{
    private readonly GroupExtremumNode _node;

    private GroupExtremumReversal(GroupExtremumNode node) => _node = node;

    public override IEnumerable<CnnTensor> Activations => [_node.Input];

    public static GroupExtremumReversal Create(GroupExtremumNode node, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node) { Returned = new(node.Input.Shape, node.Input.Shape.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        ReadOnlySpan<float> x = recorded.Activation(_node.Input);
        Grouping groups = _node.Groups;
        for (int group = 0; group < groups.Groups; group++)
        {
            int best = groups.Start(group);
            for (int k = 1, i = best + groups.Inner; k < groups.Count; k++, i += groups.Inner)
            {
                if (_node.Greatest ? x[i] > x[best] : x[i] < x[best])
                    best = i;
            }
            returned[best] = arriving[group];
        }
    }
}
