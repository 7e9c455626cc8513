using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>Which output of the file is the network's, and which nodes, in which order, lead to it.</summary>
internal sealed record GraphPlan(string OutputName, IReadOnlyList<NodeProto> OrderedNodes, IReadOnlySet<string> NeededNames)
{
    public static GraphPlan Make(GraphProto graph, string? file)
    {
        if (graph.Node.Count > Limits.Nodes) throw new OnnxModelException($"has {graph.Node.Count} nodes; {Limits.Nodes} are possible", file);
        IReadOnlyList<NodeProto> ordered = Order(graph.Node, file);
        (string output, HashSet<string> needed) = ChooseOutput(graph, ordered, file);
        return new(output, [.. ordered.Where(n => n.Output.Any(needed.Contains))], needed);
    }

    /// <summary>The nodes with producers before consumers; the file's order wherever it allows.</summary>
    public static IReadOnlyList<NodeProto> Order(IReadOnlyList<NodeProto> nodes, string? file)
    {
        var producer = new Dictionary<string, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output)
            {
                if (output.Length > 0) producer.TryAdd(output, i);
            }
        }
        var waitsFor = new int[nodes.Count];
        var wakes = new List<int>?[nodes.Count];
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (int p in InputsOf(nodes[i]).Where(producer.ContainsKey).Select(n => producer[n]).Distinct())
            {
                (wakes[p] ??= []).Add(i);
                waitsFor[i]++;
            }
            if (waitsFor[i] == 0) ready.Enqueue(i, i);
        }
        var order = new List<NodeProto>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            order.Add(nodes[next]);
            foreach (int woken in wakes[next] ?? [])
            {
                if (--waitsFor[woken] == 0) ready.Enqueue(woken, woken);
            }
        }
        if (order.Count == nodes.Count) return order;
        NodeProto stuck = nodes[Array.FindIndex(waitsFor, w => w > 0)];
        throw new OnnxModelException("takes part in a cycle: only feed-forward networks can be reversed", file, stuck.Name, stuck.OpType);
    }

    // Of several outputs (recorded activations, auxiliary classifiers) the network's is the one that most nodes lead to.
    private static (string, HashSet<string>) ChooseOutput(GraphProto graph, IReadOnlyList<NodeProto> ordered, string? file)
    {
        string[] candidates = [.. graph.Output.Where(o => o.Type?.TensorType?.ElemType is not ((int)ElementType.Int64 or (int)ElementType.Int32)).Select(o => o.Name)];
        if (candidates.Length == 0) candidates = [.. graph.Output.Select(o => o.Name)]; // a network that gives only the number of its class
        if (candidates.Length is 0 or > 1000) throw new OnnxModelException($"has {candidates.Length} outputs that could be a network's", file);
        string best = candidates[0];
        HashSet<string> bestNames = [];
        int bestNodes = -1;
        foreach (string candidate in candidates)
        {
            (HashSet<string> names, int nodes) = LeadingTo(candidate, ordered);
            if (nodes > bestNodes) (best, bestNames, bestNodes) = (candidate, names, nodes);
        }
        return bestNodes > 0 ? (best, bestNames) : throw new OnnxModelException($"no node computes the output \"{best}\"", file);
    }

    private static (HashSet<string> Names, int Nodes) LeadingTo(string output, IReadOnlyList<NodeProto> ordered)
    {
        var names = new HashSet<string> { output };
        int count = 0;
        for (int i = ordered.Count - 1; i >= 0; i--)
        {
            if (!ordered[i].Output.Any(names.Contains)) continue;
            count++;
            names.UnionWith(InputsOf(ordered[i]));
        }
        return (names, count);
    }

    // What a subgraph takes from outside is an input too.
    private static IEnumerable<string> InputsOf(NodeProto node) =>
        node.Input.Where(i => i.Length > 0).Concat(
            node.Attribute.Where(a => a.G is not null).SelectMany(a => a.G.Node.SelectMany(InputsOf).Concat(a.G.Output.Select(o => o.Name))));
}
