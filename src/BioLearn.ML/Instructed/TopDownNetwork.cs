using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// The top-down network of a context: what signals come down through, and the pass of an instruction. From the top t = ReLU(task head), layer by
/// layer t_below = ReLU(Σ V' t), and the gates of a layer are [t > 0].
/// </summary>
/// <remarks>
/// Gates depend on the instruction and the weights only: the pass runs once for each distinct instruction of a mini-batch. Where the way down
/// is normalized by the batch's own statistics, every sample counts, and the pass runs for all of them.
/// </remarks>
internal sealed class TopDownNetwork<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkSpec _spec;
    private readonly int _top;
    private readonly Parameter<T>[] _weights;
    private readonly Parameter<T>?[] _biases;
    private readonly (NormalizationState<T> State, Parameter<T>[] Tensors)?[] _normalizations;
    private readonly bool _normalizes;
    private readonly bool[] _arrived;
    private readonly int[] _each;
    private GateCache<T>? _cache;

    private TopDownNetwork(LearningContext<T> step, int capacity)
    {
        Network<T> network = step.Network;
        _spec = step.Spec;
        _top = InstructionPath.Top(_spec);
        _weights = [.. _spec.Graph.Select(l => network.FindSide(CounterHebb.Feedback, l.Index) ?? network.Weights(l.Index))];
        _biases = [.. _spec.Graph.Select(l => network.FindSide(CounterHebb.FeedbackBias, l.Index))];
        _normalizations = [.. _spec.Graph.Select(l => NormalizationOf(network, l, capacity))];
        _normalizes = _normalizations.Any(n => n is not null);
        _arrived = new bool[_spec.Graph.Length];
        _each = [.. Enumerable.Range(0, capacity)];
        Heads = [.. Enumerable.Range(1, int.MaxValue - 1).Select(k => TaskHeadLayer<T>.Find(network, k)).TakeWhile(h => h is not null).Select(h => h!)];
    }

    /// <summary>Layers of the task head, from the network's top to the instruction.</summary>
    public TaskHeadLayer<T>[] Heads { get; }

    /// <summary>The context's own.</summary>
    public static TopDownNetwork<T> Of(LearningContext<T> step) => step.Resource("top-down network", static (context, capacity) => new TopDownNetwork<T>(context, capacity));

    /// <summary>What signals come down through at layer l: V_l, or W_l where it is shared.</summary>
    public Parameter<T> Weights(int layer) => _weights[layer - 1];

    /// <summary>V_l, where the layer has its own.</summary>
    public Parameter<T>? Own(int layer) => _weights[layer - 1] is { Name: CounterHebb.Feedback } own ? own : null;

    /// <summary>c_l, where there are biases.</summary>
    public Parameter<T>? Biases(int layer) => _biases[layer - 1];

    /// <summary>Opens the gates for what the samples are asked.</summary>
    public void Instruct(LearningContext<T> step)
    {
        if (step.IsLearning)
            OpenForStep(step);
        else
            OpenFromCache(step);
    }

    private void OpenForStep(LearningContext<T> step)
    {
        BatchInstructions<T> instructions = step.Instructions!;
        int rows = _normalizes ? step.Batch : instructions.Vectors.Batch;
        Signal<T> vectors = _normalizes ? ForEach(step, instructions) : instructions.Vectors;
        Descend(step, vectors, rows);
        foreach (Layer layer in _spec.Graph)
        {
            if (layer.Gating is not { IsInstructed: true })
                continue;
            Signal<T> gates = Gates(step, layer.Index, rows);
            GatesOf(Arriving(step, layer.Index, rows), gates);
            step.UseGates(layer.Index, gates, _normalizes ? _each.AsSpan(0, rows) : instructions.OfSample);
        }
        foreach ((NormalizationState<T> State, Parameter<T>[] Tensors)? normalization in _normalizations)
            normalization?.State.Follow(normalization.Value.Tensors);
        if (!_normalizes)
            step.SkipClosedUnits(keys: null);
    }

    private void OpenFromCache(LearningContext<T> step)
    {
        _cache ??= new GateCache<T>(_spec);
        _cache.Expect(Version());
        _cache.Use(step, vector => Descend(step, vector, 1));
        step.SkipClosedUnits(_cache.KeyOf);
    }

    /// <summary>t_l of the last pass, [rows, outputs of l], for tests and those who look.</summary>
    public Signal<T> Arriving(LearningContext<T> step, int layer, int rows) => step.Scratch("instructed", layer, _spec.Graph[layer - 1].Output.Size).Take(rows);

    public void Dispose()
    {
        foreach ((NormalizationState<T> State, Parameter<T>[])? normalization in _normalizations)
            normalization?.State.Dispose();
        _cache?.Dispose();
    }

    /// <summary>Grows whenever gates may have changed.</summary>
    private long Version()
    {
        long version = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            version += _weights[i].Version + (_biases[i]?.Version ?? 0);
            foreach (Parameter<T> tensor in _normalizations[i]?.Tensors ?? [])
                version += tensor.Version;
        }
        foreach (TaskHeadLayer<T> head in Heads)
            version += head.Down.Version + (head.Bias?.Version ?? 0);
        return version;
    }

    private void Descend(LearningContext<T> step, Signal<T> vectors, int rows)
    {
        Array.Clear(_arrived);
        EnterTop(step, vectors, rows);
        for (int l = _spec.Graph.Length - 1; l >= 1; l--)
        {
            Layer layer = _spec.Graph[l - 1];
            Signal<T> arriving = Arriving(step, l, rows);
            if (!_arrived[l - 1])
                arriving.Span.Clear();
            TensorPrimitives.Max(arriving.Span, T.Zero, arriving.Span);
            Signal<T> above = arriving;
            if (layer.Readout is { } readout)
            {
                above = step.Scratch("instructed units", l, layer.Units.Size).Take(rows);
                readout.Back<T>(rows, arriving.Span, default, above.Span);
            }
            if (layer.Source > 0)
                Send(step, layer, above, rows);
            foreach (int added in layer.Adds)
            {
                if (added > 0)
                    Arrive(step, added, above, rows);
            }
        }
    }

    /// <summary>t at the network's top.</summary>
    private void EnterTop(LearningContext<T> step, Signal<T> vectors, int rows)
    {
        Signal<T> signal = vectors;
        for (int k = Heads.Length; k >= 1; k--)
        {
            TaskHeadLayer<T> head = Heads[k - 1];
            Signal<T> below = k == 1 ? Arriving(step, _top, rows) : step.Scratch("task head", k, head.Down.Columns).Take(rows);
            if (head.Bias is { } bias)
                SetRows(below, bias.Numbers);
            else
                below.Span.Clear();
            step.AddProjected(signal, head.Down, below);
            TensorPrimitives.Max(below.Span, T.Zero, below.Span);
            signal = below;
        }
        _arrived[_top - 1] = true;
    }

    /// <summary>Down through the synapses of a layer, with biases and normalization of the way down.</summary>
    private void Send(LearningContext<T> step, Layer layer, Signal<T> above, int rows)
    {
        int l = layer.Index;
        if (_normalizations[l - 1] is null && _biases[l - 1] is null && !_arrived[layer.Source - 1])
        {
            step.SendDown(l, Weights(l), above, Arriving(step, layer.Source, rows));
            _arrived[layer.Source - 1] = true;
            return;
        }
        Signal<T> sent = step.Scratch("instruction sent", l, layer.Input.Size).Take(rows);
        step.SendDown(l, Weights(l), above, sent);
        // The original's convolutions learn top-down biases and never add them.
        if (_biases[l - 1] is { } biases && layer.IsFullyConnected)
        {
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Add(sent.Row(row), biases.Numbers, sent.Row(row));
        }
        if (_normalizations[l - 1] is { } normalization)
        {
            Signal<T> normalized = step.Scratch("instruction normalized", l, layer.Input.Size).Take(rows);
            normalization.State.Forward(normalization.Tensors, sent, normalized, step.IsLearning);
            sent = normalized;
        }
        Arrive(step, layer.Source, sent, rows);
    }

    private void Arrive(LearningContext<T> step, int layer, Signal<T> sent, int rows)
    {
        Signal<T> arriving = Arriving(step, layer, rows);
        if (_arrived[layer - 1])
            TensorPrimitives.Add(arriving.Span, sent.Span, arriving.Span);
        else
            sent.Span.CopyTo(arriving.Span);
        _arrived[layer - 1] = true;
    }

    /// <summary>[t > 0].</summary>
    public static void GatesOf(Signal<T> arriving, Signal<T> gates)
    {
        Span<T> to = gates.Span, from = arriving.Span;
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i] > T.Zero ? T.One : T.Zero;
    }

    private Signal<T> Gates(LearningContext<T> step, int layer, int rows) => step.Scratch("gates", layer, _spec.Graph[layer - 1].Output.Size).Take(rows);

    private static Signal<T> ForEach(LearningContext<T> step, BatchInstructions<T> instructions)
    {
        Signal<T> all = step.Scratch("instructions", 0, instructions.Vectors.Width);
        for (int b = 0; b < step.Batch; b++)
            instructions.Vectors.Row(instructions.OfSample[b]).CopyTo(all.Row(b));
        return all;
    }

    private static void SetRows(Signal<T> signal, ReadOnlySpan<T> row)
    {
        for (int i = 0; i < signal.Batch; i++)
            row.CopyTo(signal.Row(i));
    }

    private static (NormalizationState<T>, Parameter<T>[])? NormalizationOf(Network<T> network, Layer layer, int capacity)
    {
        if (layer is not { HasWeights: true, Source: > 0, Normalization: { } up } || up.TopDown(layer.Input) is not { } down)
            return null;
        Parameter<T>?[] tensors = [.. down.Tensors.Select(t => network.FindSide(InstructionPath.Normalization(t.Name), layer.Index))];
        return tensors.Contains(null) ? null : (down.CreateState<T>(capacity), [.. tensors.Select(t => t!)]);
    }
}

/// <summary>A layer between the network's top and the instruction.</summary>
/// <param name="Up">[outer, inner], as the head reads the network's top.</param>
/// <param name="Down">[outer, inner], as the instruction comes down; the same tensor where it is shared or never learned.</param>
/// <param name="Bias">Biases of the way down, [1, inner], or null.</param>
internal sealed record TaskHeadLayer<T>(Parameter<T> Up, Parameter<T> Down, Parameter<T>? Bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TaskHeadLayer<T>? Find(Network<T> network, int k) =>
        network.FindSide(InstructionPath.Head(k), network.Depth) is { } up
            ? new(up, network.FindSide(InstructionPath.HeadDown(k), network.Depth) ?? up, network.FindSide(InstructionPath.HeadBias(k), network.Depth))
            : null;
}
