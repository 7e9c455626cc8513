using System.Collections.Immutable;

namespace BioLearn.ML.Networks;

/// <summary>How a convolution's activities are pooled before the next layer reads them.</summary>
public enum Pooling
{
    /// <summary>No pooling.</summary>
    None,

    /// <summary>Maximum of each window.</summary>
    Max,

    /// <summary>Mean of each window.</summary>
    Average,
}

/// <summary>
/// A layer with weights, its geometry resolved: l in h_l = pool(φ(a_l)), a_l = W_l h_{l-1} + b_l.
/// Weights are stored [<see cref="WeightRows"/>, <see cref="WeightColumns"/>]: a row per unit or output channel.
/// </summary>
public sealed class SynapticLayer
{
    private SynapticLayer(int index, TensorShape input, TensorShape units, Activation activation, Convolution2D? convolution)
    {
        Index = index;
        Input = input;
        Units = units;
        Output = units;
        Activation = activation;
        Convolution = convolution;
    }

    /// <summary>Number of the layer, 1 for the first above the input.</summary>
    public int Index { get; }

    /// <summary>Shape of what the layer reads, h_{l-1}.</summary>
    public TensorShape Input { get; }

    /// <summary>Shape of the pre-activations a_l.</summary>
    public TensorShape Units { get; }

    /// <summary>Shape of what the next layer reads, h_l: <see cref="Units"/> after pooling.</summary>
    public TensorShape Output { get; private set; }

    /// <summary>Activation of the units; linear for the last layer, whose non-linearity belongs to the head.</summary>
    public Activation Activation { get; private set; }

    /// <summary>Pooling between <see cref="Units"/> and <see cref="Output"/>.</summary>
    public Pooling Pooling { get; private set; }

    /// <summary>Whether the weights are a convolution kernel shared over space.</summary>
    public bool IsConvolution => Convolution is not null;

    /// <summary>Rows of the weight matrix: units, or output channels.</summary>
    public int WeightRows => IsConvolution ? Units.Channels : Units.Size;

    /// <summary>Columns of the weight matrix: inputs of one unit (fan-in).</summary>
    public int WeightColumns => Convolution is { } c ? Input.Channels * c.KernelSize * c.KernelSize : Input.Size;

    /// <summary>Connections into one unit.</summary>
    public int FanIn => WeightColumns;

    /// <summary>Connections out of one input: units, or output channels times the kernel's area.</summary>
    public int FanOut => Convolution is { } c ? c.Channels * c.KernelSize * c.KernelSize : Units.Size;

    internal Convolution2D? Convolution { get; }

    internal int PoolSize { get; private set; }

    internal int PoolStride { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"layer {Index} ({(IsConvolution ? "convolution" : "dense")} {Input} to {Output})";

    internal static ImmutableArray<SynapticLayer> Resolve(TensorShape input, ImmutableArray<LayerSpec> specs)
    {
        if (input.Channels < 1 || input.Height < 1 || input.Width < 1)
            throw new ArgumentException($"The input shape is {input.Channels}x{input.Height}x{input.Width}; every size must be at least 1.", nameof(input));
        List<SynapticLayer> layers = [];
        TensorShape shape = input;
        foreach (LayerSpec spec in specs)
        {
            switch (spec)
            {
                case Dense dense:
                    Require(dense.Units >= 1, layers.Count + 1, $"Units is {dense.Units}; it must be at least 1");
                    layers.Add(new SynapticLayer(layers.Count + 1, shape, new TensorShape(dense.Units), dense.Activation, null));
                    break;
                case Convolution2D conv:
                    layers.Add(ResolveConvolution(layers.Count + 1, shape, conv));
                    break;
                case MaxPooling2D pool:
                    Pool(layers, Pooling.Max, pool.Size, pool.Stride);
                    break;
                case AveragePooling2D pool:
                    Pool(layers, Pooling.Average, pool.Size, pool.Stride);
                    break;
                default:
                    throw new ArgumentException($"Layer {layers.Count + 1} is of an unknown kind, {spec?.GetType().Name ?? "null"}.", nameof(specs));
            }
            shape = layers[^1].Output;
        }
        if (layers.Count == 0 || layers[^1].IsConvolution)
            throw new ArgumentException("The last layer must be Dense: its units are the outputs of the network.", nameof(specs));
        layers[^1].Activation = Activation.Linear;
        return [.. layers];
    }

    private static SynapticLayer ResolveConvolution(int index, TensorShape input, Convolution2D conv)
    {
        Require(conv.Channels >= 1, index, $"Channels is {conv.Channels}; it must be at least 1");
        Require(conv.KernelSize >= 1, index, $"KernelSize is {conv.KernelSize}; it must be at least 1");
        Require(conv.Stride >= 1, index, $"Stride is {conv.Stride}; it must be at least 1");
        Require(conv.Padding >= 0 && conv.Padding < conv.KernelSize, index, $"Padding is {conv.Padding}; it must be in 0..KernelSize-1");
        int height = ((input.Height + (2 * conv.Padding) - conv.KernelSize) / conv.Stride) + 1;
        int width = ((input.Width + (2 * conv.Padding) - conv.KernelSize) / conv.Stride) + 1;
        Require(
            input.Height + (2 * conv.Padding) >= conv.KernelSize && input.Width + (2 * conv.Padding) >= conv.KernelSize,
            index,
            $"a kernel of {conv.KernelSize} with padding {conv.Padding} does not fit an input of {input}");
        return new SynapticLayer(index, input, new TensorShape(conv.Channels, height, width), conv.Activation, conv);
    }

    private static void Pool(List<SynapticLayer> layers, Pooling pooling, int size, int stride)
    {
        Require(layers.Count > 0 && layers[^1] is { IsConvolution: true, Pooling: Pooling.None }, layers.Count + 1, "pooling must follow a convolution");
        SynapticLayer layer = layers[^1];
        stride = stride == 0 ? size : stride;
        Require(size >= 1 && size <= layer.Units.Height && size <= layer.Units.Width, layer.Index, $"a pooling window of {size} does not fit {layer.Units}");
        Require(stride >= 1, layer.Index, $"the pooling stride is {stride}; it must be at least 1");
        layer.Pooling = pooling;
        layer.PoolSize = size;
        layer.PoolStride = stride;
        layer.Output = new TensorShape(layer.Units.Channels, ((layer.Units.Height - size) / stride) + 1, ((layer.Units.Width - size) / stride) + 1);
    }

    private static void Require(bool condition, int layer, string message)
    {
        if (!condition)
            throw new ArgumentException($"Layer {layer}: {message}.");
    }
}
