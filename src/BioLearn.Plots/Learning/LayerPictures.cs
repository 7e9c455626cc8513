using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.Plots;

/// <summary>Weights of a network's first layers as pictures: the receptive fields of its units, or the kernels of its channels.</summary>
public static class LayerPictures
{
    /// <summary>What the units of the first layer of a trained network see.</summary>
    /// <param name="model">The network.</param>
    /// <param name="picture">What a row of features is: 1 or 3 channels of height x width; null where the network says so itself.</param>
    /// <param name="most">Units that are drawn at most, the first ones.</param>
    /// <returns>A sheet, a picture a unit: blue below 0, orange above; of 3 channels grey at 0.</returns>
    /// <exception cref="ArgumentException">The features are not such a picture.</exception>
    public static ImageTiles FirstLayer(NetworkModelParameters model, TensorShape? picture = null, int most = 100)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FirstLayer(model.Spec, model.GetWeights(1), picture, most);
    }

    /// <summary>The same of a network in the loop that trains it.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="picture">What a row of features is: 1 or 3 channels of height x width; null where the network says so itself.</param>
    /// <param name="most">Units that are drawn at most, the first ones.</param>
    /// <returns>A sheet, a picture a unit.</returns>
    /// <exception cref="ArgumentException">The features are not such a picture.</exception>
    public static ImageTiles FirstLayer<T>(Network<T> network, TensorShape? picture = null, int most = 100)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ReadOnlySpan<T> weights = network.Weights(1).Values;
        float[] values = new float[weights.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = float.CreateTruncating(weights[i]);
        return FirstLayer(network.Spec, values, picture, most);
    }

    /// <summary>The shape of a row of features as a picture: the one given, the network's own, or a square of as many numbers.</summary>
    /// <param name="spec">The network's description.</param>
    /// <param name="picture">What the caller says; null for nothing.</param>
    /// <returns>1 or 3 channels of height x width.</returns>
    /// <exception cref="ArgumentException">The features are not such a picture.</exception>
    public static TensorShape PictureOf(NetworkSpec spec, TensorShape? picture = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        TensorShape own = picture ?? spec.Input;
        if (own.Size != spec.Input.Size)
            throw new ArgumentException($"A picture of {own} has {own.Size} numbers, the network reads {spec.Input.Size}.", nameof(picture));
        if (own.IsVector && picture is null && (int)Math.Sqrt(own.Size) is var side && side * side == own.Size)
            return new TensorShape(1, side, side);
        return own.Channels is 1 or 3 && !own.IsVector ? own
            : throw new ArgumentException($"The {spec.Input.Size} features of the network are no square, and no picture of 1 or 3 channels; expected the shape of one, such as 1 x 28 x 28.", nameof(picture));
    }

    private static ImageTiles FirstLayer(NetworkSpec spec, float[] weights, TensorShape? picture, int most)
    {
        BioLearn.ML.Networks.Layer first = spec.Graph[0];
        ImageTiles sheet = new();
        if (first.IsFullyConnected)
        {
            TensorShape field = PictureOf(spec, picture);
            for (int unit = 0; unit < Math.Min(most, first.WeightRows); unit++)
                sheet.Weights("", weights.AsSpan(unit * field.Size, field.Size), field.Width, field.Height, field.Channels);
            return sheet;
        }
        // A row a channel, or a row a unit where places share no weights.
        if (first.Synapses.WeightShape is not [_, .., var inputs, var height, var width])
            throw new ArgumentException($"{first} has no weights that are pictures; expected a fully connected or locally connected layer, or a convolution.", nameof(spec));
        // Kernels of 1 or 3 channels are pictures; of others one picture a pair of channels.
        int planes = inputs is 1 or 3 ? inputs : 1, size = planes * height * width;
        for (int i = 0; i < Math.Min(most, first.WeightRows * inputs / planes); i++)
            sheet.Weights("", weights.AsSpan(i * size, size), width, height, planes);
        return sheet;
    }
}
