using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// The connections of a layer, resolved: a linear map from what the layer reads to its units, with weights
/// [<see cref="Rows"/>, <see cref="Columns"/>]. Immutable; the work is done by a <see cref="SynapticMap{T}"/>.
/// </summary>
public abstract class Synapses
{
    /// <summary>Describes connections.</summary>
    /// <param name="kind">The kind in a word, for messages.</param>
    /// <param name="input">Shape of what is read.</param>
    /// <param name="units">Shape of the units.</param>
    /// <param name="rows">Rows of the weights; 0 without weights.</param>
    /// <param name="columns">Columns of the weights; 0 without weights.</param>
    protected Synapses(string kind, TensorShape input, TensorShape units, int rows, int columns)
    {
        Kind = kind;
        Input = input;
        Units = units;
        Rows = rows;
        Columns = columns;
        FanIn = columns;
        FanOut = rows;
        Biases = rows;
    }

    /// <summary>The kind in a word, for messages.</summary>
    public string Kind { get; }

    /// <summary>Shape of what is read.</summary>
    public TensorShape Input { get; }

    /// <summary>Shape of the units.</summary>
    public TensorShape Units { get; }

    /// <summary>Rows of the weights; 0 without weights.</summary>
    public int Rows { get; }

    /// <summary>Columns of the weights; 0 without weights.</summary>
    public int Columns { get; }

    /// <summary>Dimensions of the weights as other tools know them: of a convolution [channels, input channels / groups, height, width]. Default: [rows, columns].</summary>
    public virtual IReadOnlyList<int> WeightShape => [Rows, Columns];

    /// <summary>Connections into one unit, for initializers. Default: the columns.</summary>
    public int FanIn { get; protected init; }

    /// <summary>Connections out of one input, for initializers. Default: the rows.</summary>
    public int FanOut { get; protected init; }

    /// <summary>Number of biases; 0 for none. Default: one a row.</summary>
    public int Biases { get; protected init; }

    /// <summary>Whether every unit reads every input through a weight of its own, so that the map is the matrix of the weights.</summary>
    public virtual bool IsFullyConnected => false;

    /// <summary>Makes the map that computes.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="capacity">Largest mini-batch.</param>
    /// <param name="threads">Threads that it may use; no result may depend on them.</param>
    /// <returns>The map; the caller disposes it.</returns>
    public abstract SynapticMap<T> CreateMap<T>(int capacity, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the map as ONNX.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="input">Name of the tensor that it reads, [batch, channels, height, width], or [batch, features] where the shape is a vector.</param>
    /// <param name="weights">The weights, row by row.</param>
    /// <param name="biases">The biases; empty for none.</param>
    /// <returns>Name of the tensor of sums, in the shape of <see cref="Units"/>.</returns>
    /// <exception cref="NotSupportedException">The kind has no ONNX form.</exception>
    public virtual string WriteOnnx(IOnnxNodes writer, string input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases) =>
        throw new NotSupportedException($"Layers of kind {Kind} cannot be written as ONNX.");
}
