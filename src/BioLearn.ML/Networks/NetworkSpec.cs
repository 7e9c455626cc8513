using System.Collections.Immutable;

namespace BioLearn.ML.Networks;

/// <summary>
/// What a feed-forward network is made of: the shape of its input, its layers from input to output, and its head.
/// Immutable; says nothing of weights or of how they are learned.
/// </summary>
public sealed class NetworkSpec
{
    /// <summary>Describes a network.</summary>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="layers">Layers from input to output. The last one must be <see cref="Dense"/>: its units are the outputs.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <exception cref="ArgumentException">A size is out of range, or layers do not fit one another; the message names the layer.</exception>
    public NetworkSpec(TensorShape input, IEnumerable<LayerSpec> layers, OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Input = input;
        Layers = [.. layers];
        Head = head;
        Synaptic = SynapticLayer.Resolve(input, Layers);
    }

    /// <summary>A fully connected network on vectors.</summary>
    /// <param name="features">Number of input features.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="activation">Activation of the hidden layers.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec Perceptron(int features, IReadOnlyList<int> hidden, int outputs, Activation activation, OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return new NetworkSpec(new TensorShape(features), [.. hidden.Select(units => new Dense(units, activation)), new Dense(outputs, Activation.Linear)], head);
    }

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input { get; }

    /// <summary>The layers as described.</summary>
    public ImmutableArray<LayerSpec> Layers { get; }

    /// <summary>Output non-linearity and loss.</summary>
    public OutputHead Head { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs => Synaptic[^1].Output.Size;

    /// <summary>The layers that have weights, with pooling folded into the convolution before it; index i is layer l = i + 1.</summary>
    public ImmutableArray<SynapticLayer> Synaptic { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join('-', Synaptic.Select(l => l.Output.ToString()).Prepend(Input.ToString()));
}
