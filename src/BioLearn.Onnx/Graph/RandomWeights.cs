using BioLearn.Kernels.Random;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// The same network untrained: weights and biases drawn anew, uniform within +-1/sqrt(fan-in) as PyTorch initialises its layers, batch normalisation
/// as it is before training (the identity). What such a network recollects owes nothing to learning.
/// </summary>
internal static class RandomWeights
{
    public static CnnGraph Redraw(CnnGraph graph, long seed)
    {
        var behindWeights = false;
        var nodes = graph.Nodes.Select(node =>
        {
            behindWeights |= node is ConvNode or ConvTransposeNode or DenseNode or GroupDenseNode;
            return Redraw(node, behindWeights, new RandomStream(seed, $"untrained/{node.Name}"));
        });
        return new(graph.File, graph.Name, graph.Input, graph.Output, graph.Tensors, [.. nodes], graph.TakesBytes, graph.EndsBefore);
    }

    private static CnnNode Redraw(CnnNode node, bool behindWeights, RandomStream stream)
    {
        var head = new NodeHead(node.Name, node.OpType, node.Inputs, node.Outputs);
        return node switch
        {
            ConvNode conv => Weighted(conv.Weights, conv.Bias, conv.Weights.Length / conv.Output.Shape.Channels, (w, b) => new ConvNode(head, conv.Window, conv.Groups, w, b)),
            ConvTransposeNode conv => Weighted(conv.Weights, conv.Bias, conv.Weights.Length / conv.Input.Shape.Channels, (w, b) => new ConvTransposeNode(head, conv.Window, conv.Groups, w, b)),
            DenseNode dense => Weighted(dense.Weights, dense.Bias, dense.InputSize, (w, b) => new DenseNode(head, w, b)),
            GroupDenseNode dense => Weighted(dense.Weights, null, dense.Inner, (w, _) => new GroupDenseNode(head, w)),

            // In front of the first weights an affine step is part of the input's preparation, behind them it is a normalisation or a bias; one
            // number for all values is arithmetic (the 3 and the 6 of a hard swish).
            AffineNode affine when behindWeights && !(IsUniform(affine.Scale) && IsUniform(affine.Shift)) => new AffineNode(head, Filled(affine.Scale.Length, 1), Filled(affine.Shift.Length, 0)),
            ParametricReluNode relu => new ParametricReluNode(head, [.. relu.Slopes.Select(_ => 0.25f)]),
            _ => node,
        };

        CnnNode Weighted(float[] weights, float[]? bias, int fanIn, Func<float[], float[]?, CnnNode> make) =>
            make(Draw(weights.Length, fanIn), bias is null ? null : Draw(bias.Length, fanIn));

        float[] Draw(int count, int fanIn)
        {
            var values = new float[count];
            var bound = 1 / MathF.Sqrt(fanIn);
            stream.FillUniform(values.AsSpan(), -bound, bound);
            return values;
        }
    }

    private static bool IsUniform(float[] values) => values.AsSpan().IndexOfAnyExcept(values[0]) < 0;

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}
