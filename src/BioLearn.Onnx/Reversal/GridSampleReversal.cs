using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// GridSample by a grid of the picture: at the recorded grid it is linear, and each place returns what it got to the cells that it read. The grid is the gate, and
/// gets a current where the gradient is asked for: how much the read value moves with the place.
/// </summary>
internal sealed class GridSampleReversal : OperatorReversal
{
    private readonly GridSampleNode _node;
    private readonly bool _toGrid;

    private GridSampleReversal(GridSampleNode node, bool toGrid) => (_node, _toGrid) = (node, toGrid);

    public override IEnumerable<CnnTensor> Activations => _toGrid ? _node.Inputs : [_node.Inputs[1]];

    /// <summary>The reversal, or null where the gate is open and each place keeps what it has.</summary>
    public static GridSampleReversal? Create(GridSampleNode node, int input, CurrentShape arriving, GateRule rule)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        if (input == 0 && rule == GateRule.Identity && node.Input.Shape == node.Output.Shape)
            return null;
        return new(node, toGrid: input == 1) { Returned = new(node.Inputs[input].Shape, IsVector: false) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> grid = recorded.Activation(_node.Inputs[1]);
        int taps = _node.Sampling.Taps, places = grid.Length / 2, plane = _node.Input.Shape.PlaneSize, channels = _node.Input.Shape.Channels;
        Span<int> cells = stackalloc int[taps];
        Span<double> weights = stackalloc double[taps], slopesX = stackalloc double[taps], slopesY = stackalloc double[taps];
        returned.Clear();
        for (int i = 0; i < places; i++)
        {
            _node.Sampling.Read(grid[2 * i], grid[2 * i + 1], cells, weights, slopesX, slopesY);
            if (_toGrid)
            {
                ReadOnlySpan<float> x = recorded.Activation(_node.Input);
                double alongX = 0, alongY = 0;
                for (int c = 0; c < channels; c++)
                {
                    for (int k = 0; k < taps; k++)
                    {
                        double moved = (double)arriving[c * places + i] * x[c * plane + cells[k]];
                        alongX += moved * slopesX[k];
                        alongY += moved * slopesY[k];
                    }
                }
                (returned[2 * i], returned[2 * i + 1]) = ((float)alongX, (float)alongY);
                continue;
            }
            for (int c = 0; c < channels; c++)
            {
                for (int k = 0; k < taps; k++)
                    returned[c * plane + cells[k]] += (float)weights[k] * arriving[c * places + i];
            }
        }
    }
}
