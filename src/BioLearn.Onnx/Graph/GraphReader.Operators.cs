namespace BioLearn.Onnx.Graph;

/// <summary>The table of operators.</summary>
internal sealed partial class GraphReader
{
    private static readonly Dictionary<string, Action<GraphReader, NodeReader>> Readers = new()
    {
        ["Add"] = (g, n) => g.ReadSum(n),
        ["AveragePool"] = (g, n) => g.ReadAveragePool(n),
        ["BatchNormalization"] = (g, n) => g.ReadBatchNormalization(n),
        ["Cast"] = (g, n) => g.ReadIdentity(n),
        ["Clip"] = (g, n) => g.ReadClip(n),
        ["Concat"] = (g, n) => g.ReadConcat(n),
        ["Conv"] = (g, n) => g.ReadConv(n),
        ["ConvTranspose"] = (g, n) => g.ReadConvTranspose(n),
        ["Div"] = (g, n) => g.ReadQuotient(n),
        ["Dropout"] = (g, n) => g.ReadIdentity(n),
        ["Flatten"] = (g, n) => g.ReadFlatten(n),
        ["Gemm"] = (g, n) => g.ReadGemm(n),
        ["GlobalAveragePool"] = (g, n) => g.ReadGlobalAveragePool(n),
        ["GlobalMaxPool"] = (g, n) => g.ReadGlobalMaxPool(n),
        ["Identity"] = (g, n) => g.ReadIdentity(n),
        ["LRN"] = (g, n) => g.ReadLrn(n),
        ["LeakyRelu"] = (g, n) => g.AddNode(new ActivationNode(Same(n), ActivationKind.LeakyRelu, alpha: n.Float("alpha", 0.01f))),
        ["LogSoftmax"] = (g, n) => g.ReadSoftmax(n, logarithm: true),
        ["MatMul"] = (g, n) => g.ReadMatMul(n),
        ["MaxPool"] = (g, n) => g.ReadMaxPool(n),
        ["Mul"] = (g, n) => g.ReadProduct(n),
        ["Pad"] = (g, n) => g.ReadPad(n),
        ["ReduceMean"] = (g, n) => g.ReadReduceMean(n),
        ["Relu"] = (g, n) => g.AddNode(new ActivationNode(Same(n), ActivationKind.Relu)),
        ["Reshape"] = (g, n) => g.ReadReshape(n),
        ["Sigmoid"] = (g, n) => g.AddNode(new ActivationNode(Same(n), ActivationKind.Sigmoid)),
        ["Slice"] = (g, n) => g.ReadSlice(n),
        ["Softmax"] = (g, n) => g.ReadSoftmax(n, logarithm: false),
        ["Split"] = (g, n) => g.ReadSplit(n),
        ["Squeeze"] = (g, n) => g.ReadSqueeze(n),
        ["Sub"] = (g, n) => g.ReadDifference(n),
        ["Sum"] = (g, n) => g.ReadSum(n),
        ["Tanh"] = (g, n) => g.AddNode(new ActivationNode(Same(n), ActivationKind.Tanh)),
        ["Transpose"] = (g, n) => g.ReadTranspose(n),
        ["Unsqueeze"] = (g, n) => g.ReadUnsqueeze(n),
    };

    /// <summary>The operators that can be read.</summary>
    public static IEnumerable<string> KnownOperators => Readers.Keys;

    private void ReadNode(NodeReader node)
    {
        if (!_responseNorm.TryRead(node)) ReadOperator(node);
    }

    /// <summary>Reads a node by the table.</summary>
    public void ReadOperator(NodeReader node)
    {
        if (!Readers.TryGetValue(node.OpType, out Action<GraphReader, NodeReader>? read))
            throw node.Error($"the operator cannot be reversed; those that can are {string.Join(", ", KnownOperators)}");
        if (node.InputCount == 0) throw node.Error("has no inputs");
        foreach (string input in node.Proto.Input)
        {
            if (input.Length > 0 && !_data.ContainsKey(input) && !_constants.ContainsKey(input)) throw node.Error($"nothing computes its input \"{input}\"");
        }
        read(this, node);
    }

    private static NodeHead Same(NodeReader node) => node.Head(node.Data(0), node.Data(0).Shape);

    private void ReadIdentity(NodeReader node) => AddNode(new IdentityNode(Same(node)));
}
