using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>TopK: each value of the current returns to the place where the value that came to stand there was, as through a max-pool.</summary>
internal sealed class OrderedReversal : OperatorReversal
{
    private readonly OrderedNode _node;

    private OrderedReversal(OrderedNode node) => _node = node;

    public override IEnumerable<CnnTensor> Activations => [_node.Input];

    public static OrderedReversal Create(OrderedNode node, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node) { Returned = new(node.Input.Shape, node.Input.Shape.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        Grouping read = _node.Groups, to = read with { Count = _node.Kept };
        var values = new double[read.Count];
        for (int g = 0; g < read.Groups; g++)
        {
            ReadOnlySpan<float> x = recorded.Activation(_node.Input);
            for (int k = 0; k < values.Length; k++)
                values[k] = x[read.Start(g) + k * read.Inner];
            int[] order = _node.Order(values);
            for (int k = 0; k < order.Length; k++)
                returned[read.Start(g) + order[k] * read.Inner] = arriving[to.Start(g) + k * to.Inner];
        }
    }
}
