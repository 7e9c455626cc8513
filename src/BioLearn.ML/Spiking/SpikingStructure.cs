using BioLearn.Kernels.Random;
using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Layers and weights of a network as passes use them. Weights of a convolution are [row of kernel][column][input map][output map], float.
/// </summary>
internal sealed class SpikingStructure
{
    private readonly float[]?[] _weights;
    private readonly SpikeConvolution?[] _convolutions;

    /// <summary>A network with its first weights.</summary>
    public SpikingStructure(SpikingNetworkOptions options)
        : this(options, FirstWeights(options))
    {
    }

    /// <param name="options">Valid options.</param>
    /// <param name="weights">For each layer its weights, null for pooling. Not copied.</param>
    public SpikingStructure(SpikingNetworkOptions options, float[]?[] weights)
    {
        Options = options;
        Planes = options.Planes();
        _weights = weights;
        _convolutions = new SpikeConvolution?[weights.Length];
        for (int layer = 0; layer < weights.Length; layer++)
        {
            if (weights[layer] is { } values)
                _convolutions[layer] = new(Planes[layer], options.Layers[layer].KernelSize, options.Layers[layer].Stride, Planes[layer + 1].Maps, values);
        }
    }

    public SpikingNetworkOptions Options { get; }

    /// <summary>Planes of the input and of each layer.</summary>
    public SpikePlane[] Planes { get; }

    public int LayerCount => _weights.Length;

    /// <summary>Indices of the convolutions among the layers, from 0.</summary>
    public IEnumerable<int> Convolutions => Enumerable.Range(0, LayerCount).Where(layer => _weights[layer] is not null);

    /// <summary>Weights of a convolution. Call <see cref="Changed"/> after writing.</summary>
    public float[] Weights(int layer) => _weights[layer] ?? throw new ArgumentException($"layer {layer + 1} is a pooling layer: it has no weights", nameof(layer));

    public SpikeConvolution Convolution(int layer) => _convolutions[layer]!;

    /// <summary>Takes over changed weights of one map.</summary>
    public void Changed(int layer, int map) => _convolutions[layer]!.Pack(_weights[layer], map);

    /// <summary>Thresholds of all layers while they learn, or afterwards; 0 for pooling.</summary>
    public float[] Thresholds(bool learning) => [.. Options.Layers.Select(layer => learning ? layer.Threshold : layer.FeatureThreshold ?? layer.Threshold)];

    /// <summary>The measure of convergence of Kheradpisheh et al.: the mean of w(1-w), which is 0 when all weights are 0 or 1.</summary>
    public double Convergence(int layer)
    {
        double sum = 0;
        foreach (float w in Weights(layer))
            sum += w * (1.0 - w);
        return sum / Weights(layer).Length;
    }

    /// <summary>Number of weights of a layer; 0 for pooling.</summary>
    public static int WeightCount(SpikingNetworkOptions options, SpikePlane[] planes, int layer)
    {
        var of = options.Layers[layer];
        return of.Kind == SpikingLayerKind.Convolution ? of.KernelSize * of.KernelSize * planes[layer].Maps * of.Maps : 0;
    }

    private static float[]?[] FirstWeights(SpikingNetworkOptions options)
    {
        var planes = options.Planes();
        float[]?[] weights = new float[options.Layers.Count][];
        for (int layer = 0; layer < weights.Length; layer++)
        {
            int count = WeightCount(options, planes, layer);
            if (count == 0)
                continue;
            float[] values = weights[layer] = new float[count];
            new RandomStream(options.Seed, $"spiking/weights/{layer + 1}").FillNormal(values.AsSpan(), options.Layers[layer].InitialMean, options.Layers[layer].InitialDeviation);
            foreach (ref float w in values.AsSpan())
                w = w >= 1 ? .99f : w <= 0 ? .01f : w;
        }

        return weights;
    }
}
