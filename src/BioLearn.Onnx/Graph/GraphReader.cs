using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Reads an ONNX file into a <see cref="CnnGraph"/>: finds the output, orders the nodes, folds what is constant, and
/// turns each remaining node into its typed form with all shapes known. Everything that is not understood is refused
/// here, with the node's name, so that nothing unchecked reaches the native runtime.
/// </summary>
internal sealed partial class GraphReader
{
    private readonly Dictionary<string, OnnxConstant> _constants = [];
    private readonly Dictionary<string, CnnTensor> _data = [];
    private readonly List<CnnTensor> _tensors = [];
    private readonly List<CnnNode> _nodes = [];
    private readonly ConstantReader _constantReader;
    private readonly ConstantFolder _folder;
    private readonly ResponseNormPattern _responseNorm;
    private readonly Dictionary<CnnTensor, CnnNode> _producers = [];
    private readonly Dictionary<string, OnnxModelException> _beyondReach = [];
    private readonly HashSet<string> _read = [];
    private long _activationValues;
    private double _multiplyAdds;
    private bool _assumedSize;
    private bool _takesBytes;

    private GraphReader(string? file, int operatorSet)
    {
        File = file;
        OperatorSet = operatorSet;
        _constantReader = new(file);
        _folder = new(this);
        _responseNorm = new(this);
    }

    public string? File { get; }

    public int OperatorSet { get; }

    /// <summary>The batch size that the file is fixed to, or null if it is free.</summary>
    public int? FixedBatch { get; private set; }

    /// <summary>Reads a model file.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="inputSize">Height and width for a model whose file leaves them open; ignored otherwise.</param>
    /// <exception cref="OnnxModelException">The file is damaged, or holds something that cannot be reversed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CnnGraph Read(string path, (int Height, int Width)? inputSize = null)
    {
        using FileStream stream = System.IO.File.OpenRead(path);
        return Read(stream, path, inputSize);
    }

    /// <summary>Reads a model from a stream; <paramref name="file"/> is its name in messages.</summary>
    public static CnnGraph Read(Stream stream, string? file, (int Height, int Width)? inputSize = null)
    {
        ModelProto model = OnnxFile.Parse(stream, file);
        LocalFunctions.Inline(model, file);
        var reader = new GraphReader(file, OnnxFile.OperatorSet(model, file));
        return reader.Read(model.Graph, inputSize);
    }

    private CnnGraph Read(GraphProto graph, (int, int)? inputSize)
    {
        var plan = GraphPlan.Make(graph, File);
        _read.UnionWith(plan.OrderedNodes.SelectMany(node => node.Input));
        ReadInitializers(graph, plan.NeededNames);
        CnnTensor input = ReadInput(graph, plan, inputSize);
        try
        {
            ReadNodes(plan.OrderedNodes, depth: 0);
        }
        catch (OnnxModelException problem) when (problem.NodeName is { } node && _assumedSize)
        {
            throw new OnnxModelException(
                $"{problem.Problem}; the file leaves height and width of its image open, and {input.Shape.Height} x {input.Shape.Width} was taken: perhaps it wants another (OpenInputSize, --input-size)",
                File, node, problem.OpType, problem);
        }
        if (_beyondReach.TryGetValue(plan.OutputName, out OnnxModelException? refused)) return WithinReach(graph.Name, input, refused);
        CnnTensor output = TensorOrNull(plan.OutputName) ?? _whole.GetValueOrDefault(plan.OutputName) ?? throw Error($"the output \"{plan.OutputName}\" does not depend on the image");
        return PrunedGraph(graph.Name, input, output, null);
    }

    // What lies below the operators that cannot be read is a network too: its output is the last of the maps that it makes.
    private CnnGraph WithinReach(string name, CnnTensor input, OnnxModelException refused)
    {
        CnnNode? last = _nodes.LastOrDefault(node => node is ActivationNode { IsActivation: true } or MaxPoolNode or ConvNode or GatedNode or Graph.AddNode && node.Output.Shape is { Rank: 3, PlaneSize: > 1 });
        bool isNetwork = last is not null && _nodes.Any(node => node is ConvNode) && _nodes.Any(node => node is ActivationNode { IsActivation: true } or MaxPoolNode);
        return isNetwork ? PrunedGraph(name, input, last!.Output, refused) : throw refused;
    }

    private void ReadInitializers(GraphProto graph, IReadOnlySet<string> needed)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (needed.Contains(tensor.Name)) AddConstant(tensor.Name, _constantReader.Read(tensor));
        }
    }

    private void ReadNodes(IEnumerable<NodeProto> nodes, int depth)
    {
        foreach (NodeProto proto in nodes)
        {
            var node = new NodeReader(proto, this);
            try
            {
                if (proto.Input.FirstOrDefault(_beyondReach.ContainsKey) is { } source) throw _beyondReach[source];
                if (proto.Domain is "" or "ai.onnx" && proto.OpType != "If" && _folder.TryFold(node) is { } constant) AddConstant(proto.Output[0], constant);
                else if (proto.Domain is "" or "ai.onnx" && _folder.TrySplit(node) is { } pieces)
                {
                    for (int i = 0; i < pieces.Length; i++) AddConstant(proto.Output[i], pieces[i]);
                }
                else if (CompositeOperators.Spell(proto, File) is { } parts) ReadNodes(parts, depth);
                else if (proto.Domain is not ("" or "ai.onnx")) throw node.Refusal($"belongs to the operator domain \"{proto.Domain}\"; only standard ONNX operators can be reversed: export without vendor optimisations");
                else if (proto.OpType == "If") InlineBranch(node, depth);
                else ReadNode(node);
            }
            catch (OnnxModelException refusal) when (refusal.IsBeyondReach && depth == 0)
            {
                foreach (string output in proto.Output.Where(o => o.Length > 0)) _beyondReach.TryAdd(output, refusal);
            }
        }
    }

    // Exporters guard shapes with If; once the condition is constant, one branch simply is the graph.
    private void InlineBranch(NodeReader node, int depth)
    {
        if (depth >= 8) throw node.Error("conditions are nested too deeply");
        bool condition = node.Constant(0).Longs is [var only] ? only != 0 : throw node.Error("the condition must be one value");
        GraphProto branch = node.Attribute(condition ? "then_branch" : "else_branch")?.G ?? throw node.Error("has no branch for its condition");
        if (branch.Output.Count != node.Proto.Output.Count) throw node.Error("the branch has another number of outputs");
        foreach (TensorProto tensor in branch.Initializer) AddConstant(tensor.Name, _constantReader.Read(tensor));
        ReadNodes(GraphPlan.Order(branch.Node, File), depth + 1);
        for (int i = 0; i < branch.Output.Count; i++)
        {
            string inner = branch.Output[i].Name, outer = node.Proto.Output[i];
            if (_constants.TryGetValue(inner, out OnnxConstant? constant)) AddConstant(outer, constant);
            else AddData(outer, TensorOrNull(inner) ?? throw node.Error($"the branch does not compute its output \"{inner}\""));
        }
    }

    /// <summary>The graph without nodes that do not lead to the output (inputs of folded shapes), with tensors renumbered.</summary>
    private CnnGraph PrunedGraph(string name, CnnTensor input, CnnTensor output, OnnxModelException? refused)
    {
        var needed = new HashSet<CnnTensor> { output };
        var kept = new List<CnnNode>();
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (!_nodes[i].Outputs.Any(needed.Contains)) continue;
            kept.Add(_nodes[i]);
            needed.UnionWith(_nodes[i].Inputs);
            needed.UnionWith(_nodes[i].Outputs);
        }
        if (!needed.Contains(input)) throw Error("the output does not depend on the image");
        kept.Reverse();
        CnnTensor[] tensors = [.. _tensors.Where(needed.Contains)];
        for (int i = 0; i < tensors.Length; i++) tensors[i].Index = i;
        return new(File, name, input, output, [.. tensors], [.. kept], _takesBytes, refused);
    }

    public OnnxModelException Error(string problem) => new(problem, File);

    public OnnxConstant ReadTensor(TensorProto tensor) => _constantReader.Read(tensor);

    public OnnxConstant? ConstantOrNull(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Registers a tensor that a node computes, after checking that it is not too large.</summary>
    public CnnTensor AddTensor(NodeReader node, string name, TensorShape shape) => AddTensor(name, shape, node.Error);

    private CnnTensor AddTensor(string name, TensorShape shape, Func<string, OnnxModelException> error)
    {
        if (shape.Count is 0 or > (int)Limits.ActivationValues) throw error($"has the shape {shape}: 1 to {Limits.ActivationValues} values an image are possible");
        _activationValues += shape.Count;
        if (_activationValues > Limits.AllActivationValues) throw error($"brings the activations of one image to more than {Limits.AllActivationValues} values");
        var tensor = new CnnTensor(_tensors.Count, name, shape);
        _tensors.Add(tensor);
        AddData(name, tensor);
        return tensor;
    }

    private void AddData(string name, CnnTensor tensor)
    {
        if (_constants.ContainsKey(name) || _channelsLast.ContainsKey(name) || _whole.ContainsKey(name) || !_data.TryAdd(name, tensor)) throw Error($"two nodes compute \"{name}\"");
    }

    private void AddConstant(string name, OnnxConstant constant)
    {
        if (_data.ContainsKey(name) || _channelsLast.ContainsKey(name) || _whole.ContainsKey(name) || !_constants.TryAdd(name, constant)) throw Error($"two nodes or initializers are named \"{name}\"");
    }

    private void AddNode(CnnNode node)
    {
        _nodes.Add(node);
        foreach (CnnTensor output in node.Outputs) _producers[output] = node;
    }

    /// <summary>Counts the work of a node, and refuses what would never end.</summary>
    private void AddWork(NodeReader node, double multiplyAdds)
    {
        _multiplyAdds += multiplyAdds;
        if (_multiplyAdds > Limits.MultiplyAdds) throw node.Error($"brings the work for one image to more than {Limits.MultiplyAdds:0e0} multiply-adds");
    }
}
