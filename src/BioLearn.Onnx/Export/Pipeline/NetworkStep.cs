using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Export;

/// <summary>A network in a pipeline: to what it scores come the columns and the missing values of ML.NET.</summary>
internal static class NetworkStep
{
    private const string Label = "PredictedLabel";

    /// <summary>The graph of a trainer's transformer, the column that it reads, and its columns by their names in the graph.</summary>
    /// <exception cref="NotSupportedException">The network predicts in a way that has no ONNX form.</exception>
    public static (ModelProto Graph, string Input, Dictionary<string, string> Outputs) Of(PredictionTransformer<NetworkModelParameters> step)
    {
        ModelProto model = NetworkGraph.Of(step.Model);
        GraphProto graph = model.Graph;
        string isMissing = Missing(graph);
        Dictionary<string, string> outputs = [];
        foreach (ValueInfoProto output in graph.Output.ToArray())
            outputs[output.Name] = Masked(graph, output, isMissing);
        if (step.Model.IsRegression)
            return (model, step.FeatureColumnName, outputs);
        string score = outputs[NetworkExport.Score];
        if (step.Model.OutputCount > 1)
        {
            // Keys count from 1; 0 is missing.
            string best = Add(graph, "ArgMax", [score], "best", GraphWriter.Attribute("axis", 1), GraphWriter.Attribute("keepdims", 1));
            string key = Add(graph, "Add", [best, Constant(graph, "one", 1L)], "key");
            string known = Add(graph, "Where", [isMissing, Constant(graph, "zero", 0L), key], "known");
            Give(graph, Label, Add(graph, "Cast", [known], Label + "/key", GraphWriter.Attribute("to", ElementTypes.UInt32)), ElementTypes.UInt32);
        }
        else
            Give(graph, Label, Add(graph, "Greater", [score, Constant(graph, "half", 0f)], Label + "/yes"), (int)ElementType.Bool);
        outputs[Label] = Label;
        return (model, step.FeatureColumnName, outputs);
    }

    /// <summary>The same for a layer's activities.</summary>
    public static (ModelProto Graph, string Input, Dictionary<string, string> Outputs) Of(UnsupervisedTransformer<HiddenActivations> step, string column)
    {
        ModelProto model = NetworkGraph.Of(step.Model.Network, step.Model.Layer);
        return (model, step.InputColumnName, new() { [column] = Masked(model.Graph, model.Graph.Output.Single(), Missing(model.Graph)) });
    }

    /// <summary>[N, 1]: whether a feature is NaN or infinite, where 0 times it is not 0.</summary>
    private static string Missing(GraphProto graph)
    {
        string nothing = Add(graph, "Mul", [NetworkExport.Input, Constant(graph, "nothing", 0f)], "nothing of it");
        string sum = Add(graph, "ReduceSum", [nothing, Constant(graph, "along rows", [1L])], "sum of nothing", GraphWriter.Attribute("keepdims", 1));
        return Add(graph, "IsNaN", [sum], "is missing");
    }

    private static string Masked(GraphProto graph, ValueInfoProto output, string isMissing)
    {
        string masked = Add(graph, "Where", [isMissing, Constant(graph, output.Name + "/NaN", float.NaN), output.Name], output.Name + "/or NaN");
        output.Name = masked;
        return masked;
    }

    private static void Give(GraphProto graph, string name, string tensor, int type)
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { tensor }, Output = { name } });
        graph.Output.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = 1 } } } } } });
    }

    private static string Add(GraphProto graph, string operation, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output, Output = { output } };
        node.Input.Add(inputs);
        node.Attribute.Add(attributes);
        graph.Node.Add(node);
        return output;
    }

    private static string Constant(GraphProto graph, string name, float value)
    {
        graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)ElementType.Float, Dims = { 1 }, FloatData = { value } });
        return name;
    }

    private static string Constant(GraphProto graph, string name, params long[] values)
    {
        graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)ElementType.Int64, Dims = { values.Length }, Int64Data = { values } });
        return name;
    }

    private static class ElementTypes
    {
        public const int UInt32 = 12;
    }
}
