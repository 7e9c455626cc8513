using BioLearn.ML.Networks;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using static BioLearn.Onnx.Graph.GraphWriter;

namespace BioLearn.Onnx.Export;

/// <summary>The nodes of layer kinds, activations and heads, written into one graph.</summary>
internal sealed class OnnxNodes(GraphWriter writer) : IOnnxNodes
{
    public string Node(string operation, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes) =>
        writer.Node(operation, [.. inputs], [.. attributes.Select(a => Of(a.Name, a.Value))]);

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) => writer.Constant(name, values, shape);

    public string Integers(params ReadOnlySpan<long> values) => writer.Constant(values);

    public string Number(float value) => writer.Constant("c", [value]);

    private static AttributeProto Of(string name, object value) => value switch
    {
        long number => Attribute(name, number),
        float number => Attribute(name, number),
        string text => Attribute(name, text),
        long[] list => List(name, [.. list.Select(v => checked((int)v))]),
        _ => throw new ArgumentException($"The ONNX attribute {name} is of type {value?.GetType().Name ?? "null"}; expected long, float, string or an array of long."),
    };
}
