using System.Runtime.InteropServices;
using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;
using AttributeType = BioLearn.Onnx.Graph.Wire.AttributeProto.Types.AttributeType;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Builds an ONNX graph node by node. Only what this class writes ever reaches the native runtime; nothing is passed
/// through from a file.
/// </summary>
internal sealed class GraphWriter
{
    /// <summary>Operator set of everything written here.</summary>
    public const int OperatorSet = 18;

    private const int IrVersion = 8;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _integerConstants = [];
    private int _names;

    public GraphWriter(string name) => _graph = new() { Name = name };

    /// <summary>A name not used yet.</summary>
    public string NewName(string what) => $"{what}_{_names++}";

    public void Input(string name, ReadOnlySpan<int> sampleShape) => _graph.Input.Add(Info(name, ElementType.Float, sampleShape));

    public void IndexInput(string name, ReadOnlySpan<int> sampleShape) => _graph.Input.Add(Info(name, ElementType.Int64, sampleShape));

    public void Output(string name, ReadOnlySpan<int> sampleShape) => _graph.Output.Add(Info(name, ElementType.Float, sampleShape));

    public void IndexOutput(string name, ReadOnlySpan<int> sampleShape) => _graph.Output.Add(Info(name, ElementType.Int64, sampleShape));

    public string Constant(string what, ReadOnlySpan<float> values, params ReadOnlySpan<int> dims) => Constant(what, ElementType.Float, MemoryMarshal.AsBytes(values), dims);

    /// <summary>A list of integers; equal lists are stored once.</summary>
    public string Constant(params ReadOnlySpan<long> values)
    {
        string key = string.Join(',', values.ToArray());
        if (!_integerConstants.TryGetValue(key, out string? name))
        {
            name = Constant("list", ElementType.Int64, MemoryMarshal.AsBytes(values), [values.Length]);
            _integerConstants.Add(key, name);
        }
        return name;
    }

    /// <summary>Adds a node with one new output, and returns the output's name.</summary>
    public string Node(string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        string output = NewName(opType);
        Node(opType, inputs, [output], attributes);
        return output;
    }

    public void Node(string opType, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = opType, Name = $"{opType}_{_graph.Node.Count}" };
        foreach (string i in inputs) node.Input.Add(i);
        foreach (string o in outputs) node.Output.Add(o);
        foreach (AttributeProto a in attributes) node.Attribute.Add(a);
        _graph.Node.Add(node);
    }

    /// <summary>
    /// Writes a transposed convolution whose output has exactly the size <paramref name="to"/>: rows beyond the last tap
    /// (output padding) are less padding behind where there is some, else zeros put behind.
    /// </summary>
    public void TransposedConvolution(string output, string input, string weights, float[]? bias, Window w, TensorShape from, TensorShape to, int groups)
    {
        int bottom = w.PadBottom - (to.Height - ((from.Height - 1) * w.StrideHeight + w.SpanHeight - w.PadTop - w.PadBottom));
        int right = w.PadRight - (to.Width - ((from.Width - 1) * w.StrideWidth + w.SpanWidth - w.PadLeft - w.PadRight));
        Window written = w with { PadBottom = Math.Max(0, bottom), PadRight = Math.Max(0, right) };
        AttributeProto[] attributes = [.. WindowAttributes(written), .. KernelAttributes(written, groups)];
        if (bottom >= 0 && right >= 0)
        {
            Node("ConvTranspose", bias is null ? [input, weights] : [input, weights, Constant("b", bias, bias.Length)], [output], attributes);
            return;
        }
        string[] padding = [Node("ConvTranspose", [input, weights], attributes), Constant(0, 0, 0, 0, 0, 0, Math.Max(0, -bottom), Math.Max(0, -right))];
        if (bias is null) Node("Pad", padding, [output]);
        else Node("Add", [Node("Pad", padding), Constant("b", bias, bias.Length, 1, 1)], [output]);
    }

    public static AttributeProto[] WindowAttributes(Window w) =>
    [
        List("kernel_shape", w.KernelHeight, w.KernelWidth),
        List("strides", w.StrideHeight, w.StrideWidth),
        List("pads", w.PadTop, w.PadLeft, w.PadBottom, w.PadRight),
    ];

    public static AttributeProto[] KernelAttributes(Window w, int groups) => [List("dilations", w.DilationHeight, w.DilationWidth), Attribute("group", groups)];

    public ModelProto ToModel()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "BioLearn.Onnx", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        return model;
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, I = value, Type = AttributeType.Int };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, F = value, Type = AttributeType.Float };

    public static AttributeProto Attribute(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeType.String };

    public static AttributeProto List(string name, params ReadOnlySpan<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (int v in values) attribute.Ints.Add(v);
        return attribute;
    }

    private string Constant(string what, ElementType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> dims)
    {
        var tensor = new TensorProto { Name = NewName(what), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (int d in dims) tensor.Dims.Add(d);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Info(string name, ElementType type, ReadOnlySpan<int> sampleShape)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        foreach (int d in sampleShape) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } };
    }
}
