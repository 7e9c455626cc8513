using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>The table of contents of the reversal: which file knows which operator.</summary>
internal static class Operators
{
    /// <summary>The reversal of the way from input <paramref name="input"/> to output <paramref name="output"/> of a node, or null if the current passes unchanged.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">Position among the node's inputs.</param>
    /// <param name="output">Position among the node's outputs.</param>
    /// <param name="level">Level at which the current stood before it enters the operator, or null.</param>
    /// <param name="arriving">Shape of the current at the output.</param>
    /// <param name="rules">The chosen rules.</param>
    /// <exception cref="ReversalException">The operator cannot be reversed under these rules.</exception>
    public static OperatorReversal? Reverse(CnnNode node, int input, int output, TraceLevel? level, CurrentShape arriving, ReversalRules rules) => node switch
    {
        ConvNode conv => ConvReversal.Create(conv, arriving, rules.Options.Shape),
        ConvTransposeNode conv => ConvTransposeReversal.Create(conv, arriving),
        DenseNode dense => DenseReversal.Create(dense, rules.Options.TakePositive && level?.Kind != TraceLevelKind.Output),
        GroupDenseNode dense => GroupDenseReversal.Create(dense, arriving),
        AffineNode affine => AffineReversal.Create(affine, arriving, rules.Options.BatchNorm),
        ActivationNode activation => ActivationReversal.Create(activation, arriving, rules.Options),
        ParametricReluNode relu => ParametricReluReversal.Create(relu, arriving, rules.Options.Relu),
        ProductNode product => ProductReversal.Create(product, input, arriving, rules.Options),
        MatrixProductNode product => MatrixProductReversal.Create(product, input, arriving, rules.Options.Gate),
        ExtremumNode extremum => ExtremumReversal.Create(extremum, input, arriving),
        AxesNode axes => AxesReversal.Create(axes, arriving),
        NormalizeNode norm => NormalizeReversal.Create(norm, arriving, rules.Options.ResponseNorm),
        GroupExtremumNode extremum => GroupExtremumReversal.Create(extremum, arriving),
        OrderedNode ordered => OrderedReversal.Create(ordered, arriving),
        PlacesNode places => PlacesReversal.Create(places, arriving),
        SelectNode choice => SelectReversal.Create(choice, input, arriving, rules.Options.Gate),
        GridSampleNode sample => GridSampleReversal.Create(sample, input, arriving, rules.Options.Gate),
        ReduceNode reduce => ReduceReversal.Create(reduce, arriving),
        MaxPoolNode pool => MaxPoolReversal.Create(pool, arriving, rules.Unpooling(level), rules),
        AveragePoolNode pool => AveragePoolReversal.Create(pool, arriving, rules.Options.Shape),
        GlobalAveragePoolNode pool => GlobalAveragePoolReversal.Create(pool, rules.Options.GlobalPooling),
        LrnNode norm => ResponseNormReversal.Create(norm, arriving, rules.Options.ResponseNorm),
        SoftmaxNode softmax => SoftmaxReversal.Create(softmax, arriving, rules.Options.Softmax),
        ConcatNode concat => BoxReversal.OfConcat(concat, input, arriving),
        SplitNode split => BoxReversal.OfSplit(split, output, arriving),
        SliceNode slice => BoxReversal.OfSlice(slice, arriving),
        PadNode pad => BoxReversal.OfPad(pad, arriving),
        TransposeNode transpose => TransposeReversal.Create(transpose, arriving),
        AddNode or IdentityNode or QuantizeNode => null, // steps are a rounding of the identity
        ReshapeNode reshape => ViewOf(reshape, arriving),
        _ => throw new ReversalException(node, "has no reversal; put the cue below it, or export the model without it"),
    };

    /// <summary>Shape of a current behind <see cref="Reverse"/> returned null: the input's view of what arrived.</summary>
    public static CurrentShape Pass(CnnNode node, CurrentShape arriving) =>
        node is ReshapeNode ? arriving with { Shape = node.Input.Shape } : arriving;

    /// <summary>Refuses a current whose size is not the recorded one, for operators that have no meaning for another.</summary>
    public static void RequireRecorded(CnnNode node, CnnTensor output, CurrentShape arriving)
    {
        if (arriving.Count != output.Shape.Count || (arriving.Shape != output.Shape && !arriving.IsVector))
        {
            throw new ReversalException(
                node, $"the current that arrives at \"{output.Name}\" is {arriving.Shape} where the forward pass had {output.Shape}: use shape mode Restore");
        }
    }

    private static OperatorReversal? ViewOf(ReshapeNode reshape, CurrentShape arriving)
    {
        RequireRecorded(reshape, reshape.Output, arriving);
        return null;
    }
}
