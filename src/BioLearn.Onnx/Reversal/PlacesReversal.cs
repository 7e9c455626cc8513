using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>What was read at stored places returns to them, by the same weights: the adjoint.</summary>
internal sealed class PlacesReversal : OperatorReversal
{
    private readonly PlacesNode _node;

    private PlacesReversal(PlacesNode node) => _node = node;

    public static PlacesReversal Create(PlacesNode node, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node) { Returned = new(node.Input.Shape, node.Input.Shape.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        for (int run = 0; run < _node.Outer; run++)
        {
            ReadOnlySpan<float> from = arriving.Slice(run * _node.OutputRun, _node.OutputRun);
            Span<float> to = returned.Slice(run * _node.InputRun, _node.InputRun);
            for (int i = 0; i < _node.Places.Length; i++)
                to[_node.Places[i]] += (_node.Weights is { } weights ? weights[i] : 1) * from[i / _node.Taps];
        }
    }
}
