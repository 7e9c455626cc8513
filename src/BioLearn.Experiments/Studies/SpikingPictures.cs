using BioLearn.ML.Networks;
using BioLearn.ML.Spiking;

namespace BioLearn.Experiments.Studies;

/// <summary>What a spiking convolutional network answers to pictures of a source, as rows of features.</summary>
internal static class SpikingPictures
{
    private const int Together = 1000;

    /// <summary>Teaches a network the pictures, in their order and over and over.</summary>
    /// <param name="options">The network.</param>
    /// <param name="pictures">Pictures that each layer learns from; 0 leaves the weights as drawn, null what the network says.</param>
    /// <param name="rows">Grey pictures, pixels from 0 to 1.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="seed">Seed of the first weights.</param>
    /// <param name="cancellation">Heard after every picture.</param>
    public static SpikingNetwork Learn(SpikingNetworkOptions options, int? pictures, LabelledRows rows, TensorShape shape, int seed, CancellationToken cancellation)
    {
        if (shape.Channels != 1 || shape.IsVector)
            throw new ArgumentException($"features of a spiking convolution: the rows are of {shape}; expected grey pictures");
        SpikingNetworkOptions network = options with
        {
            Seed = seed,
            Layers = [.. options.Layers.Select(layer => pictures is { } given && layer.Learning is { } learning ? layer with { Learning = learning with { Iterations = given } } : layer)],
        };
        int shown = Math.Max(1, network.Layers.Max(layer => layer.Learning?.Iterations ?? 0)); // others would be coded and never looked at
        return new SpikingTraining { ThrowIfCancelled = cancellation.ThrowIfCancellationRequested }.Train(network, Enumerable.Range(0, Math.Min(shown, rows.Count)).Select(row => Picture(rows, shape, row)));
    }

    /// <summary>The largest potential of each map in each region, a row a picture.</summary>
    public static LabelledRows Features(SpikingNetwork network, int regions, LabelledRows rows, TensorShape shape, CancellationToken cancellation)
    {
        int width = network.Maps * regions * regions;
        float[] features = new float[(long)rows.Count * width];
        SpikingReadOut readOut = new() { Regions = regions };
        for (int start = 0; start < rows.Count; start += Together)
        {
            GrayPicture[] some = [.. Enumerable.Range(start, Math.Min(Together, rows.Count - start)).Select(row => Picture(rows, shape, row))];
            SpikingResponse[] responses = network.Respond(some, readOut, threads: 1, cancellation);
            for (int i = 0; i < some.Length; i++)
                responses[i].MaximumPotentials.CopyTo(features.AsSpan((start + i) * width));
        }
        return new(features, rows.Labels);
    }

    /// <summary>A row as a grey picture.</summary>
    public static GrayPicture Picture(LabelledRows rows, TensorShape shape, int row)
    {
        ReadOnlySpan<float> values = rows.Features.Span.Slice(row * rows.Width, rows.Width);
        byte[] pixels = new byte[values.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(MathF.Round(255 * values[i]), 0, 255);
        return new(shape.Width, shape.Height, pixels);
    }
}
