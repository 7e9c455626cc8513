using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>Convolutions and pools along one axis: read as those of images of height 1.</summary>
internal sealed partial class GraphReader
{
    private bool IsAlongOneAxis(NodeReader node) => node.OpType is "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool"
        && node.Proto.Input.Count > 0 && !_whole.ContainsKey(node.Proto.Input[0]) && ShapeInFile(node.Proto.Input[0]) is { Rank: 2 };

    private void ReadAlongOneAxis(NodeReader node)
    {
        CnnTensor line = node.Data(0);
        NodeProto wide = node.Proto.Clone();
        string input = wide.Input[0] = $"{node.Proto.Input[0]}:for {node.Name}", output = wide.Output[0] = $"{node.Proto.Output[0]}:of height 1";
        _data.Add(input, Step(node, "as an image", [line], new(line.Shape[0], 1, line.Shape[1]), head => new ReshapeNode(head)));
        if (node.OpType is "Conv" or "ConvTranspose")
        {
            OnnxConstant weights = node.Constant(1);
            if (weights.Dims.Length != 3) throw node.Error($"weights have the shape [{string.Join(',', weights.Dims)}]; three dimensions are needed for [{line.Shape}] an image");
            wide.Input[1] = $"{node.Proto.Input[1]}:for {node.Name}";
            _constants[wide.Input[1]] = weights.Reshaped([weights.Dims[0], weights.Dims[1], 1, weights.Dims[2]]);
        }
        foreach (AttributeProto list in wide.Attribute)
        {
            int neutral = list.Name switch { "kernel_shape" or "strides" or "dilations" or "output_shape" => 1, "pads" or "output_padding" => 0, _ => -1 };
            if (neutral < 0) continue;
            long[] given = [.. list.Ints];
            list.Ints.Clear();
            list.Ints.Add(list.Name == "pads" && given.Length == 2 ? [0, given[0], 0, given[1]] : [neutral, .. given]);
        }
        ReadOperator(new NodeReader(wide, this));
        CnnTensor read = _data[output];
        AddNode(new ReshapeNode(node.Head(read, new TensorShape(read.Shape[0], read.Shape[2]))));
    }
}
