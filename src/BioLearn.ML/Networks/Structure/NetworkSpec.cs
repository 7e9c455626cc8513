using System.Collections.Immutable;

namespace BioLearn.ML.Networks;

/// <summary>
/// What a feed-forward network is made of: the shape of its input, its layers from input to output, and its head. A layer reads the one
/// before it or any earlier one, and may add others to what it computes. Immutable; says nothing of weights or of how they are learned.
/// </summary>
public sealed partial class NetworkSpec
{
    /// <summary>Describes a network.</summary>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="layers">Layers from input to output. The last one must be <see cref="Dense"/>: its units are the outputs.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <exception cref="ArgumentException">A size is out of range, or layers do not fit one another; the message names the layer.</exception>
    public NetworkSpec(TensorShape input, IEnumerable<LayerSpec> layers, OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(head);
        Input = input;
        Layers = [.. layers];
        Head = head;
        Graph = GraphBuilder.Build(input, Layers);
    }

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input { get; }

    /// <summary>The layers as described.</summary>
    public ImmutableArray<LayerSpec> Layers { get; }

    /// <summary>Output non-linearity and loss.</summary>
    public OutputHead Head { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs => Graph[^1].Output.Size;

    /// <summary>The layers resolved, with kinds without weights made a part of the layer before them where it has room; index i is layer l = i + 1.</summary>
    public ImmutableArray<Layer> Graph { get; }

    /// <summary>The layers whose units an instruction opens and closes.</summary>
    internal IEnumerable<Layer> InstructedLayers => Graph.Where(l => l.Gating is { IsInstructed: true });

    /// <inheritdoc/>
    public override string ToString() => string.Join('-', Graph.Select(l => l.Output.ToString()).Prepend(Input.ToString()));
}
