using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>Finds the trace levels of a network: outputs of activations and of pools, the output layer, and the image.</summary>
internal static class TraceLevels
{
    /// <summary>The output before a closing Softmax, activation or identity.</summary>
    public static CnnTensor FindLogits(CnnGraph graph)
    {
        CnnTensor tensor = graph.Output;
        if (graph.EndsBefore is not null) return tensor;
        while (graph.ProducerOf(tensor) is SoftmaxNode or ActivationNode { IsActivation: true } or ParametricReluNode or IdentityNode or QuantizeNode) tensor = graph.ProducerOf(tensor)!.Input;
        return tensor == graph.Input ? graph.Output : tensor;
    }

    public static ImmutableArray<TraceLevel> Find(CnnGraph graph)
    {
        CnnTensor logitsSource = SourceOfView(graph, graph.Logits);
        HashSet<CnnTensor> carrying = Carrying(graph);
        var found = new List<(TraceLevelKind Kind, CnnTensor Tensor)> { (TraceLevelKind.Output, graph.Logits) };
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            CnnNode node = graph.Nodes[i];
            if (KindOf(graph, node) is { } kind && carrying.Contains(node.Output) && node.Output != logitsSource && node.Output.Index < graph.Logits.Index) found.Add((kind, node.Output));
        }
        found.Add((TraceLevelKind.Image, graph.Input));
        return [.. found.Select((f, index) => new TraceLevel(index, f.Kind, f.Tensor))];
    }

    private static TraceLevelKind? KindOf(CnnGraph graph, CnnNode node) => node switch
    {
        ActivationNode { IsActivation: true } or ParametricReluNode or ExtremumNode or ProductNode { IsActivation: true } => TraceLevelKind.Activation,
        MaxPoolNode => TraceLevelKind.MaxPool,
        AveragePoolNode => TraceLevelKind.AveragePool,
        GlobalAveragePoolNode => TraceLevelKind.GlobalAveragePool,
        ConvNode conv when ReplacesPool(graph, conv) => TraceLevelKind.PoolingConvolution,
        _ => null,
    };

    // The tensors on ways from the image to the output that pass no gate: what only opens and closes gates is no level.
    private static HashSet<CnnTensor> Carrying(CnnGraph graph)
    {
        var carrying = new HashSet<CnnTensor> { graph.Output, graph.Logits };
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            CnnNode node = graph.Nodes[i];
            if (!node.Outputs.Any(carrying.Contains)) continue;
            int gate = node switch { GatedNode product => product.Gate, SelectNode choice => choice.Condition.Input, _ => -1 };
            for (int input = 0; input < node.Inputs.Length; input++)
            {
                if (input != gate) carrying.Add(node.Inputs[input]);
            }
        }
        return carrying;
    }

    // A net without max-pools has in their place a strided convolution C -> C with nothing nonlinear behind it: what
    // reads it is the next convolution or dense layer.
    private static bool ReplacesPool(CnnGraph graph, ConvNode conv) =>
        conv.Window.StrideHeight > 1
        && conv.Input.Shape.Channels == conv.Output.Shape.Channels
        && graph.ConsumersOf(conv.Output).All(c => FirstBehindViews(graph, c) is ConvNode or DenseNode);

    private static CnnNode FirstBehindViews(CnnGraph graph, CnnNode node)
    {
        while (node is ReshapeNode or IdentityNode && graph.ConsumersOf(node.Output) is [var only]) node = only;
        return node;
    }

    private static CnnTensor SourceOfView(CnnGraph graph, CnnTensor tensor)
    {
        while (graph.ProducerOf(tensor) is ReshapeNode or IdentityNode) tensor = graph.ProducerOf(tensor)!.Input;
        return tensor;
    }
}
