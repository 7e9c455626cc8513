using System.Numerics.Tensors;
using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Sends currents of the last layer back through the network to the picture: through the same weights in convolutions, evenly to the window in
/// pooling, and from the input maps through their receptive fields. Where windows overlap, a place gets the mean of what they send, lest their
/// grid show. Currents below 0 stop at every layer, as cells cannot fire less than not.
/// </summary>
public static class SpikingReversal
{
    /// <summary>The picture that <paramref name="currents"/> stand for.</summary>
    /// <param name="network">The network.</param>
    /// <param name="currents">One for each neuron of the last layer, [height][width][map].</param>
    /// <param name="seen">
    /// A response to a picture with first spike times of the input and of all layers but the last, in order: currents then pass only
    /// neurons that it made fire. Null lets them pass everywhere.
    /// </param>
    /// <returns>A picture of the size of the network's input; mid grey where nothing arrives.</returns>
    /// <exception cref="ArgumentException">There are more or fewer currents than neurons, or spike times are missing.</exception>
    public static GrayPicture ToPicture(SpikingNetwork network, ReadOnlySpan<double> currents, SpikingResponse? seen = null)
    {
        var structure = network.Structure;
        if (currents.Length != network.Neurons)
            throw new ArgumentException($"{currents.Length} currents for {network.Neurons} neurons", nameof(currents));
        if (seen is not null && (seen.SpikeTimes.Count != structure.LayerCount || seen.SpikeTimes.Where((times, layer) => times.Length != structure.Planes[layer].Neurons).Any()))
            throw new ArgumentException($"expected spike times of the input and of {structure.LayerCount - 1} layers", nameof(seen));
        double[] arriving = currents.ToArray();
        for (int layer = structure.LayerCount - 1; layer >= 0; layer--)
        {
            TensorPrimitives.Max<double>(arriving, 0, arriving);
            arriving = Back(network.Options.Layers[layer], structure.Planes[layer], structure.Planes[layer + 1], layer, structure, arriving);
            if (seen is not null)
                Gate(arriving, seen.SpikeTimes[layer]);
        }

        return Draw(network.Options.Input, structure.Planes[0], arriving);
    }

    /// <summary>The same, let through only where <paramref name="seen"/> makes the network fire: what in this picture the currents stand for.</summary>
    /// <param name="network">The network.</param>
    /// <param name="currents">One for each neuron of the last layer, [height][width][map]: what a cell has learned, say.</param>
    /// <param name="seen">A picture of any size.</param>
    /// <returns>A picture of the size of the network's input; mid grey where nothing arrives.</returns>
    /// <exception cref="ArgumentException">There are more or fewer currents than neurons.</exception>
    public static GrayPicture ToPicture(SpikingNetwork network, ReadOnlySpan<double> currents, GrayPicture seen)
    {
        ArgumentNullException.ThrowIfNull(network);
        int[] layers = [.. Enumerable.Range(0, network.Options.Layers.Count)];
        return ToPicture(network, currents, network.Respond(seen, new SpikingReadOut { SpikeTimeLayers = layers }));
    }

    private static void Gate(double[] currents, float[] firstSpikes)
    {
        for (int i = 0; i < currents.Length; i++)
            currents[i] = firstSpikes[i] < 0 ? 0 : currents[i];
    }

    private static double[] Back(SpikingLayer options, SpikePlane below, SpikePlane above, int layer, SpikingStructure structure, double[] currents)
    {
        double[] arriving = new double[below.Neurons];
        bool pooling = options.Kind == SpikingLayerKind.Pooling;
        float[] weights = pooling ? [] : structure.Weights(layer);
        int size = options.KernelSize, pad = size / 2;
        int[] windows = new int[pooling ? below.Height * below.Width : 0];
        for (int place = 0; place < above.Height * above.Width; place++)
        {
            var from = currents.AsSpan(place * above.Maps, above.Maps);
            bool silent = TensorPrimitives.Max<double>(from) <= 0;
            if (silent && !pooling)
                continue;
            for (int tap = 0; tap < size * size; tap++)
            {
                int y = (place / above.Width * options.Stride) - pad + (tap / size), x = (place % above.Width * options.Stride) - pad + (tap % size);
                if (y < 0 || y >= below.Height || x < 0 || x >= below.Width)
                    continue;
                if (pooling)
                    windows[(y * below.Width) + x]++;
                if (silent)
                    continue;
                var to = arriving.AsSpan(((y * below.Width) + x) * below.Maps, below.Maps);
                for (int m = 0; m < below.Maps; m++)
                    to[m] += pooling ? from[m] : Through(weights.AsSpan(((tap * below.Maps) + m) * above.Maps, above.Maps), from);
            }
        }

        for (int place = 0; place < windows.Length; place++)
        {
            if (windows[place] > 1)
                TensorPrimitives.Divide(arriving.AsSpan(place * below.Maps, below.Maps), windows[place], arriving.AsSpan(place * below.Maps, below.Maps));
        }

        return arriving;
    }

    private static double Through(ReadOnlySpan<float> weights, ReadOnlySpan<double> currents)
    {
        double sum = 0;
        for (int d = 0; d < weights.Length; d++)
            sum += weights[d] * currents[d];
        return sum;
    }

    private static GrayPicture Draw(SpikingInputOptions input, SpikePlane plane, double[] currents)
    {
        double[] picture = new double[plane.Height * plane.Width];
        for (int m = 0; m < plane.Maps; m++)
        {
            var filter = input.Filters[m];
            double[] kernel = filter.Kernel();
            int radius = filter.Size / 2;
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                {
                    double current = currents[(((y * plane.Width) + x) * plane.Maps) + m];
                    for (int tap = 0; current > 0 && tap < kernel.Length; tap++)
                    {
                        int row = y + (tap / filter.Size) - radius, column = x + (tap % filter.Size) - radius;
                        if (row >= 0 && row < plane.Height && column >= 0 && column < plane.Width)
                            picture[(row * plane.Width) + column] += current * kernel[tap];
                    }
                }
            }
        }

        double most = picture.Max(Math.Abs);
        return new(plane.Width, plane.Height, Array.ConvertAll(picture, value => (byte)Math.Round(127.5 + (most > 0 ? 127.5 * value / most : 0))));
    }
}
