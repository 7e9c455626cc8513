using System.Numerics.Tensors;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Kernels.Images;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>What contestants see of each picture that takes part.</summary>
internal sealed class Features
{
    private readonly PictureSet _set;
    private readonly SpikingNetwork _network;
    private readonly int[] _places;

    private Features(PictureSet set, SpikingNetwork network, IEnumerable<int> places)
    {
        _set = set;
        _network = network;
        _places = [.. places.Distinct().Order()];
        Counts = new byte[set.Pictures.Count][];
        Charges = new double[set.Pictures.Count][];
        Maxima = new double[set.Pictures.Count][];
        Pixels = new float[set.Pictures.Count][];
    }

    /// <summary>Number of pictures in which nothing makes the last layer stir: every contestant but <c>pixels</c> can only guess.</summary>
    public int Silent => _places.Count(place => Array.TrueForAll(Maxima[place], potential => potential == 0));

    /// <summary>Number of pictures that take part.</summary>
    public int Count => _places.Length;

    /// <summary>By picture: active steps of every neuron of the last layer.</summary>
    public byte[][] Counts { get; }

    /// <summary>By picture: sum of the potential of every neuron over its active steps.</summary>
    public double[][] Charges { get; }

    /// <summary>By picture: largest potential of every map of the last layer.</summary>
    public double[][] Maxima { get; }

    /// <summary>By picture: grey values at the size at which the network sees it.</summary>
    public float[][] Pixels { get; }

    /// <summary>By picture: activations of a pretrained network, if one was asked for.</summary>
    public float[][]? Cnn { get; private set; }

    /// <summary>Runs the pictures of <paramref name="episodes"/> through the network.</summary>
    public static Features Of(
        PictureSet set, SpikingNetwork network, float countThreshold, IEnumerable<Episode> episodes, int threads, Action step, CancellationToken cancellation)
    {
        var features = new Features(set, network, episodes.SelectMany(episode => episode.Examples.Concat(episode.Tests)));
        var readOut = new SpikingReadOut { CountThreshold = countThreshold };
        Parallel.ForEach(features._places, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, place =>
        {
            features.Look(place, readOut);
            step();
        });
        return features;
    }

    /// <summary>Adds what a pretrained network finds in the pictures: activations of its last hidden layer; of a network without its last layer its output.</summary>
    public void AddCnn(CnnModel model, Action step, CancellationToken cancellation)
    {
        const int together = 16;
        var level = model.Levels[model.HasFeatures ? 0 : 1];
        var preprocessing = model.Card.Preprocessing;
        Cnn = new float[_set.Pictures.Count][];
        float[] input = new float[together * preprocessing.InputLength];
        foreach (int[] places in _places.Chunk(together))
        {
            for (int i = 0; i < places.Length; i++)
                preprocessing.Normalize(preprocessing.ResizeAndCrop(Coloured(_set.Pictures[places[i]].Picture)), input.AsSpan(i * preprocessing.InputLength, preprocessing.InputLength));
            var trace = model.Forward(input.AsMemory(0, places.Length * preprocessing.InputLength), places.Length, [level.Name], switches: false, cancellation);
            for (int i = 0; i < places.Length; i++)
            {
                Cnn[places[i]] = trace.Activation(level, i).ToArray();
                step();
            }
        }
    }

    /// <summary>Takes over what <see cref="AddCnn"/> found of the same pictures.</summary>
    public void TakeCnn(float[][] known) => Cnn = known;

    /// <summary>A grey picture as the tools for pictures take it.</summary>
    public static PixelImage Coloured(GrayPicture picture) => PixelImage.FromGray(picture.Width, picture.Height, picture.Pixels.Span);

    private void Look(int place, SpikingReadOut readOut)
    {
        var picture = _set.Pictures[place].Picture;
        var response = _network.Respond(picture, readOut);
        Counts[place] = Array.ConvertAll(response.Counts, count => (byte)Math.Min(count, byte.MaxValue));
        Charges[place] = response.PotentialSums;
        Maxima[place] = Array.ConvertAll(response.MaximumPotentials, potential => (double)potential);
        var input = _network.Options.Input;
        byte[] small = ImageResampler.Resize(Coloured(picture), input.Width, input.Height, ResampleFilter.Lanczos).ToGray();
        float[] pixels = new float[small.Length];
        TensorPrimitives.ConvertChecked<byte, float>(small, pixels);
        Pixels[place] = pixels;
    }
}
