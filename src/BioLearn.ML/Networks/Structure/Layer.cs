using System.Collections.Immutable;

namespace BioLearn.ML.Networks;

/// <summary>
/// A layer of a network, its geometry resolved: l in
/// h_l = gate_l ⊙ readout_l(φ(a_l)), a_l = normalization_l(W_l h_source + b_l) + Σ h_adds. In a chain the source is l − 1.
/// </summary>
public sealed class Layer
{
    private readonly List<int> _readers = [];

    internal Layer(int index, string? name, int source, Synapses synapses, Activation activation)
    {
        Index = index;
        Name = name;
        Source = source;
        Synapses = synapses;
        Activation = activation;
        Output = synapses.Units;
    }

    /// <summary>Number of the layer, 1 for the first above the input.</summary>
    public int Index { get; }

    /// <summary>Name by which later layers read or add it; null for none.</summary>
    public string? Name { get; internal set; }

    /// <summary>The layer that it reads; 0 for the network's input.</summary>
    public int Source { get; }

    /// <summary>Layers whose activities are added to the pre-activation; 0 for the network's input.</summary>
    public ImmutableArray<int> Adds { get; internal set; } = [];

    /// <summary>The last layer that reads or adds this one; 0 for the output.</summary>
    public int LastReader => _readers.Count == 0 ? 0 : _readers.Max();

    /// <summary>Its connections.</summary>
    public Synapses Synapses { get; }

    /// <summary>Normalization of the sums; null for none.</summary>
    public Normalization? Normalization { get; internal set; }

    /// <summary>Activation of the units; linear for the last layer, whose non-linearity belongs to the head.</summary>
    public Activation Activation { get; internal set; }

    /// <summary>Pooling or the like between <see cref="Units"/> and <see cref="Output"/>; null for none.</summary>
    public Readout? Readout { get; internal set; }

    /// <summary>What multiplies the activities; null for nothing.</summary>
    public Gating? Gating { get; internal set; }

    /// <summary>Shape of what the layer reads.</summary>
    public TensorShape Input => Synapses.Input;

    /// <summary>Shape of the pre-activations a_l.</summary>
    public TensorShape Units => Synapses.Units;

    /// <summary>Shape of what readers see, h_l.</summary>
    public TensorShape Output { get; internal set; }

    /// <summary>Whether the layer has weights.</summary>
    public bool HasWeights => WeightRows > 0;

    /// <summary>Whether its weights are a matrix [units, inputs].</summary>
    public bool IsFullyConnected => Synapses.IsFullyConnected;

    /// <summary>Whether it is no more than h = φ(W h_{l-1} + b): it reads the layer before it, adds nothing, and is neither normalized, nor read out otherwise, nor gated.</summary>
    public bool IsPlain => IsLink && Readout is null && Gating is null;

    /// <summary>Whether it reads the layer before it, adds nothing and is not normalized; it may pool and be gated.</summary>
    public bool IsLink => Source == Index - 1 && Adds.IsEmpty && Normalization is null && HasWeights;

    /// <summary>Rows of the weight matrix: units, or output channels; 0 without weights.</summary>
    public int WeightRows => Synapses.Rows;

    /// <summary>Columns of the weight matrix: inputs of one unit; 0 without weights.</summary>
    public int WeightColumns => Synapses.Columns;

    /// <summary>Connections into one unit.</summary>
    public int FanIn => Synapses.FanIn;

    /// <summary>Connections out of one input.</summary>
    public int FanOut => Synapses.FanOut;

    /// <inheritdoc/>
    public override string ToString() => $"layer {Index} ({(Name is null ? "" : $"'{Name}', ")}{Synapses.Kind} {Input} to {Output})";

    internal void ReadBy(int reader) => _readers.Add(reader);
}
