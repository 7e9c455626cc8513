using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>A network that cannot be run backwards as asked: the operator concerned, and what could be done.</summary>
public sealed class ReversalException : InvalidOperationException
{
    internal ReversalException(CnnNode node, string problem)
        : base($"node \"{node.Name}\" ({node.OpType}): {problem}")
    {
        NodeName = node.Name;
        OpType = node.OpType;
    }

    internal ReversalException(CnnTensor tensor, string problem)
        : base($"tensor \"{tensor.Name}\": {problem}")
    {
    }

    /// <summary>Name of the node concerned, or null.</summary>
    public string? NodeName { get; }

    /// <summary>Operator of the node concerned, or null.</summary>
    public string? OpType { get; }
}
