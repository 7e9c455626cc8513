using BioLearn.Onnx.Graph.Wire;
using static BioLearn.Onnx.Graph.GraphWriter;

namespace BioLearn.Onnx.Graph;

/// <summary>Choices, order, and what reads at places.</summary>
internal sealed partial class ForwardWriter
{
    private void AppendPlaces(PlacesNode node)
    {
        string runs = _writer.Node("Reshape", [In(node), _writer.Constant(-1, node.Outer, node.InputRun)]);
        string? sum = null;
        for (int tap = 0; tap < node.Taps; tap++)
        {
            int at = tap;
            string read = _writer.Node("Gather", [runs, _writer.Constant([.. Enumerable.Range(0, node.OutputRun).Select(i => (long)node.Places[i * node.Taps + at])])], Attribute("axis", 2));
            if (node.Weights is { } weights) read = _writer.Node("Mul", [read, _writer.Constant("w", [.. Enumerable.Range(0, node.OutputRun).Select(i => weights[i * node.Taps + at])], node.OutputRun)]);
            sum = sum is null ? read : _writer.Node("Add", [sum, read]);
        }
        AppendReshaped(node, sum!);
    }

    private void AppendChoice(SelectNode node)
    {
        string condition = _writer.Node("Cast", [Operand(node.Condition)], Attribute("to", (int)ElementType.Bool));
        Emit(node, "Where", [condition, Operand(node.First), Operand(node.Second)]);

        string Operand(SelectOperand operand) => operand.Values is { } values ? Weights(values, [1, .. node.Output.Shape.Dimensions]) : _nameOf(node.Inputs[operand.Input]);
    }

    private void AppendOrdered(OrderedNode node)
    {
        string values = _writer.NewName("TopK");
        _writer.Node("TopK", [Grouped(node, node.Groups), _writer.Constant(node.Kept)], [values, _writer.NewName("places")], Attribute("axis", 2), Attribute("largest", node.Greatest ? 1 : 0), Attribute("sorted", 1));
        AppendReshaped(node, values);
    }

    private void AppendGridSample(GridSampleNode node)
    {
        GridSampling sampling = node.Sampling;
        Emit(
            node, "GridSample", [.. node.Inputs.Select(_nameOf)], Attribute("mode", sampling.Nearest ? "nearest" : "bilinear"),
            Attribute("padding_mode", $"{sampling.Padding}".ToLowerInvariant()), Attribute("align_corners", sampling.AlignCorners ? 1 : 0));
    }
}
