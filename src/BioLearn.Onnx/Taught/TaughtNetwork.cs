using BioLearn.ML.Networks;
using BioLearn.Onnx.Export;
using BioLearn.Onnx.Graph.Wire;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using Google.Protobuf;

namespace BioLearn.Onnx;

/// <summary>
/// A network that a learning rule has taught, opened for reversal: what its units draw when they are sent backwards through its own weights, or whatever
/// a <see cref="Recollector"/> can do with its <see cref="Model"/>.
/// </summary>
/// <example>
/// <code>
/// using TaughtNetwork network = new(trained.Model, new TensorShape(1, 28, 28));
/// ImageTiles sheet = new();                                      // BioLearn.Plots
/// foreach (float[] drawn in network.Draw(layer: 2))
///     sheet.Weights("", drawn, 28, 28);
/// </code>
/// </example>
public sealed class TaughtNetwork : IDisposable
{
    private readonly IReadOnlyList<string> _activities;
    private readonly TensorShape[] _outputs;

    /// <summary>Opens a network. Of one that predicts by settling it is the pass up through the same weights.</summary>
    /// <param name="model">The trained network.</param>
    /// <param name="picture">What a row of its features is: 1 or 3 channels of height x width.</param>
    /// <exception cref="ArgumentException">The network reads another number of features.</exception>
    /// <exception cref="NotSupportedException">A layer has no ONNX form, or the network is asked something beside its features.</exception>
    public TaughtNetwork(NetworkModelParameters model, TensorShape picture)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (picture.Size != model.FeatureCount)
            throw new ArgumentException($"A picture of {picture} has {picture.Size} numbers, the network reads {model.FeatureCount}.", nameof(picture));
        (ModelProto graph, _activities) = NetworkGraph.OfPictures(model, picture);
        _outputs = [.. model.Spec.Graph.Select(layer => layer.Output)];
        Picture = picture;
        using MemoryStream file = new(graph.ToByteArray());
        Model = CnnModel.Load(file);
    }

    /// <summary>The network, for traces and recollectors.</summary>
    public CnnModel Model { get; }

    /// <summary>Shape of its input.</summary>
    public TensorShape Picture { get; }

    /// <summary>What single units draw: a current of 1 at each, sent backwards to the picture.</summary>
    /// <param name="layer">Layer l, from 1; the last one's units are the outputs, before their head.</param>
    /// <param name="units">Which; null for all.</param>
    /// <param name="options">
    /// How currents pass back; null for the transposes of the weights alone, without rectification or normalization, where pools spread what arrives
    /// evenly: then the drawing is the network's own, of no picture.
    /// </param>
    /// <param name="picture">A picture whose trace takes part where <paramref name="options"/> ask for one (switches, gates); empty for zeros.</param>
    /// <returns>For each unit [channels, height, width].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or unit.</exception>
    public IReadOnlyList<float[]> Draw(int layer, IReadOnlyList<int>? units = null, RecollectionOptions? options = null, ReadOnlyMemory<float> picture = default)
    {
        if (layer < 1 || layer > _outputs.Length)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"must be from 1 to {_outputs.Length}");
        int size = _outputs[layer - 1].Size;
        units ??= [.. Enumerable.Range(0, size)];
        if (units.Count == 0)
            return [];
        if (units.Any(unit => unit < 0 || unit >= size))
            throw new ArgumentOutOfRangeException(nameof(units), $"layer {layer} has units 0 to {size - 1}");
        if (picture.Length is not 0 && picture.Length != Picture.Size)
            throw new ArgumentException($"has {picture.Length} numbers; a picture of {Picture} has {Picture.Size}", nameof(picture));
        float[] currents = new float[units.Count * size], pictures = new float[units.Count * Picture.Size];
        for (int i = 0; i < units.Count; i++)
        {
            currents[(i * size) + units[i]] = 1;
            picture.CopyTo(pictures.AsMemory(i * Picture.Size));
        }
        using Recollector recollector = new(Model, Cue.Custom(_activities[layer - 1], currents, afterLevel: true), options ?? Plain);
        return [.. recollector.Recollect(pictures, units.Count).Select(image => image.Values.ToArray())];
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Model.Dispose();

    private static readonly RecollectionOptions Plain = new() { Normalization = CurrentNormalization.None, Unpooling = Reversal.Unpooling.Upsample };
}
