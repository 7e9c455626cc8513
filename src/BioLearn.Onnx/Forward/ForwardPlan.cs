using System.Collections.Immutable;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>
/// The way forward as a list of steps on the project's own kernels, for one set of tensors to keep. A ReLU, or ReLU6, is merged into the operator before it, a
/// view costs nothing, what is kept is written where the trace wants it. Images pass one by one, except through layers that have many weights for
/// few values. Immutable; serves several threads at once.
/// </summary>
internal sealed class ForwardPlan
{
    private readonly Place[] _places;

    private ForwardPlan(CnnGraph graph, TraceRequest request, IReadOnlyList<ForwardOperator> steps, int[] roots)
    {
        Graph = graph;
        Request = request;
        Steps = [.. steps];
        Segments = StepSegment.Divide(Steps.Select(step => step.IsBatched));
        _places = new Place[graph.Tensors.Length];
        CnnTensor[] outputs = TraceBuffers.Outputs(graph, request);
        Array.Fill(_places, new Place(PlaceKind.Nowhere, 0, 0));
        _places[roots[graph.Input.Index]] = new(PlaceKind.Image, 0, graph.Input.Shape.Count);
        for (int i = 0; i < outputs.Length; i++) _places[roots[outputs[i].Index]] = new(PlaceKind.Trace, i, outputs[i].Shape.Count);
        Arrange(roots);
        for (int i = 0; i < roots.Length; i++) _places[i] = _places[roots[i]];
    }

    public CnnGraph Graph { get; }

    public TraceRequest Request { get; }

    public ImmutableArray<ForwardOperator> Steps { get; }

    /// <summary>Steps that run together.</summary>
    public ImmutableArray<StepSegment> Segments { get; }

    /// <summary>Floats of a worker's memory.</summary>
    public int LocalLength { get; private set; }

    /// <summary>Floats that one image takes of the batch's memory.</summary>
    public int SharedLength { get; private set; }

    public enum PlaceKind
    {
        Nowhere,
        Image,
        Trace,
        Local,
        Shared,
    }

    /// <summary>Where a tensor lies: its array of the trace, or its offset in floats of one image.</summary>
    public readonly record struct Place(PlaceKind Kind, int At, int Length);

    public Place this[CnnTensor tensor] => _places[tensor.Index];

    /// <summary>The plan, or null if an operator that is needed has no kernel here.</summary>
    public static ForwardPlan? TryMake(CnnGraph graph, TraceRequest request)
    {
        CnnNode[] nodes = Needed(graph, request);
        if (!nodes.All(ForwardOperators.Knows)) return null;
        var kept = new HashSet<CnnTensor>(TraceBuffers.Outputs(graph, request)) { graph.Input };
        int[] roots = [.. Enumerable.Range(0, graph.Tensors.Length)];
        var steps = new List<ForwardOperator>();
        var merged = new HashSet<CnnNode>();
        foreach (CnnNode node in nodes)
        {
            if (merged.Contains(node)) continue;
            if (node is ReshapeNode or IdentityNode && TryView(node, kept, roots)) continue;
            ActivationNode? relu = ForwardOperators.Rectifies(node) && !kept.Contains(node.Output)
                && graph.ConsumersOf(node.Output) is [ActivationNode { Kind: ActivationKind.Relu or ActivationKind.Clip, Min: 0 } behind] && merged.Add(behind) ? behind : null;
            ForwardOperator step = ForwardOperators.Create(node, relu?.Output ?? node.Output, rectify: relu is not null);
            step.Ceiling = relu is { Kind: ActivationKind.Clip } ? relu.Max : float.PositiveInfinity;
            steps.Add(step);
        }
        return new(graph, request, steps, roots);
    }

    private static CnnNode[] Needed(CnnGraph graph, TraceRequest request)
    {
        var wanted = new HashSet<CnnTensor>([.. TraceBuffers.Outputs(graph, request), .. request.Switches.Select(pool => pool.Output)]);
        var nodes = new List<CnnNode>();
        foreach (CnnNode node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(wanted.Contains)) continue;
            nodes.Add(node);
            wanted.UnionWith(node.Inputs);
        }
        nodes.Reverse();
        return [.. nodes];
    }

    // Both names for one place, unless both are kept.
    private static bool TryView(CnnNode node, HashSet<CnnTensor> kept, int[] roots)
    {
        int input = roots[node.Input.Index], output = node.Output.Index;
        bool inputIsKept = kept.Any(tensor => roots[tensor.Index] == input), outputIsKept = kept.Contains(node.Output);
        if (inputIsKept && outputIsKept) return false;
        (int from, int to) = outputIsKept ? (input, output) : (output, input);
        for (int i = 0; i < roots.Length; i++)
        {
            if (roots[i] == from) roots[i] = to;
        }
        return true;
    }

    /// <summary>Gives every other tensor its place; those that are never alive together share it.</summary>
    private void Arrange(int[] roots)
    {
        var lives = new Dictionary<int, (int First, int Last, int Length)>();
        for (int step = 0; step < Steps.Length; step++)
        {
            foreach (CnnTensor tensor in Steps[step].Reads.Append(Steps[step].Writes))
            {
                int root = roots[tensor.Index];
                if (_places[root].Kind != PlaceKind.Nowhere) continue;
                lives[root] = lives.TryGetValue(root, out var life) ? (life.First, step, life.Length) : (step, step, tensor.Shape.Count);
            }
        }
        StepSegment[] segmentOf = [.. Segments.SelectMany(segment => Enumerable.Repeat(segment, segment.Count))];
        // One image may be at the end of a segment while another is at its beginning: shared memory is alive for whole segments.
        LocalLength = Settle(PlaceKind.Local, lives.Where(life => IsLocal(life.Value)));
        SharedLength = Settle(PlaceKind.Shared, lives.Where(life => !IsLocal(life.Value)).Select(life =>
            KeyValuePair.Create(life.Key, (segmentOf[life.Value.First].First, segmentOf[life.Value.Last].End - 1, life.Value.Length))));

        bool IsLocal((int First, int Last, int Length) life) => segmentOf[life.First] is { Batched: false } segment && life.Last < segment.End;
    }

    private int Settle(PlaceKind kind, IEnumerable<KeyValuePair<int, (int First, int Last, int Length)>> lives)
    {
        var ordered = lives.OrderBy(life => life.Value.First).ToList();
        (int[] offsets, int length) = StepSegment.Arrange([.. ordered.Select(life => life.Value)]);
        for (int i = 0; i < offsets.Length; i++) _places[ordered[i].Key] = new(kind, offsets[i], ordered[i].Value.Length);
        return length;
    }
}
