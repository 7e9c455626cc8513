using System.Numerics.Tensors;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Experiments.Naming;
using BioLearn.Kernels.Images;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>What contestants see of each picture that takes part.</summary>
internal sealed class Features
{
    private readonly PictureSet _set;
    private readonly SpikingNetwork _network;
    private readonly int[] _places;
    private readonly float[][] _pixels;

    private Features(PictureSet set, SpikingNetwork network, IEnumerable<int> places)
    {
        _set = set;
        _network = network;
        _places = [.. places.Distinct().Order()];
        _pixels = new float[set.Pictures.Count][];
        Seen = new(set.Pictures.Count) { Pixels = _pixels };
    }

    /// <summary>Number of pictures in which nothing makes the last layer stir: every contestant but <c>pixels</c> can only guess.</summary>
    public int Silent => _places.Count(place => Array.TrueForAll(Seen.Maxima[place], potential => potential == 0));

    /// <summary>Number of pictures that take part.</summary>
    public int Count => _places.Length;

    /// <summary>By picture: what a spiking network answers, grey values at the size at which it sees them, and activations of a pretrained network if one was asked for.</summary>
    public NamingFeatures Seen { get; }

    /// <summary>Runs the pictures of <paramref name="episodes"/> through the network.</summary>
    public static Features Of(
        PictureSet set, SpikingNetwork network, float countThreshold, IEnumerable<NamingEpisode> episodes, int threads, Action step, CancellationToken cancellation)
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

    /// <summary>Adds what a pretrained network finds in the pictures.</summary>
    public void AddCnn(CnnModel model, Action step, CancellationToken cancellation) => Seen.Rows = CnnFeatures.Of(_set, model, _places, step, cancellation);

    /// <summary>A grey picture as the tools for pictures take it.</summary>
    public static PixelImage Coloured(GrayPicture picture) => PixelImage.FromGray(picture.Width, picture.Height, picture.Pixels.Span);

    private void Look(int place, SpikingReadOut readOut)
    {
        var picture = _set.Pictures[place].Picture;
        Seen.Add(place, _network.Respond(picture, readOut));
        var input = _network.Options.Input;
        byte[] small = ImageResampler.Resize(Coloured(picture), input.Width, input.Height, ResampleFilter.Lanczos).ToGray();
        float[] pixels = new float[small.Length];
        TensorPrimitives.ConvertChecked<byte, float>(small, pixels);
        _pixels[place] = pixels;
    }
}
