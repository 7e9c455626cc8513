using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// One node of the file under examination: its attributes and inputs with their types and ranges checked. Every error
/// names the node.
/// </summary>
internal sealed class NodeReader(NodeProto proto, GraphReader graph)
{
    public NodeProto Proto => proto;

    public string OpType => proto.OpType;

    public string Name => proto.Name is { Length: > 0 } name ? name : proto.Output.FirstOrDefault() ?? "";

    public OnnxModelException Error(string problem) => new(problem, graph.File, Name, OpType);

    /// <summary>For a node that is sound, but that has no way back here.</summary>
    public OnnxModelException Refusal(string problem) => new(problem, graph.File, Name, OpType) { IsBeyondReach = true };

    /// <summary>
    /// Whether the node is read as if its tensors had the channels first although in the file they have them last: it does the same to either, and
    /// its outputs have them last again.
    /// </summary>
    public bool ChannelsLast { get; init; }

    /// <summary>Whether the node is read with all axes that its tensors have in the file for one image, the batch not told apart.</summary>
    public bool IsOfOneImage { get; init; }

    /// <summary>Axes of a tensor of the file that are not in its sample's shape.</summary>
    public int BatchAxes => IsOfOneImage ? 0 : 1;

    public bool Has(string attribute) => Attribute(attribute) is not null;

    public int Int(string attribute, int absent, int min = int.MinValue, int max = int.MaxValue)
    {
        if (Attribute(attribute) is not { } a) return absent;
        return a.I >= min && a.I <= max ? (int)a.I : throw Error($"attribute {attribute} is {a.I}; it must be {min} to {max}");
    }

    public float Float(string attribute, float absent)
    {
        float value = Attribute(attribute) is { } a ? a.F : absent;
        return float.IsNaN(value) ? throw Error($"attribute {attribute} is not a number") : value;
    }

    public string Text(string attribute, string absent) => Attribute(attribute) is { } a ? a.S.ToStringUtf8() : absent;

    public long[]? Ints(string attribute) => Attribute(attribute) is { } a ? [.. a.Ints] : null;

    public AttributeProto? Attribute(string name) => proto.Attribute.FirstOrDefault(a => a.Name == name);

    /// <summary>A tensor stored in an attribute.</summary>
    public OnnxConstant ReadTensor(TensorProto tensor) => graph.ReadTensor(tensor);

    /// <summary>Number of inputs, absent optional ones at the end not counted.</summary>
    public int InputCount
    {
        get
        {
            int count = proto.Input.Count;
            while (count > 0 && proto.Input[count - 1].Length == 0) count--;
            return count;
        }
    }

    public bool HasInput(int index) => index < proto.Input.Count && proto.Input[index].Length > 0;

    /// <summary>Input that depends on the image, or null if it is absent or constant.</summary>
    public CnnTensor? DataOrNull(int index) => !HasInput(index) ? null : ChannelsLast ? graph.ChannelsFirstOrNull(proto.Input[index]) : IsOfOneImage ? graph.WholeOrNull(proto.Input[index]) : graph.TensorOrNull(proto.Input[index]);

    public CnnTensor Data(int index) => DataOrNull(index)
        ?? throw (HasInput(index) && graph.AxesInFile(proto.Input[index], 1) is { } axes ? Refusal($"reads \"{proto.Input[index]}\", which is [{string.Join(',', axes)}] for one image: its first axis is not the batch, and this operator is read only where it is") : Missing(index));

    private OnnxModelException Missing(int index) => Error(HasInput(index) ? $"input \"{proto.Input[index]}\" is constant, and this operator is read only with inputs that depend on the image (constants joined to an image as channels have no way back)" : $"input {index} is missing");

    /// <summary>Input that is constant, or null if it is absent.</summary>
    public OnnxConstant? ConstantOrNull(int index)
    {
        if (!HasInput(index)) return null;
        return graph.ConstantOrNull(proto.Input[index])
            ?? throw Refusal($"input \"{proto.Input[index]}\" must be a constant: only networks with fixed weights and shapes can be reversed");
    }

    public OnnxConstant Constant(int index) => ConstantOrNull(index) ?? throw Error($"input {index} is missing");

    /// <summary>Constant floats with finite values, of a given length.</summary>
    public float[] Weights(int index, long count)
    {
        OnnxConstant constant = Constant(index);
        if (constant.Count != count) throw Error($"\"{proto.Input[index]}\" has shape [{string.Join(',', constant.Dims)}]; {count} values are needed");
        float[] values = constant.Floats;
        return System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(values) ? values : throw Error($"\"{proto.Input[index]}\" holds values that are infinite or not a number");
    }

    /// <summary>A list given as an attribute by older operator sets and as a constant input by newer ones; null if absent.</summary>
    public long[]? List(string attribute, int input) => Ints(attribute) ?? ConstantOrNull(input)?.Longs;

    /// <summary>Axis within the sample: the batch is not an axis of it.</summary>
    public int SampleAxis(long axis, TensorShape shape)
    {
        long rank = shape.Rank + BatchAxes;
        long normalized = axis < 0 ? axis + rank : axis;
        if (normalized < 0 || normalized >= rank) throw Error($"axis {axis} is outside a tensor of {rank} dimensions");
        if (IsOfOneImage) return (int)normalized;
        if (normalized == 0) throw Refusal("works along the batch: only networks that treat images one by one can be reversed");
        return ChannelsLast ? (int)(normalized % shape.Rank) : (int)normalized - 1;
    }

    public NodeHead Head(CnnTensor input, TensorShape output) => Head([input], output);

    public NodeHead Head(CnnTensor[] inputs, params TensorShape[] outputs)
    {
        if (proto.Output.Count < outputs.Length || proto.Output.Take(outputs.Length).Any(o => o.Length == 0)) throw Error($"must have {outputs.Length} named outputs");
        return new(Name, OpType, [.. inputs], [.. outputs.Select((shape, i) => graph.AddTensor(this, proto.Output[i], shape))]);
    }
}
