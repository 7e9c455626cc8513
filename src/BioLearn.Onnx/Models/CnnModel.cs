using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Models;

/// <summary>
/// A pretrained convolutional network, loaded from an ONNX file and ready to run forward. One instance may be used by
/// several threads at once.
/// </summary>
public sealed class CnnModel : IDisposable
{
    private const int MostClasses = 5;

    private readonly ForwardSessions _sessions;

    internal CnnModel(CnnGraph graph, CnnModelOptions options)
    {
        Graph = graph;
        Options = options;
        Card = ModelCard.For(graph);
        _sessions = new(graph, options);
    }

    /// <summary>Loads a model file and the card beside it.</summary>
    /// <param name="nameOrPath">An .onnx file, or the short name of a model of the <see cref="ModelCatalog"/> ("alexnet").</param>
    /// <param name="options">Device, threads and the size of an open input; null for the defaults.</param>
    /// <exception cref="OnnxModelException">The file is damaged, or holds something that cannot be run or reversed.</exception>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CnnModel Load(string nameOrPath, CnnModelOptions? options = null)
    {
        options ??= new();
        Check(options);
        return new(GraphReader.Read(ModelCatalog.Find(nameOrPath).Path, options.OpenInputSize), options);
    }

    /// <summary>Loads a model from a stream; its weights must be inside.</summary>
    /// <param name="stream">The bytes of an .onnx file.</param>
    /// <param name="options">Device, threads and the size of an open input; null for the defaults.</param>
    /// <exception cref="OnnxModelException">The model is damaged, or holds something that cannot be run or reversed.</exception>
    public static CnnModel Load(Stream stream, CnnModelOptions? options = null)
    {
        options ??= new();
        Check(options);
        return new(GraphReader.Read(stream, null, options.OpenInputSize), options);
    }

    /// <summary>Path of the model file, or null when it came from a stream.</summary>
    public string? File => Graph.File;

    /// <summary>Class names and preprocessing.</summary>
    public ModelCard Card { get; }

    /// <summary>How the model was loaded.</summary>
    public CnnModelOptions Options { get; }

    /// <summary>Shape of one input image: channels x height x width.</summary>
    public TensorShape InputShape => Graph.Input.Shape;

    /// <summary>Number of output units.</summary>
    public int Classes => Graph.Logits.Shape.Count;

    /// <summary>Number of trained values.</summary>
    public long Parameters => Graph.Parameters;

    /// <summary>Number of operators of the graph, those that were folded away not counted.</summary>
    public int OperatorCount => Graph.Nodes.Length;

    /// <summary>Whether the network has max-pools, whose switches a recollection may use.</summary>
    public bool HasMaxPools => Graph.Nodes.Any(node => node is MaxPoolNode);

    /// <summary>The levels at which a current can be cued, normalised and shown: S0 (output) first, the image last.</summary>
    public IReadOnlyList<TraceLevel> Levels => Graph.Levels;

    /// <summary>
    /// Why the network ends before its file does: the operator that cannot be read, or null if it is whole. Cues at levels work all the same; it
    /// then has no classes.
    /// </summary>
    public string? EndsBefore => Graph.EndsBefore?.Message;

    /// <summary>Whether the output is a map or a list of boxes, as of segmentation, super-resolution and detection, and not one value a class.</summary>
    public bool HasMapOutput => Graph.Logits.Shape.Dimensions.Count(size => size > 1) > 1;

    /// <summary>Whether the file closes with a sigmoid: its classes are independent of each other, and many may be there at once.</summary>
    public bool HasIndependentClasses => Graph.Nodes.Any(node => node is ActivationNode { Kind: ActivationKind.Sigmoid } && node.Input == Graph.Logits && node.Output == Graph.Output);

    /// <summary>Whether the output is features, as of a network without its last layer, and no classes.</summary>
    public bool HasFeatures => Graph.SourceOf(Graph.Logits) is GlobalAveragePoolNode or NormalizeNode or ProductNode;

    /// <summary>Whether the network has gates (squeeze and excitation, SiLU, GELU), whose recorded state may take part in a recollection.</summary>
    public bool HasGates => Graph.Nodes.Any(node => node is GatedNode { Gate: >= 0 } or SelectNode { IsGate: true } or ActivationNode { IsGate: true });

    /// <summary>The level nearest to the output that no max-pool lies below, so that no recorded positions take part in what it recollects; null if there is none.</summary>
    public TraceLevel? LevelWithoutSwitches =>
        Levels.FirstOrDefault(level => level.Kind == TraceLevelKind.Activation && level.Shape.Rank == 3 && !Graph.HasMaxPoolBelow(level.Tensor));

    /// <summary>All levels and the switches of all max-pools: what most recollectors ask of a trace, whatever their cue.</summary>
    public TraceRequest Everything => TraceRequest.For(Graph, Levels, switches: true);

    internal CnnGraph Graph { get; }

    internal int OpenSessions => _sessions.Open;

    /// <summary>Finds a level by its name (S4, image) or by its tensor's name in the file.</summary>
    /// <exception cref="ArgumentException">There is no such level; the message lists those there are.</exception>
    public TraceLevel Level(string name) => Graph.Level(name);

    /// <summary>
    /// The same network with fresh random weights, as before training: the control that shows what a recollection owes to
    /// learning. Dispose it like any other.
    /// </summary>
    /// <param name="seed">Seed of the weights.</param>
    public CnnModel WithRandomWeights(long seed) => new(RandomWeights.Redraw(Graph, seed), Options);

    /// <summary>Runs images through the network and keeps what a recollection needs.</summary>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width, row-major.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="levels">Names of the levels to keep; null keeps all, an empty list only the logits.</param>
    /// <param name="switches">Keep the switches of all max-pools.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="ArgumentException">The images' size does not fit, or there is no such level.</exception>
    public ForwardTrace Forward(ReadOnlyMemory<float> images, int count, IEnumerable<string>? levels = null, bool switches = true, CancellationToken cancellationToken = default)
    {
        IEnumerable<TraceLevel> kept = levels is null ? Levels : levels.Select(Level);
        return Forward(images, count, TraceRequest.For(Graph, kept, switches), null, cancellationToken);
    }

    internal ForwardTrace Forward(ReadOnlyMemory<float> images, int count, TraceRequest request, CancellationToken cancellationToken = default) =>
        Forward(images, count, request, null, cancellationToken);

    /// <summary>Runs images through the network and keeps what recollectors ask for.</summary>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width, row-major.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="request">What to keep: of one recollector, or the union of several.</param>
    /// <param name="reuse">A trace of this network that is no longer needed, whose arrays serve again where they fit; or null.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="ArgumentException">The images' size does not fit.</exception>
    public ForwardTrace Forward(ReadOnlyMemory<float> images, int count, TraceRequest request, ForwardTrace? reuse, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentNullException.ThrowIfNull(request);
        if (images.Length != (long)count * InputShape.Count)
            throw new ArgumentException($"{count} images of {InputShape} have {(long)count * InputShape.Count} values; {images.Length} are given", nameof(images));
        return _sessions.Run(request, images, count, reuse, cancellationToken);
    }

    /// <summary>
    /// What the network says of an image: the most likely class by softmax; where the file closes with a sigmoid, up to five that are more likely there than
    /// not, and the most likely in any case. Empty where the output is no list of classes: a map, features, or a network that is cut.
    /// </summary>
    /// <param name="trace">A trace of this network.</param>
    /// <param name="sample">The image, from 0.</param>
    /// <returns>Classes with probabilities from 0 to 1, the most likely first.</returns>
    public IReadOnlyList<(int Class, double Probability)> Classify(ForwardTrace trace, int sample)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (EndsBefore is not null || HasMapOutput || HasFeatures)
            return [];
        float[] all = trace.Logits(sample).ToArray();
        int best = trace.PredictedClass(sample);
        if (!HasIndependentClasses)
            return [(best, 1 / all.Sum(logit => Math.Exp((double)logit - all[best])))];
        return [.. all.Select((logit, i) => (Class: i, Probability: 1 / (1 + Math.Exp(-(double)logit)))).Where(one => one.Probability > 0.5 || one.Class == best)
            .OrderByDescending(one => one.Probability).ThenBy(one => one.Class).Take(MostClasses)];
    }

    /// <summary>Frees the native sessions.</summary>
    public void Dispose() => _sessions.Dispose();

    private static void Check(CnnModelOptions options)
    {
        if (options.Threads < 1) throw new ArgumentOutOfRangeException(nameof(options), options.Threads, "Threads must be at least 1");
        if (options.DeviceId < 0) throw new ArgumentOutOfRangeException(nameof(options), options.DeviceId, "DeviceId must not be negative");
        if (options.OpenInputSize.Height < 1 || options.OpenInputSize.Width < 1) throw new ArgumentOutOfRangeException(nameof(options), options.OpenInputSize, "OpenInputSize must be at least 1 x 1");
    }
}
