namespace BioLearn.Onnx.Graph;

/// <summary>The table of operators.</summary>
internal sealed partial class GraphReader
{
    private static readonly Dictionary<string, Action<GraphReader, NodeReader>> Readers = new()
    {
        ["Add"] = (g, n) => g.ReadSum(n),
        ["AffineGrid"] = (g, n) => g.ReadAffineGrid(n),
        ["ArgMax"] = (g, n) => g.ReadClosing(n),
        ["AveragePool"] = (g, n) => g.ReadAveragePool(n),
        ["BatchNormalization"] = (g, n) => g.ReadBatchNormalization(n),
        ["Cast"] = (g, n) => g.ReadIdentity(n),
        ["Clip"] = (g, n) => g.ReadClip(n),
        ["Concat"] = (g, n) => g.ReadConcat(n),
        ["Conv"] = (g, n) => g.ReadConv(n),
        ["ConvTranspose"] = (g, n) => g.ReadConvTranspose(n),
        ["CumSum"] = (g, n) => g.ReadCumulativeSum(n),
        ["DepthToSpace"] = (g, n) => g.ReadDepthToSpace(n, back: false),
        ["DequantizeLinear"] = (g, n) => g.ReadDequantize(n),
        ["Div"] = (g, n) => g.ReadQuotient(n),
        ["Dropout"] = (g, n) => g.ReadIdentity(n),
        ["Einsum"] = (g, n) => g.ReadEinsum(n),
        ["Expand"] = (g, n) => g.ReadExpand(n),
        ["Flatten"] = (g, n) => g.ReadFlatten(n),
        ["Gather"] = (g, n) => g.ReadGather(n),
        ["GatherElements"] = (g, n) => g.ReadGatherElements(n),
        ["GatherND"] = (g, n) => g.ReadGatherBlocks(n),
        ["Gemm"] = (g, n) => g.ReadGemm(n),
        ["GlobalAveragePool"] = (g, n) => g.ReadGlobalAveragePool(n),
        ["GlobalMaxPool"] = (g, n) => g.ReadGlobalMaxPool(n),
        ["GridSample"] = (g, n) => g.ReadGridSample(n),
        ["GroupNormalization"] = (g, n) => g.ReadGroupNormalization(n),
        ["Identity"] = (g, n) => g.ReadIdentity(n),
        ["InstanceNormalization"] = (g, n) => g.ReadInstanceNormalization(n),
        ["LRN"] = (g, n) => g.ReadLrn(n),
        ["LayerNormalization"] = (g, n) => g.ReadLayerNormalization(n),
        ["LogSoftmax"] = (g, n) => g.ReadSoftmax(n, logarithm: true),
        ["LpNormalization"] = (g, n) => g.ReadLpNormalization(n),
        ["MatMul"] = (g, n) => g.ReadMatMul(n),
        ["Max"] = (g, n) => g.ReadExtremum(n, greatest: true),
        ["MaxPool"] = (g, n) => g.ReadMaxPool(n),
        ["MeanVarianceNormalization"] = (g, n) => g.ReadMeanVarianceNormalization(n),
        ["Min"] = (g, n) => g.ReadExtremum(n, greatest: false),
        ["Mul"] = (g, n) => g.ReadProduct(n),
        ["PRelu"] = (g, n) => g.ReadParametricRelu(n),
        ["Pad"] = (g, n) => g.ReadPad(n),
        ["Pow"] = (g, n) => g.ReadPower(n),
        ["QuantizeLinear"] = (g, n) => g.ReadQuantize(n),
        ["ReduceL2"] = (g, n) => g.ReadReduction(n),
        ["ReduceMax"] = (g, n) => g.ReadReduction(n),
        ["ReduceMin"] = (g, n) => g.ReadReduction(n),
        ["ReduceMean"] = (g, n) => g.ReadReduction(n),
        ["ReduceSum"] = (g, n) => g.ReadReduction(n),
        ["Reshape"] = (g, n) => g.ReadReshape(n),
        ["Resize"] = (g, n) => g.ReadResize(n),
        ["ScatterElements"] = (g, n) => g.ReadScatter(n),
        ["ScatterND"] = (g, n) => g.ReadScatter(n),
        ["Slice"] = (g, n) => g.ReadSlice(n),
        ["Softmax"] = (g, n) => g.ReadSoftmax(n, logarithm: false),
        ["SpaceToDepth"] = (g, n) => g.ReadDepthToSpace(n, back: true),
        ["Split"] = (g, n) => g.ReadSplit(n),
        ["Squeeze"] = (g, n) => g.ReadSqueeze(n),
        ["Sub"] = (g, n) => g.ReadDifference(n),
        ["Sum"] = (g, n) => g.ReadSum(n),
        ["Tile"] = (g, n) => g.ReadTile(n),
        ["TopK"] = (g, n) => g.ReadTopK(n),
        ["Transpose"] = (g, n) => g.ReadTranspose(n),
        ["Trilu"] = (g, n) => g.ReadTrilu(n),
        ["Unsqueeze"] = (g, n) => g.ReadUnsqueeze(n),
        ["Upsample"] = (g, n) => g.ReadResize(n),
        ["Where"] = (g, n) => g.ReadWhere(n),
    };

    /// <summary>The operators that can be read.</summary>
    public static IEnumerable<string> KnownOperators => Readers.Keys.Concat(Functions.Keys).Where(name => name[0] != ':').Concat(CompositeOperators.Names).Order(StringComparer.Ordinal);

    private void ReadNode(NodeReader node)
    {
        if (TreatsLayoutsAlike(node)) ReadChannelsLast(node);
        else if (IsAlongOneAxis(node)) ReadAlongOneAxis(node);
        else if (IsOfOneImage(node)) ReadOfOneImage(node);
        else if (!_responseNorm.TryRead(node)) ReadOperator(node);
        CarryQuantization(node);
    }

    /// <summary>Reads a node by the table.</summary>
    public void ReadOperator(NodeReader node)
    {
        Readers.TryGetValue(node.OpType, out Action<GraphReader, NodeReader>? read);
        Functions.TryGetValue(node.OpType, out Func<NodeReader, NodeHead, CnnNode>? function);
        if (read is null && function is null) throw node.Refusal("the operator cannot be reversed; docs/recollection.md lists those that can");
        if (node.InputCount == 0) throw node.Error("has no inputs");
        foreach (string input in node.Proto.Input)
        {
            if (input.Length > 0 && !_constants.ContainsKey(input) && AxesInFile(input, 1) is null) throw node.Error($"nothing computes its input \"{input}\"");
        }
        if (read is not null) read(this, node);
        else AddNode(function!(node, Same(node)));
    }

    private static NodeHead Same(NodeReader node) => node.Head(node.Data(0), node.Data(0).Shape);

    private void ReadIdentity(NodeReader node) => AddNode(new IdentityNode(Same(node)));

    // The best classes of a classifier: what the network computes is what they are taken from.
    private void ReadClosing(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        if (_read.Overlaps(node.Proto.Output)) throw node.Refusal("computes with the places of the greatest values");
        foreach (string output in node.Proto.Output.Where(o => o.Length > 0)) AddData(output, input);
    }
}
