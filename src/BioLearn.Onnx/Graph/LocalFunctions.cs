using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>Puts the bodies of a model's own functions, which exporters write for each module or library call, in the place of their calls.</summary>
internal static class LocalFunctions
{
    private const int MaxNesting = 16;

    /// <exception cref="OnnxModelException">Functions call each other without end, or make too many nodes.</exception>
    public static void Inline(ModelProto model, string? file)
    {
        if (model.Functions.Count == 0) return;
        var functions = new Dictionary<(string, string, string), FunctionProto>();
        foreach (FunctionProto function in model.Functions) functions.TryAdd((function.Domain, function.Name, function.Overload), function);
        var inliner = new Inliner(functions, file);
        NodeProto[] nodes = [.. model.Graph.Node];
        model.Graph.Node.Clear();
        foreach (NodeProto node in nodes) inliner.Add(node, model.Graph.Node, 0);
    }

    private sealed class Inliner(Dictionary<(string, string, string), FunctionProto> functions, string? file)
    {
        private int _calls;

        public void Add(NodeProto node, IList<NodeProto> to, int depth)
        {
            foreach (AttributeProto attribute in node.Attribute.Where(a => a.G is not null)) AddBranch(attribute.G, depth);
            if (!functions.TryGetValue((node.Domain, node.OpType, node.Overload), out FunctionProto? function))
            {
                if (to.Count >= Limits.Nodes) throw Error(node, $"its functions make more than {Limits.Nodes} nodes");
                to.Add(node);
                return;
            }
            if (depth >= MaxNesting) throw Error(node, "its functions call each other more than 16 deep");
            string prefix = $"{node.Name}/{++_calls}:";
            var names = new Dictionary<string, string> { [""] = "" };
            for (int i = 0; i < function.Input.Count; i++) names.TryAdd(function.Input[i], i < node.Input.Count ? node.Input[i] : "");
            for (int i = 0; i < function.Output.Count && i < node.Output.Count; i++)
            {
                // A function may hand an input through, or leave an output unnamed by the call.
                string output = node.Output[i];
                if (output.Length == 0) continue;
                if (!names.TryAdd(function.Output[i], output)) to.Add(new NodeProto { OpType = "Identity", Name = prefix + output, Input = { names[function.Output[i]] }, Output = { output } });
            }
            foreach (NodeProto inner in function.Node) Add(Renamed(inner, node, function, prefix, names), to, depth + 1);
        }

        private void AddBranch(GraphProto graph, int depth)
        {
            NodeProto[] nodes = [.. graph.Node];
            graph.Node.Clear();
            foreach (NodeProto node in nodes) Add(node, graph.Node, depth);
        }

        private static NodeProto Renamed(NodeProto inner, NodeProto call, FunctionProto function, string prefix, Dictionary<string, string> names)
        {
            NodeProto node = inner.Clone();
            node.Name = prefix + inner.Name;
            Rename(node, prefix, names);
            for (int i = node.Attribute.Count - 1; i >= 0; i--)
            {
                AttributeProto attribute = node.Attribute[i];
                if (attribute.RefAttrName is not { Length: > 0 } reference) continue;
                AttributeProto? given = call.Attribute.FirstOrDefault(a => a.Name == reference) ?? function.AttributeProto.FirstOrDefault(a => a.Name == reference);
                node.Attribute.RemoveAt(i);
                if (given is null) continue; // absent in the call: absent here
                given = given.Clone();
                given.Name = attribute.Name;
                node.Attribute.Add(given);
            }
            return node;
        }

        private static void Rename(NodeProto node, string prefix, Dictionary<string, string> names)
        {
            for (int i = 0; i < node.Input.Count; i++) node.Input[i] = Name(node.Input[i]);
            for (int i = 0; i < node.Output.Count; i++) node.Output[i] = Name(node.Output[i]);
            foreach (AttributeProto attribute in node.Attribute.Where(a => a.G is not null))
            {
                foreach (NodeProto inner in attribute.G.Node) Rename(inner, prefix, names);
                foreach (ValueInfoProto output in attribute.G.Output) output.Name = Name(output.Name);
                foreach (TensorProto tensor in attribute.G.Initializer) tensor.Name = Name(tensor.Name);
            }

            string Name(string name)
            {
                if (!names.TryGetValue(name, out string? renamed)) names.Add(name, renamed = prefix + name);
                return renamed;
            }
        }

        private OnnxModelException Error(NodeProto node, string problem) => new(problem, file, node.Name, node.OpType);
    }
}
