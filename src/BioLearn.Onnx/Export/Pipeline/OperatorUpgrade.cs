using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Export;

/// <summary>Brings ML.NET's graphs, of operator set 12, to the set of ours, 18: where attributes have become inputs, and where a default changed.</summary>
internal static class OperatorUpgrade
{
    private static readonly string[] AxesBecameInput =
        ["Squeeze", "Unsqueeze", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"];

    /// <summary>Changed between the sets in ways that are not written here.</summary>
    private static readonly string[] Unknown = ["BatchNormalization", "Dropout", "Pad", "Resize", "Upsample"];

    /// <exception cref="NotSupportedException">An operator changed in a way that is not known here.</exception>
    public static void Apply(ModelProto model)
    {
        foreach (OperatorSetIdProto set in model.OpsetImport.Where(set => set.Domain is "" && set.Version < GraphWriter.OperatorSet))
        {
            foreach (NodeProto node in model.Graph.Node.Where(node => node.Domain is ""))
                Apply(model.Graph, node);
            set.Version = GraphWriter.OperatorSet;
        }
    }

    private static void Apply(GraphProto graph, NodeProto node)
    {
        if (Unknown.Contains(node.OpType))
            throw new NotSupportedException($"ML.NET writes the operator {node.OpType}, which is another one in operator set {GraphWriter.OperatorSet}.");
        if (AxesBecameInput.Contains(node.OpType))
            ToInput(graph, node, "axes");
        else if (node.OpType == "Split" && !ToInput(graph, node, "split"))
            node.Attribute.Add(GraphWriter.Attribute("num_outputs", node.Output.Count));
        else if (node.OpType is "Softmax" or "LogSoftmax" or "Hardmax" && node.Attribute.All(a => a.Name != "axis"))
            node.Attribute.Add(GraphWriter.Attribute("axis", 1));
    }

    private static bool ToInput(GraphProto graph, NodeProto node, string name)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == name) is not { } attribute)
            return false;
        node.Attribute.Remove(attribute);
        var list = new TensorProto { Name = $"{node.Output[0]}/{name}", DataType = (int)ElementType.Int64 };
        list.Dims.Add(attribute.Ints.Count);
        list.Int64Data.Add(attribute.Ints);
        graph.Initializer.Add(list);
        node.Input.Add(list.Name);
        return true;
    }
}
