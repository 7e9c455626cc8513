using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Tensors that have their channels last (images of TensorFlow, stretches of ConvNeXt). Such a tensor is held with the channels first and only named as
/// turned: what treats both alike is read as if nothing had been turned, so that levels have planes and a matrix product over channels is a
/// convolution of one cell. Where the order of the values matters the turn becomes a node.
/// </summary>
internal sealed partial class GraphReader
{
    private static readonly int[] ToLast = [1, 2, 0], ToFirst = [2, 0, 1];

    private readonly Dictionary<string, CnnTensor> _channelsLast = [];
    private readonly Dictionary<string, CnnTensor> _turned = [];

    /// <summary>Shape that a tensor has in the file, or null for what does not depend on the image.</summary>
    public TensorShape? ShapeInFile(string name) =>
        _channelsLast.TryGetValue(name, out CnnTensor? held) ? Turned(held.Shape, ToLast) : _data.GetValueOrDefault(name)?.Shape;

    /// <summary>The tensor as the file has it, or null.</summary>
    public CnnTensor? TensorOrNull(string name)
    {
        if (_data.TryGetValue(name, out CnnTensor? tensor) || !_channelsLast.TryGetValue(name, out CnnTensor? held)) return tensor;
        return _data[name] = Turn(name, held, ToLast, "channels last");
    }

    /// <summary>A tensor of three axes that the file has with the channels last, with the channels first.</summary>
    public CnnTensor? ChannelsFirstOrNull(string name)
    {
        if (_channelsLast.TryGetValue(name, out CnnTensor? held) || _turned.TryGetValue(name, out held) || !_data.TryGetValue(name, out CnnTensor? tensor)) return held;
        return _turned[name] = Turn(name, tensor, ToFirst, "channels first");
    }

    private static TensorShape Turned(TensorShape shape, int[] permutation) => new([.. permutation.Select(axis => shape[axis])]);

    private CnnTensor Turn(string name, CnnTensor from, int[] permutation, string how)
    {
        CnnTensor to = AddTensor($"{name}:{how}", Turned(from.Shape, permutation), Error);
        var head = new NodeHead(to.Name, "Transpose", [from], [to]);
        bool isView = from.Shape.Dimensions.Count(d => d > 1) <= 1 || (permutation == ToLast ? from.Shape.Channels == 1 : from.Shape.Width == 1);
        AddNode(isView ? new ReshapeNode(head) : new TransposeNode(head, permutation));
        return to;
    }

    /// <summary>Whether a node can be read as if its channels came first.</summary>
    private bool TreatsLayoutsAlike(NodeReader node)
    {
        string[] inputs = [.. node.Proto.Input.Where(name => _channelsLast.ContainsKey(name) || _data.ContainsKey(name))];
        if (!inputs.Any(_channelsLast.ContainsKey) || !inputs.All(name => _channelsLast.ContainsKey(name) || _data[name].Shape.Rank == 3)) return false;
        return node.OpType switch
        {
            "MatMul" => inputs.Length == 1 && inputs[0] == node.Proto.Input[0],
            "Softmax" or "LogSoftmax" => OperatorSet >= 13,
            "LayerNormalization" => node.Int("axis", -1) is -1 or 3 or 1 or -3,
            "ReduceMean" or "Resize" or "Upsample" => true,
            "Gather" => node.ConstantOrNull(1) is { Dims.Length: 1 },
            "Add" or "Sub" or "Mul" or "Div" or "Sum" or "Max" or "Min" or "PRelu" or "Concat" or "Split" or "Slice" or "Pad" or "Pow"
                or "Where" or "Identity" or "Cast" or "Dropout" or "QuantizeLinear" or "DequantizeLinear" or "Clip" => true,
            _ => Functions.ContainsKey(node.OpType),
        };
    }

    private void ReadChannelsLast(NodeReader node)
    {
        ReadOperator(new NodeReader(node.Proto, this) { ChannelsLast = true });
        foreach (string output in node.Proto.Output)
        {
            if (_data.TryGetValue(output, out CnnTensor? tensor) && tensor.Shape.Rank == 3 && _data.Remove(output)) _channelsLast.Add(output, tensor);
        }
    }

    private void ReadTranspose(NodeReader node)
    {
        bool isLast = _channelsLast.TryGetValue(node.Proto.Input[0], out CnnTensor? held);
        if (node.IsOfOneImage)
        {
            ReadTurn(node);
            return;
        }
        CnnTensor input = held ?? node.Data(0);
        int rank = input.Shape.Rank;
        long[] perm = node.Ints("perm") ?? [.. Enumerable.Range(0, rank + 1).Select(i => (long)(rank - i))];
        if (perm.Length != rank + 1 || !perm.Order().SequenceEqual(Enumerable.Range(0, rank + 1).Select(i => (long)i))) throw node.Error($"perm [{string.Join(',', perm)}] does not order {rank + 1} axes");
        if (perm[0] != 0) throw node.Refusal("moves the batch axis: only networks that treat images one by one can be reversed");
        int[] axes = [.. perm.Skip(1).Select(p => (int)p - 1).Select(axis => isLast ? ToLast[axis] : axis)];
        if (axes.SequenceEqual(Enumerable.Range(0, rank))) AddData(node.Proto.Output[0], input);
        else if (axes.AsSpan().SequenceEqual(ToLast)) NameChannelsLast(node.Proto.Output[0], input);
        else AddNode(new TransposeNode(node.Head(input, new TensorShape([.. axes.Select(a => input.Shape[a])])), axes));
    }

    private void ReadTurn(NodeReader node)
    {
        CnnTensor input = node.Data(0);
        int rank = input.Shape.Rank;
        int[] order = [.. node.Ints("perm")?.Select(p => (int)p) ?? Enumerable.Range(0, rank).Reverse()];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank))) throw node.Error($"perm [{string.Join(',', order)}] does not order {rank} axes");
        NodeHead head = node.Head(input, new TensorShape([.. order.Select(axis => input.Shape[axis])]));
        bool moves = order.Where(axis => input.Shape[axis] > 1).Zip(order.Where(axis => input.Shape[axis] > 1).Skip(1), (a, b) => a > b).Any(back => back);
        AddNode(moves ? new TransposeNode(head, order) : new ReshapeNode(head));
    }

    private void NameChannelsLast(string name, CnnTensor held)
    {
        if (_constants.ContainsKey(name) || _data.ContainsKey(name) || !_channelsLast.TryAdd(name, held)) throw Error($"two nodes compute \"{name}\"");
    }
}
