using System.Collections.Concurrent;
using BioLearn.Kernels.Threading;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Spiking;

/// <summary>
/// A trained spiking convolutional network: pictures in, potentials of the last layer out. Safe for use by several threads at once.
/// Made by <see cref="SpikingFeaturesEstimator"/>, or read from a file.
/// </summary>
/// <example><code>
/// var network = SpikingNetwork.Load("faces.blsn");
/// var response = network.Respond(new GrayPicture(width, height, pixels));
/// float[] features = response.MaximumPotentials;
/// </code></example>
public sealed class SpikingNetwork : ITensorSource
{
    private readonly float[] _thresholds;
    private readonly ConcurrentBag<SpikingReader> _readers = [];

    internal SpikingNetwork(SpikingStructure structure)
        : this(structure, structure.Thresholds(learning: false))
    {
    }

    private SpikingNetwork(SpikingStructure structure, float[] thresholds)
    {
        Structure = structure;
        _thresholds = thresholds;
    }

    /// <summary>Input coding and layers.</summary>
    public SpikingNetworkOptions Options => Structure.Options;

    /// <summary>Rows of the last layer.</summary>
    public int Height => Structure.Planes[^1].Height;

    /// <summary>Columns of the last layer.</summary>
    public int Width => Structure.Planes[^1].Width;

    /// <summary>Maps of the last layer: the number of features.</summary>
    public int Maps => Structure.Planes[^1].Maps;

    /// <summary>Neurons of the last layer, <see cref="Height"/> x <see cref="Width"/> x <see cref="Maps"/>.</summary>
    public int Neurons => Structure.Planes[^1].Neurons;

    /// <summary>Thresholds of the convolutions, from the first to the last, with which pictures are run.</summary>
    public IReadOnlyList<float> Thresholds => [.. Structure.Convolutions.Select(layer => _thresholds[layer])];

    internal SpikingStructure Structure { get; }

    /// <summary>Weights of a layer, [row of kernel, column, input map, output map].</summary>
    /// <param name="layer">A convolution, counted among all layers from 1.</param>
    /// <exception cref="ArgumentException">The layer is a pooling layer.</exception>
    public ReadOnlyMemory<float> Weights(int layer)
    {
        Guard.Between(layer, 1, Structure.LayerCount);
        return Structure.Weights(layer - 1);
    }

    /// <summary>Weights of each convolution, [row of kernel, column, input map, output map], by its place among all layers, from 1: W1, W3; and its threshold: threshold1, threshold3.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        foreach (int layer in Structure.Convolutions)
        {
            int side = Options.Layers[layer].KernelSize;
            tensors.Add<float>(FormattableString.Invariant($"W{layer + 1}"), Structure.Weights(layer), side, side, Structure.Planes[layer].Maps, Structure.Planes[layer + 1].Maps)
                .Add<float>(FormattableString.Invariant($"threshold{layer + 1}"), [_thresholds[layer]]);
        }
        return tensors;
    }

    /// <summary>The same weights with other thresholds.</summary>
    /// <param name="thresholds">One for each convolution, 0 or more. A very high one makes the layer only sum.</param>
    /// <exception cref="ArgumentException">There are more or fewer than convolutions, or one is negative.</exception>
    public SpikingNetwork WithThresholds(params IReadOnlyList<float> thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        int[] convolutions = [.. Structure.Convolutions];
        if (thresholds.Count != convolutions.Length || thresholds.Any(threshold => !(threshold >= 0)))
            throw new ArgumentException($"expected {convolutions.Length} thresholds of 0 or more, one for each convolution, got {string.Join(", ", thresholds)}", nameof(thresholds));
        float[] all = [.. _thresholds];
        for (int i = 0; i < convolutions.Length; i++)
            all[convolutions[i]] = thresholds[i];
        return new(Structure, all);
    }

    /// <summary>Runs a picture through the network.</summary>
    /// <param name="picture">A picture of any size; it is resized.</param>
    /// <param name="readOut">What to note; null for the default.</param>
    public SpikingResponse Respond(GrayPicture picture, SpikingReadOut? readOut = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Borrow(readOut, (reader, settings) => reader.Read(picture, settings));
    }

    /// <summary>Runs pictures through the network, several at once. Responses do not depend on the number of threads.</summary>
    /// <param name="pictures">Pictures of any size.</param>
    /// <param name="readOut">What to note; null for the default.</param>
    /// <param name="threads">Threads that may work at once, at least 1.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public SpikingResponse[] Respond(
        IReadOnlyList<GrayPicture> pictures, SpikingReadOut? readOut = null, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var responses = new SpikingResponse[pictures.Count];
        var job = new RespondJob(this, pictures, readOut, responses, cancellationToken);
        Kernels.Threading.Partitioner.For(pictures.Count, grain: 1, threads, ref job);
        return responses;
    }

    /// <summary>Writes the network to a file; beside its place, then renamed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.WriteBinary(path, writer => SpikingModelFile.Write(writer, Structure));

    /// <summary>Reads a file of <see cref="Save"/>, or a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no such file, or is damaged.</exception>
    public static SpikingNetwork Load(string path) => SafeFile.ReadBinary(path, reader => new SpikingNetwork(SpikingModelFile.Read(reader)));

    /// <summary>Runs spikes of the input layer.</summary>
    internal SpikingResponse Respond(SpikeTrain input, SpikingReadOut? readOut = null)
        => Borrow(readOut, (reader, settings) => reader.Read(input, settings));

    private SpikingResponse Borrow(SpikingReadOut? readOut, Func<SpikingReader, SpikingReadOut, SpikingResponse> read)
    {
        readOut ??= new();
        foreach (int layer in readOut.SpikeTimeLayers)
            Guard.Between(layer, 0, Structure.LayerCount, nameof(readOut.SpikeTimeLayers));
        Guard.Between(readOut.Regions, 1, Math.Min(Height, Width), nameof(readOut.Regions));
        if (!_readers.TryTake(out var reader))
            reader = new(Structure, _thresholds);
        var response = read(reader, readOut); // a reader that failed is not used again
        _readers.Add(reader);
        return response;
    }

    private readonly struct RespondJob(
        SpikingNetwork network, IReadOnlyList<GrayPicture> pictures, SpikingReadOut? readOut, SpikingResponse[] responses, CancellationToken cancellation) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            for (int i = begin; i < end; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                responses[i] = network.Respond(pictures[i], readOut);
            }
        }
    }
}
