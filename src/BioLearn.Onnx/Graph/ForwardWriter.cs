using BioLearn.Onnx.Graph.Wire;
using static BioLearn.Onnx.Graph.GraphWriter;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Writes a <see cref="CnnGraph"/> as an ONNX graph with float32 weights and a free batch dimension, exposing chosen
/// tensors and pool indices.
/// </summary>
internal sealed partial class ForwardWriter
{
    private readonly GraphWriter _writer;
    private readonly Func<CnnTensor, string> _nameOf;
    private readonly Dictionary<float[], string> _weights = new(ReferenceEqualityComparer.Instance);

    private ForwardWriter(GraphWriter writer, Func<CnnTensor, string> nameOf) => (_writer, _nameOf) = (writer, nameOf);

    /// <summary>Name of a tensor in the written graph.</summary>
    public static string NameOf(CnnTensor tensor) => $"t{tensor.Index}";

    /// <summary>Name of the indices that a max-pool with this output writes.</summary>
    public static string IndicesOf(CnnTensor poolOutput) => $"i{poolOutput.Index}";

    /// <summary>The whole graph as a model of its own.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="exposed">Tensors to declare as outputs.</param>
    /// <param name="pools">Max-pools whose indices to declare as outputs.</param>
    public static ModelProto Write(CnnGraph graph, IReadOnlyCollection<CnnTensor> exposed, IReadOnlyCollection<MaxPoolNode> pools)
    {
        var writer = new GraphWriter("forward");
        writer.Input(NameOf(graph.Input), graph.Input.Shape.Dimensions.AsSpan());
        Append(writer, graph, exposed, pools);
        foreach (CnnTensor t in exposed) writer.Output(NameOf(t), t.Shape.Dimensions.AsSpan());
        foreach (MaxPoolNode p in pools) writer.IndexOutput(IndicesOf(p.Output), p.Output.Shape.Dimensions.AsSpan());
        return writer.ToModel();
    }

    /// <summary>Appends the nodes that the exposed tensors and indices need.</summary>
    public static void Append(GraphWriter writer, CnnGraph graph, IEnumerable<CnnTensor> exposed, IReadOnlyCollection<MaxPoolNode> pools)
    {
        var forward = new ForwardWriter(writer, NameOf);
        var needed = new HashSet<CnnTensor>(exposed.Concat(pools.Select(p => p.Output)));
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            if (graph.Nodes[i].Outputs.Any(needed.Contains)) needed.UnionWith(graph.Nodes[i].Inputs);
        }
        foreach (CnnNode node in graph.Nodes.Where(n => n.Outputs.Any(needed.Contains))) forward.Append(node, node is MaxPoolNode pool && pools.Contains(pool));
    }

    private void Append(CnnNode node, bool withIndices)
    {
        switch (node)
        {
            case ConvNode conv:
                Emit(node, "Conv", Inputs(node, Weights(conv.Weights, conv.Output.Shape.Channels, conv.Input.Shape.Channels / conv.Groups, conv.Window.KernelHeight, conv.Window.KernelWidth), conv.Bias), [.. WindowAttributes(conv.Window), .. KernelAttributes(conv.Window, conv.Groups)]);
                break;
            case ConvTransposeNode conv: AppendConvTranspose(conv); break;
            case DenseNode dense when dense.Input.Shape.Rank > 1: AppendRows(dense); break;
            case DenseNode dense:
                Emit(node, "Gemm", Inputs(node, Weights(dense.Weights, dense.OutputSize, dense.InputSize), dense.Bias), Attribute("transB", 1));
                break;
            case GroupDenseNode dense: Emit(node, "MatMul", [In(node), Weights(dense.Weights, [.. dense.Input.Shape.Dimensions[..^2], dense.Inner, dense.Columns])]); break;
            case AffineNode affine: AppendAffine(affine); break;
            case ActivationNode activation: AppendActivation(activation); break;
            case MaxPoolNode pool:
                _writer.Node("MaxPool", [In(node)], withIndices ? [Out(node), IndicesOf(node.Output)] : [Out(node)], [.. WindowAttributes(pool.Window), List("dilations", pool.Window.DilationHeight, pool.Window.DilationWidth)]);
                break;
            case AveragePoolNode pool: AppendAveragePool(pool); break;
            case GlobalAveragePoolNode when node.Output.Shape.Rank == 3: Emit(node, "GlobalAveragePool", [In(node)]); break;
            case ParametricReluNode relu: AppendParametricRelu(relu); break;
            case ProductNode product: AppendProduct(product); break;
            case MatrixProductNode: Emit(node, "MatMul", [.. node.Inputs.Select(_nameOf)]); break;
            case ExtremumNode extremum: Emit(node, extremum.Greatest ? "Max" : "Min", [.. node.Inputs.Select(_nameOf)]); break;
            case QuantizeNode quantize: AppendQuantize(quantize); break;
            case AxesNode axes: AppendAxes(axes); break;
            case NormalizeNode normalize: AppendNormalize(normalize); break;
            case ReduceNode reduce: AppendReduce(reduce); break;
            case GroupExtremumNode extremum:
                AppendReshaped(node, _writer.Node(extremum.Greatest ? "ReduceMax" : "ReduceMin", [Grouped(node, extremum.Groups), _writer.Constant(2)]));
                break;
            case PlacesNode places: AppendPlaces(places); break;
            case SelectNode choice: AppendChoice(choice); break;
            case OrderedNode ordered: AppendOrdered(ordered); break;
            case GridSampleNode sample: AppendGridSample(sample); break;
            case GlobalAveragePoolNode: AppendReshaped(node, _writer.Node("GlobalAveragePool", [In(node)])); break;
            case AddNode: Emit(node, node.Inputs.Length == 2 ? "Add" : "Sum", [.. node.Inputs.Select(_nameOf)]); break;
            case ConcatNode concat: Emit(node, "Concat", [.. node.Inputs.Select(_nameOf)], Attribute("axis", concat.Axis + 1)); break;
            case SplitNode split:
                _writer.Node("Split", [In(node), _writer.Constant([.. node.Outputs.Select(o => (long)o.Shape[split.Axis])])], [.. node.Outputs.Select(_nameOf)], Attribute("axis", split.Axis + 1));
                break;
            case SliceNode slice: AppendSlice(slice); break;
            case PadNode pad: AppendPad(pad); break;
            case ReshapeNode: AppendReshaped(node, In(node)); break;
            case TransposeNode transpose: Emit(node, "Transpose", [In(node)], List("perm", [0, .. transpose.Permutation.Select(p => p + 1)])); break;
            case IdentityNode: Emit(node, "Identity", [In(node)]); break;
            case LrnNode lrn:
                Emit(node, "LRN", [In(node)], Attribute("size", lrn.Size), Attribute("alpha", lrn.Alpha), Attribute("beta", lrn.Beta), Attribute("bias", lrn.Bias));
                break;
            case SoftmaxNode softmax: AppendSoftmax(softmax); break;
            default: throw new InvalidOperationException($"no way to write {node.GetType().Name}");
        }
    }

    private string In(CnnNode node) => _nameOf(node.Input);

    private string Out(CnnNode node) => _nameOf(node.Output);

    private void Emit(CnnNode node, string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) => _writer.Node(opType, inputs, [Out(node)], attributes);

    private string[] Inputs(CnnNode node, string weights, float[]? bias) => bias is null ? [In(node), weights] : [In(node), weights, Weights(bias, bias.Length)];

    private string Weights(float[] values, params ReadOnlySpan<int> dims)
    {
        if (!_weights.TryGetValue(values, out string? name)) _weights.Add(values, name = _writer.Constant("w", values, dims));
        return name;
    }

    private void AppendConvTranspose(ConvTransposeNode conv)
    {
        TensorShape x = conv.Input.Shape, y = conv.Output.Shape;
        string weights = Weights(conv.Weights, x.Channels, y.Channels / conv.Groups, conv.Window.KernelHeight, conv.Window.KernelWidth);
        _writer.TransposedConvolution(Out(conv), In(conv), weights, conv.Bias, conv.Window, x, y, conv.Groups);
    }

    private void AppendAffine(AffineNode node)
    {
        TensorShape shape = node.Input.Shape;
        if (node.IsPerChannel)
        {
            // As BatchNormalization, which the runtime merges into the convolution before it.
            string ones = Weights(Filled(shape.Channels, 1), shape.Channels), zeros = Weights(Filled(shape.Channels, 0), shape.Channels);
            Emit(node, "BatchNormalization", [In(node), Weights(node.Scale, shape.Channels), Weights(node.Shift, shape.Channels), zeros, ones], Attribute("epsilon", 0f));
            return;
        }
        int[] dims = [1, .. shape.Dimensions];
        Emit(node, "Add", [_writer.Node("Mul", [In(node), Weights(node.Scale, dims)]), Weights(node.Shift, dims)]);
    }

    private readonly Dictionary<(int, float), float[]> _filled = [];

    private float[] Filled(int count, float value)
    {
        if (!_filled.TryGetValue((count, value), out float[]? values))
        {
            values = new float[count];
            Array.Fill(values, value);
            _filled.Add((count, value), values);
        }
        return values;
    }

    // The sum over each window times the counts held by the node: what the operator would count is not relied upon.
    private void AppendAveragePool(AveragePoolNode pool)
    {
        TensorShape y = pool.Output.Shape;
        Window w = pool.Window;
        string padded = w.PadTop + w.PadLeft + w.PadBottom + w.PadRight == 0 ? In(pool) : _writer.Node("Pad", [In(pool), _writer.Constant(0, 0, w.PadTop, w.PadLeft, 0, 0, w.PadBottom, w.PadRight)]);
        string mean = _writer.Node("AveragePool", [padded], WindowAttributes(w with { PadTop = 0, PadLeft = 0, PadBottom = 0, PadRight = 0 }));
        float[] corrections = Array.ConvertAll(pool.InverseCounts, c => c * w.KernelSize);
        if (corrections.All(c => c == 1)) Emit(pool, "Identity", [mean]);
        else Emit(pool, "Mul", [mean, Weights(corrections, 1, 1, y.Height, y.Width)]);
    }

    private void AppendSlice(SliceNode slice)
    {
        int rank = slice.Input.Shape.Rank;
        long[] axes = [.. Enumerable.Range(1, rank).Select(a => (long)a)];
        long[] starts = [.. slice.Starts.Select(s => (long)s)], steps = [.. slice.Steps.Select(s => (long)s)];
        // With a negative step the end may lie before the first element, which is written as a value below -size.
        long[] ends = [.. Enumerable.Range(0, rank).Select(i => starts[i] + steps[i] * slice.Output.Shape[i] is >= 0 and var end ? end : long.MinValue / 2)];
        Emit(slice, "Slice", [In(slice), _writer.Constant(starts), _writer.Constant(ends), _writer.Constant(axes), _writer.Constant(steps)]);
    }

    private void AppendPad(PadNode pad)
    {
        TensorShape x = pad.Input.Shape, y = pad.Output.Shape;
        long[] behind = [.. Enumerable.Range(0, x.Rank).Select(i => (long)y[i] - x[i] - pad.Before[i])];
        Emit(pad, "Pad", [In(pad), _writer.Constant([0, .. pad.Before.Select(b => (long)b), 0, .. behind]), _writer.Constant("value", [pad.Value])]);
    }

    private void AppendReshaped(CnnNode node, string from) => Emit(node, "Reshape", [from, _writer.Constant([-1, .. node.Output.Shape.Dimensions.Select(d => (long)d)])]);
}
