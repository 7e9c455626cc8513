using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Tensors whose first axis is not the batch (queries, keys and values apart, heads or windows beside the batch, tokens first). A file is read as it is for one
/// image, so that such a tensor is held with all axes that it has then; where one of one value comes first again, it is the batch, and the tensor is held without it.
/// </summary>
internal sealed partial class GraphReader
{
    private static readonly HashSet<string> OfAnyAxes =
    [
        "Add", "BatchNormalization", "Cast", "Clip", "Concat", "CumSum", "DequantizeLinear", "Div", "Dropout", "Einsum", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Gemm", "Identity", "LayerNormalization", "LogSoftmax",
        "LpNormalization", "MatMul", "Max", "Min", "Mul", "Pad", "Pow", "QuantizeLinear", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "Reshape", "ScatterElements", "ScatterND",
        "Slice", "Softmax", "Split", "Squeeze", "Sub", "Sum", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze", "Where",
    ];

    private readonly Dictionary<string, CnnTensor> _whole = [];
    private readonly Dictionary<string, CnnTensor> _wholeViews = [];

    private readonly HashSet<string> _stackable = []; // the first axis was put before the batch: what is joined along it are no images

    /// <summary>The axes that a tensor of the file has for one image, or null for what does not depend on the image.</summary>
    public long[]? AxesInFile(string name, long batch) =>
        _whole.TryGetValue(name, out CnnTensor? whole) ? [.. whole.Shape.Dimensions.Select(d => (long)d)]
        : ShapeInFile(name) is { } shape ? [batch, .. shape.Dimensions.Select(d => (long)d)] : null;

    /// <summary>The tensor with all axes of the file, or null.</summary>
    public CnnTensor? WholeOrNull(string name)
    {
        if (_whole.TryGetValue(name, out CnnTensor? tensor) || _wholeViews.TryGetValue(name, out tensor) || TensorOrNull(name) is not { } held) return tensor;
        return _wholeViews[name] = View(name, held, new([1, .. held.Shape.Dimensions]), "of one image");
    }

    private CnnTensor View(string name, CnnTensor from, TensorShape shape, string how)
    {
        CnnTensor to = AddTensor($"{name}:{how}", shape, Error);
        AddNode(new ReshapeNode(new NodeHead(to.Name, "Reshape", [from], [to])));
        return to;
    }

    /// <summary>Whether a node is to be read with all axes of its tensors.</summary>
    private bool IsOfOneImage(NodeReader node)
    {
        if (FixedBatch > 1 || !(OfAnyAxes.Contains(node.OpType) || Functions.ContainsKey(node.OpType))) return false;
        string[] inputs = [.. node.Proto.Input.Where(name => AxesInFile(name, 1) is not null)];
        if (inputs.Length == 0) return false;
        return inputs.Any(_whole.ContainsKey) || node.OpType switch
        {
            "Einsum" or "ScatterND" => true,
            "GatherND" => node.Int("batch_dims", 0) == 0,
            "Concat" => node.Int("axis", 1) is var along && (along == 0 || along == -AxesInFile(inputs[0], 1)!.Length) && inputs.All(_stackable.Contains),
            "Gather" => node.Int("axis", 0) is 0 && node.ConstantOrNull(1) is { Count: 1 } at && at.Longs[0] is 0 or -1,
            "Transpose" => node.Ints("perm") is [not 0, ..] || node.Ints("perm") is null,
            "Unsqueeze" => node.List("axes", 1) is { } axes && axes.Any(axis => axis == 0 || axis == -AxesInFile(inputs[0], 1)!.Length - axes.Length),
            "Squeeze" => node.List("axes", 1) is { } axes && axes.Any(axis => axis == 0 || axis == -AxesInFile(inputs[0], 1)!.Length),
            "Flatten" => node.Int("axis", 1) is var axis && axis != 1 && axis != 1 - AxesInFile(inputs[0], 1)!.Length,
            "Reshape" => (node.Ints("shape") ?? node.ConstantOrNull(1)?.Longs) is { } target && TargetOf(target, AxesInFile(inputs[0], 1)!, node.Int("allowzero", 0) == 0) is [not 1, ..],
            "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min" or "Sum" or "Where" or "MatMul" => inputs.Select(name => AxesInFile(name, 1)!.Length).Distinct().Count() > 1,
            _ => false,
        };
    }

    private void ReadOfOneImage(NodeReader node)
    {
        ReadOperator(new NodeReader(node.Proto, this) { IsOfOneImage = true });
        foreach (string output in node.Proto.Output)
        {
            if (node.OpType == "Unsqueeze") _stackable.Add(output);
            if (output.Length > 0 && _data.Remove(output, out CnnTensor? tensor)) NameWhole(output, tensor);
        }
    }

    private void NameWhole(string name, CnnTensor tensor)
    {
        if (tensor.Shape is { Rank: > 1, Channels: 1 }) AddData(name, View(name, tensor, new([.. tensor.Shape.Dimensions.Skip(1)]), "an image"));
        else _whole.Add(name, tensor);
    }

    /// <summary>The target of a Reshape with its zeros and its -1 resolved, or null if it does not fit.</summary>
    private static long[]? TargetOf(long[] target, long[] from, bool zeroCopies)
    {
        long[] resolved = [.. target.Select((t, i) => t == 0 && zeroCopies && i < from.Length ? from[i] : t == OnnxConstant.Batch ? 1 : t)];
        long count = from.Aggregate(1L, (p, d) => p * d), known = 1;
        int open = -1;
        for (int i = 0; i < resolved.Length; i++)
        {
            if (resolved[i] == -1 && open < 0) open = i;
            else if (resolved[i] is > 0 and <= Limits.ActivationValues && known <= Limits.ActivationValues) known *= resolved[i];
            else return null;
        }
        if (open >= 0) resolved[open] = count / known;
        return (open >= 0 ? known * resolved[open] : known) == count && resolved.Length is > 0 and <= Limits.Rank ? resolved : null;
    }

    /// <summary>Gives tensors of all axes one rank, ones in front.</summary>
    private CnnTensor[] OfOneRank(NodeReader node, CnnTensor[] data, int rank = 0)
    {
        if (!node.IsOfOneImage) return data;
        rank = Math.Max(rank, data.Max(tensor => tensor.Shape.Rank));
        return [.. data.Select((tensor, i) => tensor.Shape.Rank == rank ? tensor
            : Step(node, $"of rank {rank} {i}", [tensor], new([.. Enumerable.Repeat(1, rank - tensor.Shape.Rank), .. tensor.Shape.Dimensions]), head => new ReshapeNode(head)))];
    }
}
