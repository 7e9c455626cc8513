using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>The table of contents of the way forward: which file knows which operator. Reversals of all of them, and of more, are in <c>Reversal</c>.</summary>
internal static class ForwardOperators
{
    /// <summary>Whether an operator runs on the project's own kernels; a network with any other runs on ONNX Runtime.</summary>
    public static bool Knows(CnnNode node) => node
        is ConvNode or ConvTransposeNode or DenseNode or AffineNode { IsPerChannel: true } or MaxPoolNode or AveragePoolNode or GlobalAveragePoolNode
        or AddNode or ConcatNode { Axis: 0 } or ReshapeNode or IdentityNode
        or ActivationNode { Kind: ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Clip };

    /// <summary>Whether an operator can rectify its own output.</summary>
    public static bool Rectifies(CnnNode node) => node is ConvNode or DenseNode or AffineNode or AddNode;

    /// <summary>The step of a node.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="output">What it writes: its own output, or that of the ReLU behind it.</param>
    /// <param name="rectify">Whether it rectifies its output.</param>
    public static ForwardOperator Create(CnnNode node, CnnTensor output, bool rectify) => node switch
    {
        ConvNode conv => ConvForward.Of(conv, output, rectify),
        ConvTransposeNode conv => ConvForward.Of(conv),
        DenseNode dense => DenseForward.Of(dense, output, rectify),
        AffineNode affine => AffineForward.Of(affine, output, rectify),
        ActivationNode activation => ActivationForward.Of(activation),
        MaxPoolNode pool => MaxPoolForward.Of(pool),
        AveragePoolNode pool => AveragePoolForward.Of(pool),
        GlobalAveragePoolNode pool => GlobalAveragePoolForward.Of(pool),
        AddNode add => AddForward.Of(add, output, rectify),
        ConcatNode or ReshapeNode or IdentityNode => CopyForward.Of(node),
        _ => throw new InvalidOperationException($"{node} has no way forward here"),
    };
}
