using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Gather, Tile, Expand, mirrored padding, Resize: what a position of the output read, it gives back to where it read it, by the same weights (the
/// adjoint). Axis by axis, the last first.
/// </summary>
internal sealed class AxesReversal : OperatorReversal
{
    private readonly AxesNode _node;

    private AxesReversal(AxesNode node) => _node = node;

    public static AxesReversal Create(AxesNode node, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node) { Returned = new(node.Input.Shape, node.Input.Shape.Rank == 1) };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        int[] sizes = [.. _node.Output.Shape.Dimensions];
        float[] current = arriving.ToArray();
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            if (_node.Maps[axis] is not { } map)
                continue;
            int inner = sizes.Skip(axis + 1).Aggregate(1, (p, d) => p * d), outer = current.Length / (inner * map.OutputSize);
            var back = new float[outer * map.InputSize * inner];
            for (int o = 0; o < outer; o++)
                Back(map, current.AsSpan(o * map.OutputSize * inner, map.OutputSize * inner), back.AsSpan(o * map.InputSize * inner, map.InputSize * inner), inner);
            current = back;
            sizes[axis] = map.InputSize;
        }
        current.CopyTo(returned);
    }

    private static void Back(AxisMap map, ReadOnlySpan<float> from, Span<float> to, int inner)
    {
        for (int i = 0; i < map.OutputSize; i++)
        {
            ReadOnlySpan<float> row = from.Slice(i * inner, inner);
            for (int k = 0; k < map.Taps; k++)
            {
                float weight = map.Weights is null ? 1 : map.Weights[i * map.Taps + k];
                if (weight == 0)
                    continue;
                Span<float> target = to.Slice((map.Starts[i] + k) * inner, inner);
                for (int j = 0; j < inner; j++)
                    target[j] += weight * row[j];
            }
        }
    }
}
