using System.Runtime.InteropServices;
using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;
using AttributeType = BioLearn.Onnx.Graph.Wire.AttributeProto.Types.AttributeType;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Writes small ONNX models as exporters would, to be read by the library and by ONNX Runtime itself.</summary>
internal sealed class ModelBuilder
{
    private readonly Random _random = new(17);

    public ModelBuilder(int operatorSet = 17, params object[] inputShape)
    {
        Model = new ModelProto { IrVersion = 8, Graph = Graph };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = operatorSet });
        Graph.Name = "test";
        Graph.Input.Add(Info("x", 1, inputShape.Length == 0 ? ["N", 4, 9, 11] : inputShape));
        Graph.Output.Add(new ValueInfoProto { Name = "y", Type = new() { TensorType = new() { ElemType = 1 } } });
    }

    public ModelProto Model { get; }

    public GraphProto Graph { get; } = new();

    public byte[] Bytes => Model.ToByteArray();

    public ModelBuilder Node(string opType, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        Graph.Node.Add(NewNode(opType, inputs, outputs, attributes));
        return this;
    }

    public static NodeProto NewNode(string opType, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = opType, Name = $"{opType}:{outputs}" };
        node.Input.AddRange(inputs.Length == 0 ? [] : inputs.Split(',').Select(i => i.Trim()));
        node.Output.AddRange(outputs.Split(',').Select(o => o.Trim()));
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        return node;
    }

    /// <summary>Random weights between -1 and 1.</summary>
    public ModelBuilder Weights(string name, params int[] dims) => Floats(name, [.. Enumerable.Range(0, dims.Aggregate(1, (a, d) => a * d)).Select(_ => (float)(2 * _random.NextDouble() - 1))], dims);

    public ModelBuilder Floats(string name, float[] values, params int[] dims)
    {
        Graph.Initializer.Add(Tensor(name, 1, dims.Length == 0 && values.Length != 1 ? [values.Length] : dims, MemoryMarshal.AsBytes(values.AsSpan())));
        return this;
    }

    public ModelBuilder Longs(string name, params long[] values)
    {
        Graph.Initializer.Add(Tensor(name, 7, [values.Length], MemoryMarshal.AsBytes(values.AsSpan())));
        return this;
    }

    /// <summary>Random signed bytes.</summary>
    public ModelBuilder Bytes8(string name, params int[] dims)
    {
        var bytes = new byte[dims.Aggregate(1, (a, d) => a * d)];
        _random.NextBytes(bytes);
        Graph.Initializer.Add(Tensor(name, 3, dims, bytes));
        return this;
    }

    /// <summary>Nodes of these operators are those of ONNX Runtime's own set.</summary>
    public ModelBuilder OfRuntime(params string[] operators)
    {
        foreach (NodeProto node in Graph.Node.Where(n => operators.Contains(n.OpType))) node.Domain = "com.microsoft";
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        return this;
    }

    public ModelBuilder With(Action<ModelBuilder> edit)
    {
        edit(this);
        return this;
    }

    /// <summary>The same model for one image at a time.</summary>
    public ModelBuilder Fixed()
    {
        Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        return this;
    }

    public static TensorProto Tensor(string name, int type, int[] dims, ReadOnlySpan<byte> raw)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(raw) };
        tensor.Dims.AddRange(dims.Select(d => (long)d));
        return tensor;
    }

    public static TensorProto Scalar(long value) => Tensor("", 7, [], BitConverter.GetBytes(value));

    private static ValueInfoProto Info(string name, int type, object[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(d => d is string text ? new TensorShapeProto.Types.Dimension { DimParam = text } : new() { DimValue = (int)d }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int i: (attribute.I, attribute.Type) = (i, AttributeType.Int); break;
            case float f: (attribute.F, attribute.Type) = (f, AttributeType.Float); break;
            case string s: (attribute.S, attribute.Type) = (ByteString.CopyFromUtf8(s), AttributeType.String); break;
            case TensorProto t: (attribute.T, attribute.Type) = (t, AttributeType.Tensor); break;
            case GraphProto g: (attribute.G, attribute.Type) = (g, AttributeType.Graph); break;
            case float[] floats:
                attribute.Floats.AddRange(floats);
                attribute.Type = AttributeType.Floats;
                break;
            case int[] ints:
                attribute.Ints.AddRange(ints.Select(i => (long)i));
                attribute.Type = AttributeType.Ints;
                break;
            default: throw new ArgumentException($"no attribute of {value.GetType()}");
        }
        return attribute;
    }
}
