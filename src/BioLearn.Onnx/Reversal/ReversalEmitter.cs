using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// The ONNX graph that reversals are written into. It knows the shape of every current in it, so that a view costs a node only where
/// the shape really changes.
/// </summary>
/// <param name="writer">The graph.</param>
/// <param name="forward">Whether the graph holds the forward pass too, so that its activations and pool indices can be named.</param>
internal sealed class ReversalEmitter(GraphWriter writer, bool forward = false)
{
    private readonly Dictionary<string, TensorShape> _shapes = [];
    private readonly Dictionary<float[], string> _weights = new(ReferenceEqualityComparer.Instance);

    /// <summary>Name of a recorded activation, or null if the graph has none.</summary>
    public string? Activation(CnnTensor tensor) => forward ? ForwardWriter.NameOf(tensor) : null;

    /// <summary>Name of a pool's indices, counted through the whole batch, or null if the graph has none.</summary>
    public string? Indices(MaxPoolNode pool) => forward ? ForwardWriter.IndicesOf(pool.Output) : null;

    /// <summary>Says what shape a current written elsewhere has.</summary>
    public void Define(string name, TensorShape shape) => _shapes[name] = shape;

    /// <summary>The current as a tensor of this shape.</summary>
    public string Shaped(string name, TensorShape shape) => _shapes[name] == shape ? name : Node("Reshape", [name, Batched(shape)], shape);

    /// <summary>Adds a node with one output of this shape, and returns its name.</summary>
    public string Node(string opType, ReadOnlySpan<string> inputs, TensorShape shape, params ReadOnlySpan<AttributeProto> attributes)
    {
        string output = writer.Node(opType, inputs, attributes);
        _shapes[output] = shape;
        return output;
    }

    /// <summary>A constant; the same array is stored once.</summary>
    public string Weights(float[] values, params ReadOnlySpan<int> dims)
    {
        if (!_weights.TryGetValue(values, out string? name))
            _weights.Add(values, name = writer.Constant("w", values, dims));
        return name;
    }

    /// <summary>A constant tensor of one value.</summary>
    public string Filled(float value, params ReadOnlySpan<int> dims)
    {
        int count = 1;
        foreach (int d in dims)
            count *= d;
        float[] values = new float[count];
        Array.Fill(values, value);
        return writer.Constant("w", values, dims);
    }

    public string Integers(params ReadOnlySpan<long> values) => writer.Constant(values);

    public string TransposedConvolution(string arriving, string weights, Window window, TensorShape from, TensorShape to, int groups)
    {
        string output = writer.NewName("ConvTranspose");
        writer.TransposedConvolution(output, Shaped(arriving, from), weights, null, window, from, to, groups);
        _shapes[output] = to;
        return output;
    }

    /// <summary>Values written at positions; the last writer wins. (On a CPU; no other device has the operator.)</summary>
    public string WriteAt(string indices, string values, TensorShape to, Window window)
    {
        string batch = writer.Node("Slice", [writer.Node("Shape", [values]), writer.Constant(0), writer.Constant(1)]);
        string size = writer.Node("Concat", [batch, writer.Constant([.. to.Dimensions.Select(d => (long)d)])], GraphWriter.Attribute("axis", 0));
        return Node("MaxUnpool", [values, indices, size], to, GraphWriter.WindowAttributes(window));
    }

    /// <summary>Values added at positions.</summary>
    public string AddAt(string indices, string values, TensorShape to)
    {
        // Positions count through the whole batch: everything is done on one long list.
        string all = writer.Constant(-1);
        string batch = writer.Node("Slice", [writer.Node("Shape", [values]), writer.Constant(0), writer.Constant(1)]);
        string length = writer.Node("Mul", [batch, writer.Constant(to.Count)]);
        string zeros = writer.Node("ConstantOfShape", [length]);
        string sum = writer.Node(
            "ScatterElements", [zeros, writer.Node("Reshape", [indices, all]), writer.Node("Reshape", [values, all])], GraphWriter.Attribute("axis", 0), GraphWriter.Attribute("reduction", "add"));
        return Node("Reshape", [sum, Batched(to)], to);
    }

    private string Batched(TensorShape shape) => writer.Constant([-1, .. shape.Dimensions.Select(d => (long)d)]);
}
