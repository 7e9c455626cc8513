using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Makes a plan: walks the network's nodes from the cue towards the image and lets each operator say how a current passes back. Where
/// branches meet their currents are summed before anything else happens to them.
/// </summary>
internal sealed class ReversalPlanner
{
    private readonly CnnGraph _graph;
    private readonly ReversalRules _rules;
    private readonly List<PlanStep> _steps = [];
    private readonly List<int> _slots = [];
    private readonly Dictionary<CnnTensor, List<Current>> _arrived = [];
    private readonly int[] _depth;

    private ReversalPlanner(CnnGraph graph, ReversalRules rules)
    {
        _graph = graph;
        _rules = rules;
        _depth = WeightedDepth(graph);
    }

    /// <summary>The plan from one tensor back to another.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="start">Where the cue stands.</param>
    /// <param name="operateAtStart">Whether the level operation of the start acts on the cue.</param>
    /// <param name="rules">How currents pass back.</param>
    /// <param name="end">Where to stop, before the level operation there; null for the image, level operation included.</param>
    /// <exception cref="ReversalException">An operator on the way cannot be reversed as asked.</exception>
    public static ReversalPlan Plan(CnnGraph graph, CnnTensor start, bool operateAtStart, ReversalRules rules, CnnTensor? end = null) =>
        new ReversalPlanner(graph, rules).Walk(start, operateAtStart, end);

    private ReversalPlan Walk(CnnTensor start, bool operateAtStart, CnnTensor? end)
    {
        Current cue = NewCurrent(new CurrentShape(start.Shape, IsVectorLike(start)));
        _arrived[start] = [cue];
        CnnTensor last = end ?? _graph.Input;
        foreach (CnnNode node in _graph.Nodes.Reverse())
        {
            for (int output = 0; output < node.Outputs.Length; output++)
            {
                CnnTensor tensor = node.Outputs[output];
                if (tensor != last && _arrived.ContainsKey(tensor))
                    Reverse(node, output, Settle(tensor, tensor != start || operateAtStart));
            }
        }
        if (!_arrived.ContainsKey(last))
            throw new ReversalException(last, $"no current from \"{start.Name}\" reaches it");
        return new ReversalPlan(cue, Settle(last, end is null && (last != start || operateAtStart)), _steps, _slots);
    }

    /// <summary>Passes a settled current through a node to all its inputs.</summary>
    private void Reverse(CnnNode node, int output, Current current)
    {
        TraceLevel? level = _graph.LevelAt(node.Outputs[output]);
        if (EntersConvolution(node) && _rules.WinnerTakesAll(LevelAbove(node)))
            _steps.Add(new WinnerStep(current));
        int[] inputs = Chosen(node);
        for (int i = 0; i < inputs.Length; i++)
        {
            bool isLast = i == inputs.Length - 1;
            OperatorReversal? reversal = Operators.Reverse(node, inputs[i], output, level, current.Shape, _rules);
            Current returned;
            if (reversal is null)
                returned = (isLast ? current : Copy(current)) with { Shape = Operators.Pass(node, current.Shape) };
            else
            {
                returned = !reversal.InPlace ? NewCurrent(reversal.Returned) : (isLast ? current : Copy(current)) with { Shape = reversal.Returned };
                _steps.Add(new OperatorStep(node, reversal, reversal.InPlace ? returned.Slot : current.Slot, returned.Slot));
            }
            Arrive(node.Inputs[inputs[i]], returned);
        }
    }

    private void Arrive(CnnTensor tensor, Current current)
    {
        if (!_arrived.TryGetValue(tensor, out List<Current>? currents))
            _arrived[tensor] = currents = [];
        currents.Add(current);
    }

    /// <summary>Sums what arrived at a tensor and lets the level act on it.</summary>
    private Current Settle(CnnTensor tensor, bool operate)
    {
        List<Current> currents = _arrived[tensor];
        Current sum = currents[0];
        foreach (Current other in currents.Skip(1))
        {
            if (other.Shape.Shape.Count != sum.Shape.Shape.Count)
            {
                throw new ReversalException(
                    tensor, $"branches meet here with currents of {sum.Shape.Shape} and {other.Shape.Shape} values: use shape mode Restore");
            }
            _steps.Add(new AddStep(other.Slot, sum.Slot));
            if (!other.Shape.IsVector)
                sum = sum with { Shape = other.Shape };
        }
        if (_graph.LevelAt(tensor) is { } level)
            _steps.Add(new LevelStep(level, operate ? _rules.LevelOperation(level) : null, sum));
        return sum;
    }

    /// <summary>The inputs that carry the current: all, one branch of a residual addition, or what a gate let through.</summary>
    private int[] Chosen(CnnNode node)
    {
        if (node is GatedNode product)
            return [.. ProductReversal.Carrying(product, _rules.Options)];
        if (node is SelectNode choice)
            return [.. choice.Sides]; // what chose has no slope
        int[] all = [.. Enumerable.Range(0, node.Inputs.Length)];
        if (node is not AddNode || _rules.Options.ResidualPath == ResidualPath.Both)
            return all;
        int[] depths = [.. node.Inputs.Select(input => _depth[input.Index])];
        int wanted = _rules.Options.ResidualPath == ResidualPath.Main ? depths.Max() : depths.Min();
        return [.. all.Where(i => depths[i] == wanted)];
    }

    // The winner is chosen on what enters convolution and normalisation together, so that folding the latter changes nothing.
    private bool EntersConvolution(CnnNode node) => node switch
    {
        ConvNode or ConvTransposeNode => _graph.ConsumersOf(node.Output) is not [AffineNode { IsPerChannel: true }],
        AffineNode { IsPerChannel: true } => _graph.ProducerOf(node.Input) is ConvNode or ConvTransposeNode && _graph.ConsumersOf(node.Input).Length == 1,
        _ => false,
    };

    /// <summary>The level from which a current comes to a node, over operators that are no level; null if branches part in between.</summary>
    private TraceLevel? LevelAbove(CnnNode node)
    {
        CnnTensor tensor = node.Output;
        while (_graph.LevelAt(tensor) is null && _graph.ConsumersOf(tensor) is [var consumer])
            tensor = consumer.Output;
        return _graph.LevelAt(tensor);
    }

    private Current Copy(Current current)
    {
        Current copy = NewCurrent(current.Shape);
        _steps.Add(new CopyStep(current.Slot, copy.Slot));
        return copy;
    }

    private Current NewCurrent(CurrentShape shape)
    {
        _slots.Add(shape.Count);
        return new Current(_slots.Count - 1, shape);
    }

    // A cue at a pooled vector counts as a vector even where its tensor keeps two axes of length 1.
    private bool IsVectorLike(CnnTensor tensor) =>
        tensor.Shape.Rank == 1 || _graph.LevelAt(tensor)?.Kind == TraceLevelKind.GlobalAveragePool;

    // Weighted layers on the longest way from the image to each tensor: tells a residual block's main path from its shortcut.
    private static int[] WeightedDepth(CnnGraph graph)
    {
        var depth = new int[graph.Tensors.Length];
        foreach (CnnNode node in graph.Nodes)
        {
            int own = node is ConvNode or ConvTransposeNode or DenseNode or GroupDenseNode ? 1 : 0;
            foreach (CnnTensor output in node.Outputs)
                depth[output.Index] = own + node.Inputs.Max(input => depth[input.Index]);
        }
        return depth;
    }
}
