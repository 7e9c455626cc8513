using System.Collections.Concurrent;
using System.Numerics.Tensors;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// Recollects images: sends a cue backwards through a network's own weights until it reaches the image. Made once for a network, a cue and
/// a variant; then used for any number of forward traces, by several threads at once if need be. Each image's result depends on its own
/// trace alone: not on the batch, not on the number of threads.
/// </summary>
public sealed class Recollector : IDisposable
{
    private readonly CnnModel? _model;
    private readonly CnnGraph _graph;
    private readonly CueStart _start;
    private readonly ReversalPlan _plan;
    private readonly bool _populationDeviation;
    private readonly ConcurrentBag<IReversalRun> _idle = [];
    private readonly RuntimeReversal? _runtime;

    /// <summary>Plans the way back through a model.</summary>
    /// <param name="model">The network; it may be disposed before the recollector if traces come from elsewhere.</param>
    /// <param name="cue">What starts every recollection.</param>
    /// <param name="options">The variant; null for the defaults.</param>
    /// <exception cref="ArgumentException">The network has no such level or unit.</exception>
    /// <exception cref="ReversalException">An operator on the way cannot be reversed as asked.</exception>
    public Recollector(CnnModel model, Cue cue, RecollectionOptions? options = null)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Graph, cue, options, model.Options) => _model = model;

    internal Recollector(CnnGraph graph, Cue cue, RecollectionOptions? options = null, ExecutionOptions? device = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(cue);
        options ??= new RecollectionOptions();
        options.Validate();
        _graph = graph;
        Cue = cue;
        Options = options;
        NotebookDialect dialect = DialectOf(graph, options);
        _populationDeviation = dialect == NotebookDialect.MaxPool;
        var rules = new RuleBook(graph, cue, options, dialect).Rules;
        _start = new CueStart(graph, cue, rules, options.Seed);
        _plan = ReversalPlanner.Plan(graph, _start.Tensor, _start.IsOperatedOn, rules);
        IEnumerable<CnnTensor> activations = _start.Stored is { } stored ? _plan.Activations.Append(stored) : _plan.Activations;
        Request = new TraceRequest(activations.Where(tensor => tensor != graph.Logits), _plan.Switches);
        if (options.Executor == ReversalExecutor.OnnxRuntime)
            _runtime = new RuntimeReversal(_plan, device ?? new ExecutionOptions(), graph.File);
    }

    /// <summary>What starts every recollection.</summary>
    public Cue Cue { get; }

    /// <summary>The variant.</summary>
    public RecollectionOptions Options { get; }

    /// <summary>What a trace must hold for this recollector, and no more.</summary>
    public TraceRequest Request { get; }

    internal ReversalPlan Plan => _plan;

    /// <summary>Runs images forward, keeping only what the way back needs, and recollects each.</summary>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width, row-major.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <param name="keepCurrents">Whether the currents of all levels are kept with each image.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <returns>One recollection an image, in order.</returns>
    /// <exception cref="ArgumentException">The images' size does not fit the network.</exception>
    public IReadOnlyList<RecollectedImage> Recollect(
        ReadOnlyMemory<float> images, int count, int threads = 1, bool keepCurrents = false, CancellationToken cancellation = default)
    {
        CnnModel model = _model ?? throw new InvalidOperationException("the recollector was made without a model to run forward");
        return Recollect(model.Forward(images, count, Request, cancellation), threads, keepCurrents, cancellation);
    }

    /// <summary>Recollects every image of a trace.</summary>
    /// <param name="trace">What the forward pass of the same network left behind.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <param name="keepCurrents">Whether the currents of all levels are kept with each image.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <returns>One recollection an image, in the order of the trace.</returns>
    /// <exception cref="InvalidOperationException">The trace does not hold an activation or switches that are needed.</exception>
    /// <exception cref="ArgumentException">The trace is not one of this network.</exception>
    public IReadOnlyList<RecollectedImage> Recollect(
        ForwardTrace trace, int threads = 1, bool keepCurrents = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var record = new TraceRecord(_graph, trace);
        Check(trace, record);

        List<LevelCurrent>[] currents = [.. Enumerable.Range(0, keepCurrents ? trace.Count : 0).Select(_ => new List<LevelCurrent>())];
        ReversalRun.LevelObserver? observer = !keepCurrents ? null : (level, sample, shape, current) =>
        {
            if (level.Kind != TraceLevelKind.Image)
                currents[sample].Add(new LevelCurrent(level, shape.IsVector ? new TensorShape(shape.Count) : shape.Shape, current.ToArray()));
        };
        if (!_idle.TryTake(out IReversalRun? run))
            run = _runtime is null ? new ReversalRun(_plan) : new RuntimeReversalRun(_runtime);
        try
        {
            run.Begin(trace.Count);
            for (int sample = 0; sample < trace.Count; sample++)
                _start.Write(trace, record, sample, run.Start(sample));
            run.Execute(record, threads, observer, cancellation);
            return [.. Enumerable.Range(0, trace.Count).Select(sample => new RecollectedImage(
                _plan.End.Shape.Shape, run.End(sample).ToArray(), trace.PredictedClass(sample), keepCurrents ? currents[sample] : [], Options, _populationDeviation))];
        }
        finally
        {
            _idle.Add(run);
        }
    }

    /// <summary>
    /// Writes forward pass and reversal as one ONNX file, for a plain linear reversal (no normalisation, rectification of levels or
    /// winner-takes-all; unpooling by switches or sum). Inputs: "image" and "cue", the current that stands at the cue's place. Outputs:
    /// "recollected" and "logits". The batch dimension is free.
    /// </summary>
    /// <param name="path">The .onnx file; replaced if it exists.</param>
    /// <exception cref="ReversalException">A step of this variant has no ONNX operator.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MergedGraph.Save(_graph, _plan, _start.Tensor, path);
    }

    /// <summary>Frees the memory of finished runs.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out IReversalRun? run))
            run.Dispose();
        _runtime?.Dispose();
    }

    private void Check(ForwardTrace trace, TraceRecord record)
    {
        if (trace.Classes != _graph.Logits.Shape.Count)
            throw new ArgumentException($"the trace is of a network with {trace.Classes} output units, this one has {_graph.Logits.Shape.Count}", nameof(trace));
        foreach (CnnTensor tensor in Request.Activations)
            Length(record.Activation(tensor, 0).Length, tensor);
        foreach (MaxPoolNode pool in Request.Switches)
        {
            Length(record.Switches(pool, 0).Length, pool.Output);
            for (int sample = 0; sample < trace.Count; sample++)
                Range(record.Switches(pool, sample), pool);
        }
        _start.CheckBatch(trace.Count);

        void Range(ReadOnlySpan<int> switches, MaxPoolNode pool)
        {
            if (TensorPrimitives.Min(switches) < 0 || TensorPrimitives.Max(switches) >= pool.Input.Shape.PlaneSize)
                throw new ArgumentException($"the trace's switches of \"{pool.Output.Name}\" leave the plane of {pool.Input.Shape.PlaneSize} values: it is of another model or input size, or damaged", nameof(trace));
        }

        void Length(int found, CnnTensor tensor)
        {
            if (found != tensor.Shape.Count)
                throw new ArgumentException($"the trace holds {found} values of \"{tensor.Name}\", this network has {tensor.Shape.Count}: it is of another model or input size", nameof(trace));
        }
    }

    private static NotebookDialect DialectOf(CnnGraph graph, RecollectionOptions options) => options.Dialect != NotebookDialect.Automatic
        ? options.Dialect
        : graph.Nodes.Any(node => node is MaxPoolNode or AveragePoolNode) ? NotebookDialect.MaxPool : NotebookDialect.ConvPool;
}
