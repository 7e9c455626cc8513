using System.Collections.Immutable;

namespace BioLearn.Onnx.Graph;

/// <summary>Finds the trace levels of a network: outputs of activations and of pools, the output layer, and the image.</summary>
internal static class TraceLevels
{
    /// <summary>The output before a closing Softmax, activation or identity.</summary>
    public static CnnTensor FindLogits(CnnGraph graph)
    {
        CnnTensor tensor = graph.Output;
        while (graph.ProducerOf(tensor) is SoftmaxNode or ActivationNode or IdentityNode) tensor = graph.ProducerOf(tensor)!.Input;
        return tensor == graph.Input ? graph.Output : tensor;
    }

    public static ImmutableArray<TraceLevel> Find(CnnGraph graph)
    {
        CnnTensor logitsSource = SourceOfView(graph, graph.Logits);
        var found = new List<(TraceLevelKind Kind, CnnTensor Tensor)> { (TraceLevelKind.Output, graph.Logits) };
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            CnnNode node = graph.Nodes[i];
            if (KindOf(graph, node) is { } kind && node.Output != logitsSource && node.Output.Index < graph.Logits.Index) found.Add((kind, node.Output));
        }
        found.Add((TraceLevelKind.Image, graph.Input));
        return [.. found.Select((f, index) => new TraceLevel(index, f.Kind, f.Tensor))];
    }

    private static TraceLevelKind? KindOf(CnnGraph graph, CnnNode node) => node switch
    {
        ActivationNode => TraceLevelKind.Activation,
        MaxPoolNode => TraceLevelKind.MaxPool,
        AveragePoolNode => TraceLevelKind.AveragePool,
        GlobalAveragePoolNode => TraceLevelKind.GlobalAveragePool,
        ConvNode conv when ReplacesPool(graph, conv) => TraceLevelKind.PoolingConvolution,
        _ => null,
    };

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
