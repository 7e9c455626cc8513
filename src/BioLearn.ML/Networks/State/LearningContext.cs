using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// What a learning rule works with: the mini-batch, the network's parameters and states, and the engine (forward pass, the way
/// back through any feedback weights, outer products). Rules combine these; derivatives and the division by the batch are done here.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe partial class LearningContext<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly int _capacity;
    private readonly int _threads;
    private readonly int _maximumWidth;
    private readonly Dictionary<string, Phase<T>> _phases = [];
    private readonly WorkingMemory<T> _memory;
    private readonly SynapticMap<T>[] _maps;
    private readonly NativeBuffer<T>[] _deltas;
    private readonly NativeBuffer<T> _losses;
    private bool _learning;

    /// <summary>Makes a context for a network.</summary>
    /// <param name="network">The network; the caller keeps and disposes it.</param>
    /// <param name="capacity">Largest mini-batch; at least 1.</param>
    /// <param name="threads">Threads that kernels may use; at least 1. The result does not depend on it.</param>
    public LearningContext(Network<T> network, int capacity, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _network = network;
        _capacity = capacity;
        _threads = threads;
        _maximumWidth = network.Spec.Graph.Max(l => Math.Max(l.Input.Size, l.Units.Size));
        _memory = new WorkingMemory<T>(capacity);
        _noise = new NoiseStreams<T>(network);
        _maps = [.. network.Spec.Graph.Select(l => l.Synapses.CreateMap<T>(capacity, threads))];
        _deltas = [.. network.Spec.Graph.Select(l => new NativeBuffer<T>(checked(capacity * l.Units.Size)))];
        _losses = new NativeBuffer<T>(capacity);
        _gateSet = new bool[network.Depth];
        _gateRows = new Signal<T>[network.Depth];
        _gateRowOf = new int[]?[network.Depth];
        _openUnits = new OpenUnits?[network.Depth];
        _open = new (Signal<T>, Signal<T>, T)?[network.Depth];
        _descended = new bool[network.Depth];
        Clean = Phase("clean");
    }

    /// <summary>What the network is made of.</summary>
    public NetworkSpec Spec => _network.Spec;

    /// <summary>Number of layers, L.</summary>
    public int Depth => _network.Depth;

    /// <summary>Samples in the present mini-batch.</summary>
    public int Batch { get; private set; }

    /// <summary>Number of the present step, from 0.</summary>
    public long Number { get; internal set; } = -1;

    /// <summary>Inputs h_0, [batch, features].</summary>
    public Signal<T> Input { get; private set; }

    /// <summary>Targets t, [batch, outputs].</summary>
    public Signal<T> Target { get; private set; }

    /// <summary>Weight of every sample, [batch, 1], or a default signal where all weigh 1; multiplies losses and output errors.</summary>
    public Signal<T> SampleWeights { get; private set; }

    /// <summary>The state of the ordinary forward pass.</summary>
    public Phase<T> Clean { get; }

    /// <summary>ℓ_b of every sample after <see cref="OutputError()"/>, [batch, 1].</summary>
    public Signal<T> Losses => new(_losses.Pointer, Batch, 1);

    /// <summary>Mean of <see cref="Losses"/>, or what a rule that settles noted before it settled.</summary>
    public double MeanLoss
    {
        get
        {
            if (MeanLossOverride is { } noted)
                return noted;
            double sum = 0;
            foreach (T loss in Losses.Span)
                sum += double.CreateChecked(loss);
            return sum / Batch;
        }
    }

    /// <summary>The loss to report for this step, where the losses themselves have been overwritten since.</summary>
    internal double? MeanLossOverride { get; set; }

    /// <summary>A layer's description.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The description.</returns>
    public Layer Layer(int layer) => Spec.Graph[layer - 1];

    /// <summary>W_l; empty where the layer has no weights.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Weights(int layer) => _network.Weights(layer);

    /// <summary>b_l; empty where the layer has no biases.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Biases(int layer) => _network.Biases(layer);

    /// <summary>A side tensor that the rule declared; empty for layers without weights, so that a rule need not ask.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="layer">Its layer.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Side(string name, int layer) => _network.Side(name, layer);

    /// <summary>The credit signal δ_l at the pre-activations a_l of a layer, one per sample (never divided by the batch), [batch, units].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The view.</returns>
    public Signal<T> Delta(int layer) => new(_deltas[layer - 1].Pointer, Batch, Layer(layer).Units.Size);

    /// <summary>A further state of the network's units; the same name gives the same memory in every step.</summary>
    /// <param name="name">Name, such as "noisy" or "free".</param>
    /// <returns>The phase, its input being this step's.</returns>
    public Phase<T> Phase(string name)
    {
        if (!_phases.TryGetValue(name, out Phase<T>? phase))
            _phases[name] = phase = new Phase<T>(name, Spec, _capacity);
        phase.Batch = Batch;
        phase.Input = Input;
        return phase;
    }

    /// <summary>Working memory of a rule, [batch, width]; the same name and layer give the same memory in every step, zero at first.</summary>
    /// <param name="name">The rule's name for it.</param>
    /// <param name="layer">A layer, or 0.</param>
    /// <param name="width">Numbers per sample; the same in every step.</param>
    /// <returns>The view.</returns>
    public Signal<T> Scratch(string name, int layer, int width) => _memory.Signal(name, layer, Batch, width);

    /// <summary>Whether somebody wants to know more of this step than it needs (<see cref="Note"/>).</summary>
    public bool IsObserved => Notes is not null;

    /// <summary>Hears what rules note.</summary>
    internal Action<string, int, double>? Notes { get; set; }

    /// <summary>Notes a figure of the rule's own for diagnostics, such as an energy; does nothing unless the step is observed.</summary>
    /// <param name="metric">What it is.</param>
    /// <param name="layer">Layer l, from 1; 0 for the whole network.</param>
    /// <param name="value">The figure.</param>
    public void Note(string metric, int layer, double value) => Notes?.Invoke(metric, layer, value);

    /// <summary>Called now and then within steps that may take long, such as a settling; throws to stop it. Null for nothing.</summary>
    internal Action? Interruption { get; set; }

    /// <summary>Begins a step that stands for another context's step of that number.</summary>
    internal void BeginAs(long number, Signal<T> input, Signal<T> target, Signal<T> sampleWeights, BatchInstructions<T>? instructions = null)
    {
        Number = number - 1;
        Begin(input, target, sampleWeights, instructions);
    }

    /// <summary>The network.</summary>
    internal Network<T> Network => _network;

    /// <summary>Whether this is a step of learning, not a prediction.</summary>
    internal bool IsLearning => _learning;

    /// <summary>Threads that kernels may use.</summary>
    internal int Threads => _threads;

    /// <summary>Something larger that a rule keeps for this network and batch size, made at the first call and disposed with the context.</summary>
    internal TResource Resource<TResource>(string name, Func<LearningContext<T>, int, TResource> make)
        where TResource : class, IDisposable => _memory.Resource(name, this, make);

    /// <summary>Begins a learning step on a mini-batch; a trainer does so by itself.</summary>
    /// <param name="input">[batch, features].</param>
    /// <param name="target">[batch, outputs].</param>
    /// <param name="sampleWeights">[batch, 1], or nothing where all weigh 1.</param>
    /// <param name="instructions">What the samples are asked; null for nothing.</param>
    /// <exception cref="ArgumentException">A width or the number of samples does not fit.</exception>
    public void Begin(Signal<T> input, Signal<T> target, Signal<T> sampleWeights = default, BatchInstructions<T>? instructions = null)
    {
        Observe(input, target, sampleWeights, instructions);
        _learning = true;
        Number++;
        ForgetUpdates();
    }

    /// <summary>Sets the mini-batch without beginning a learning step, for predictions.</summary>
    /// <param name="input">[batch, features].</param>
    /// <param name="target">[batch, outputs].</param>
    /// <param name="sampleWeights">[batch, 1], or nothing where all weigh 1.</param>
    /// <param name="instructions">What the samples are asked; null for nothing.</param>
    /// <exception cref="ArgumentException">A width or the number of samples does not fit.</exception>
    public void Observe(Signal<T> input, Signal<T> target, Signal<T> sampleWeights = default, BatchInstructions<T>? instructions = null)
    {
        if (input.Batch < 1 || input.Batch > _capacity || input.Width != Spec.Input.Size)
            throw new ArgumentException($"The mini-batch is [{input.Batch}, {input.Width}]; expected [1..{_capacity}, {Spec.Input.Size}].", nameof(input));
        if (target.Batch != input.Batch || target.Width != Spec.Outputs)
            throw new ArgumentException($"The targets are [{target.Batch}, {target.Width}]; expected [{input.Batch}, {Spec.Outputs}].", nameof(target));
        if (instructions is not null && instructions.OfSample.Length != input.Batch)
            throw new ArgumentException($"There are {instructions.OfSample.Length} instructions for {input.Batch} samples; expected one for each.", nameof(instructions));
        Batch = input.Batch;
        Input = input;
        Target = target;
        SampleWeights = sampleWeights;
        Clean.Batch = Batch;
        Clean.Input = input;
        MeanLossOverride = null;
        _learning = _masked = false;
        Release();
        Instruct(instructions);
    }

    /// <summary>Releases the memory; the network stays.</summary>
    public void Dispose()
    {
        foreach (Phase<T> phase in _phases.Values)
            phase.Dispose();
        foreach (NativeBuffer<T> buffer in _deltas.Append(_losses))
            buffer.Dispose();
        foreach (SynapticMap<T> map in _maps)
            map.Dispose();
        _memory.Dispose();
        DisposeUpdates();
    }
}
