using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Random;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>Where a cue stands in a network, and what current it starts with.</summary>
internal sealed class CueStart
{
    private readonly CnnGraph _graph;
    private readonly Cue _cue;
    private readonly int _seed;
    private readonly (float Min, float Max)[]? _rowRanges;
    private readonly float[]? _noise;

    /// <exception cref="ArgumentException">The network has no such level or unit, or the values have another size.</exception>
    public CueStart(CnnGraph graph, Cue cue, ReversalRules rules, int seed)
    {
        _graph = graph;
        _cue = cue;
        _seed = seed;
        if (graph.EndsBefore is { } refused && cue is not LevelCue)
            throw new ReversalException(graph.Output, $"the network can be read up to here only, so that it has no classes: {refused.Message}. Put the cue at a level");
        (Tensor, IsOperatedOn) = cue switch
        {
            PredictedClassCue or UnitsCue => (graph.Logits, false),
            OutputLayerCue => (graph.Logits, true),
            ZeroCue or RandomVectorCue => (FirstLevel(graph).Tensor, true),
            NoiseCue or CustomCue { AfterLevel: true } => (Find(graph, ((LevelCue)cue).Level), false),
            LevelCue level => (Find(graph, level.Level), true),
            _ => throw new ArgumentException($"{cue} is not a cue", nameof(cue)),
        };
        switch (cue)
        {
            case UnitsCue units when units.Weights.Any(weight => weight.Unit >= graph.Logits.Shape.Count):
                throw new ArgumentException(
                    $"the network has {graph.Logits.Shape.Count} output units, counted from 0; {cue} names {units.Weights.Max(weight => weight.Unit)}", nameof(cue));
            case CustomCue custom when custom.Values.Length % Tensor.Shape.Count != 0:
                throw new ArgumentException(
                    $"{cue} has {custom.Values.Length} values; expected {Tensor.Shape.Count} ({Tensor.Shape}) or that many for each image", nameof(cue));
            case StoredCue { Only: { } only } when only.Problem(Tensor.Shape) is { } problem:
                throw new ArgumentException($"\"{Tensor.Name}\" {problem}", nameof(cue));
            case RandomVectorCue:
                _rowRanges = RowRanges(rules);
                break;
            case NoiseCue:
                _noise = new float[Tensor.Shape.Count];
                new RandomStream(seed, $"cue/noise/{Tensor.Name}").FillNormal(_noise.AsSpan(), 0, 1);
                break;
        }
    }

    /// <summary>Where the cue stands.</summary>
    public CnnTensor Tensor { get; }

    /// <summary>Whether the level there normalises and rectifies the cue.</summary>
    public bool IsOperatedOn { get; }

    /// <summary>Tensor whose recorded activation is the cue, or null.</summary>
    public CnnTensor? Stored => _cue is StoredCue ? Tensor : null;

    /// <summary>Checks that a cue with values for each image has as many as the batch.</summary>
    public void CheckBatch(int count)
    {
        if (_cue is CustomCue custom && custom.Values.Length != Tensor.Shape.Count && custom.Values.Length != (long)count * Tensor.Shape.Count)
            throw new ArgumentException($"{_cue} has values for {custom.Values.Length / Tensor.Shape.Count} images; the batch has {count}");
    }

    /// <summary>Writes the current that one image's recollection starts with.</summary>
    public void Write(ForwardTrace trace, IForwardRecord record, int sample, Span<float> current)
    {
        switch (_cue)
        {
            case PredictedClassCue:
                current.Clear();
                current[trace.PredictedClass(sample)] = 1;
                break;
            case UnitsCue units:
                current.Clear();
                foreach ((int unit, float weight) in units.Weights)
                    current[unit] += weight;
                break;
            case OutputLayerCue:
                ReadOnlySpan<float> logits = trace.Logits(sample);
                for (int i = 0; i < current.Length; i++)
                    current[i] = Math.Max(0, logits[i]);
                break;
            case ZeroCue:
                current.Clear();
                break;
            case RandomVectorCue:
                WriteRandom(trace.PredictedClass(sample), current);
                break;
            case NoiseCue:
                _noise.CopyTo(current);
                break;
            case StoredCue stored:
                record.Activation(Tensor, sample).CopyTo(current);
                stored.Only?.Keep(Tensor.Shape, current);
                break;
            case ConstantCue:
                current.Fill(1);
                break;
            case CustomCue custom:
                bool forEach = custom.Values.Length != current.Length;
                custom.Values.Span.Slice(forEach ? sample * current.Length : 0, current.Length).CopyTo(current);
                break;
            default:
                throw new InvalidOperationException($"{_cue} is not a cue");
        }
    }

    // Uniform between the extremes of the weights of a random class other than the predicted one.
    private void WriteRandom(int predicted, Span<float> current)
    {
        RandomStream stream = RandomVectorStream();
        int drawn = DrawClass(stream);
        (float min, float max) = _rowRanges![_graph.Logits.Shape.Count > 1 && drawn >= predicted ? 1 : 0];
        foreach (ref float x in current)
            x = min + (max - min) * stream.NextSingle();
    }

    private RandomStream RandomVectorStream() => new(_seed, "cue/random");

    private int DrawClass(RandomStream stream) => _graph.Logits.Shape.Count == 1 ? 0 : stream.NextInt(_graph.Logits.Shape.Count - 1);

    /// <summary>
    /// Least and greatest current that an output unit alone sends to level 1, the extremes of its weights: of the class drawn, and of the next,
    /// which stands in for it where the drawn one is predicted. No other is needed: a network for segmentation has a million units.
    /// </summary>
    private (float, float)[] RowRanges(ReversalRules rules)
    {
        // No image is recorded yet: what depends on one passes the current unchanged.
        ReversalOptions options = rules.Options with { Relu = ReluRule.Linear, Gate = GateRule.Identity, ResponseNorm = ResponseNormRule.Identity, Softmax = SoftmaxRule.Identity, GlobalPooling = GlobalPoolingRule.Uniform };
        ReversalRules plain = rules with { LevelOperation = _ => null, WinnerTakesAll = _ => false, Options = options };
        ReversalPlan plan = ReversalPlanner.Plan(_graph, _graph.Logits, operateAtStart: false, plain, FirstLevel(_graph).Tensor);
        if (!plan.Activations.IsEmpty || !plan.Switches.IsEmpty)
            throw new ReversalException(_graph.Logits, "a random vector cue needs a network whose output layer follows level 1 directly");
        RandomStream stream = RandomVectorStream();
        int drawn = DrawClass(stream), last = _graph.Logits.Shape.Count - 1;
        int[] units = [drawn, Math.Min(drawn + 1, last)];
        using var run = new ReversalRun(plan);
        run.Begin(units.Length);
        for (int i = 0; i < units.Length; i++)
        {
            run.Start(i).Clear();
            run.Start(i)[units[i]] = 1;
        }
        run.Execute(NoRecord.Instance, threads: 1);
        return [.. units.Select((_, i) => SampleStatistics.Range(run.End(i)))];
    }

    private static TraceLevel FirstLevel(CnnGraph graph) => graph.Levels[1];

    /// <summary>The tensor of a level by number, level name, tensor name or node name.</summary>
    internal static CnnTensor Find(CnnGraph graph, LevelReference reference)
    {
        if (reference.Name is not { } name)
        {
            // The image is no level to cue by number: only layers count.
            return reference.Number < graph.Levels.Length - 1
                ? graph.Levels[reference.Number].Tensor
                : throw new ArgumentException($"the model has no level {reference.Number}; it has {string.Join(", ", graph.Levels)}", nameof(reference));
        }
        return graph.Levels.FirstOrDefault(level => level.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Tensor
            ?? graph.TensorNamed(name)
            ?? graph.Nodes.FirstOrDefault(node => node.Name == name)?.Output
            ?? throw new ArgumentException($"the model has no level, tensor or node \"{name}\"; its levels are {string.Join(", ", graph.Levels)}", nameof(reference));
    }

    private sealed class NoRecord : IForwardRecord
    {
        public static readonly NoRecord Instance = new();

        public ReadOnlySpan<float> Activation(CnnTensor tensor, int sample) => throw new InvalidOperationException("nothing is recorded");

        public ReadOnlySpan<int> Switches(MaxPoolNode pool, int sample) => throw new InvalidOperationException("nothing is recorded");
    }
}
