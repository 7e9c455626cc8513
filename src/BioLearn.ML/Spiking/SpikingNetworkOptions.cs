using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>A spiking convolutional network: input coding, layers, and the steps of a picture.</summary>
public sealed record SpikingNetworkOptions
{
    /// <summary>How pictures become spikes.</summary>
    public SpikingInputOptions Input { get; init; } = new();

    /// <summary>The layers from the first to the last, a convolution. A spike takes one step from layer to layer.</summary>
    public IReadOnlyList<SpikingLayer> Layers { get; init; } = [];

    /// <summary>Steps of a picture T. Input neurons fire at the steps 0 to T - (number of layers + 1), so that their last spikes reach the last layer.</summary>
    public int TimeSteps { get; init; } = 15;

    /// <summary>Seed of the first weights.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The network of Kheradpisheh et al. (Neural Networks 99, 2018) for faces and motorbikes as P. Perez coded it: 250 x 160 pixels, three
    /// convolutions of 4, 20 and 20 maps, 14,000 iterations.
    /// </summary>
    public static SpikingNetworkOptions FaceMotor { get; } = new()
    {
        Layers =
        [
            SpikingLayer.Convolution(4, 5, 10, learning: new() { Iterations = 3001, Potentiation = .004f, Depression = .003f, Winners = 10, InhibitionRadius = 5 }),
            SpikingLayer.Pooling(7, 6, lateralInhibition: true),
            SpikingLayer.Convolution(20, 17, 60, featureThreshold: 50, new() { Iterations = 5001, Winners = 4, InhibitionRadius = 2 }),
            SpikingLayer.Pooling(5, 5),
            SpikingLayer.Convolution(20, 5, 2, featureThreshold: 1e5f, new() { Iterations = 5998, Winners = 2, InhibitionRadius = 5 }),
        ],
    };

    /// <summary>
    /// The network of Kheradpisheh et al. (Neural Networks 99, 2018) for MNIST: on- and off-centre cells, convolutions of 30 and 100 maps of 5 x 5 with
    /// thresholds 15 and 10, pooling of 2 x 2 between them, first weights around 0.8 ± 0.05, rates a₊ 0.004 and a₋ 0.003 all along, 30 steps a picture. The
    /// threshold of contrasts, how many win and how near, and 60,000 pictures for either layer are ours.
    /// </summary>
    public static SpikingNetworkOptions Digits { get; } = new()
    {
        TimeSteps = 30,
        Input = new()
        {
            Width = 28,
            Height = 28,
            Filters = [ContrastFilter.DifferenceOfGaussians(), ContrastFilter.DifferenceOfGaussians(offCenter: true)],
            Border = 0,
        },
        Layers =
        [
            DigitMaps(30, 15, featureThreshold: null, winners: 5, radius: 2),
            SpikingLayer.Pooling(2, 2),
            DigitMaps(100, 10, featureThreshold: 1e5f, winners: 8, radius: 1),
        ],
    };

    /// <summary>For pictures of a few dozen pixels, such as Fashion-MNIST's, Omniglot's or drawings: 28 x 28 pixels, convolutions of 16 and 64 maps, 5,000 iterations.</summary>
    public static SpikingNetworkOptions SmallPictures { get; } = new()
    {
        Input = new()
        {
            Width = 28,
            Height = 28,
            Filters = [ContrastFilter.DifferenceOfGaussians(), ContrastFilter.DifferenceOfGaussians(offCenter: true)],
            Border = 0,
        },
        Layers =
        [
            SpikingLayer.Convolution(16, 5, 6, learning: new() { Iterations = 2000, Potentiation = .004f, Depression = .003f, Winners = 8, InhibitionRadius = 3 }),
            SpikingLayer.Pooling(2, 2, lateralInhibition: true),
            SpikingLayer.Convolution(64, 5, 8, featureThreshold: 1e5f, learning: new() { Iterations = 3000, Winners = 4, InhibitionRadius = 2 }),
        ],
    };

    /// <summary>Steps after step 0 in which input neurons fire.</summary>
    internal int Bins => TimeSteps - (Layers.Count + 1);

    /// <summary>Planes of the input and of each layer.</summary>
    internal SpikePlane[] Planes()
    {
        var planes = new SpikePlane[Layers.Count + 1];
        planes[0] = Input.Plane;
        for (int layer = 0; layer < Layers.Count; layer++)
            planes[layer + 1] = Layers[layer].PlaneOver(planes[layer]);
        return planes;
    }

    internal int Iterations => Layers.Sum(layer => layer.Learning?.Iterations ?? 0);

    private static SpikingLayer DigitMaps(int maps, float threshold, float? featureThreshold, int winners, int radius)
    {
        StdpOptions learning = new() { Iterations = 60_000, Potentiation = .004f, MaximumPotentiation = .004f, Depression = .003f, Winners = winners, InhibitionRadius = radius };
        return SpikingLayer.Convolution(maps, 5, threshold, featureThreshold, learning) with { InitialDeviation = .05f };
    }

    /// <exception cref="ArgumentException">An option, which is named, is out of its range or fits no other.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Input);
        ArgumentNullException.ThrowIfNull(Layers);
        Input.Validate();
        Guard.Between(Layers.Count, 1, 64, nameof(Layers));
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            try
            {
                (Layers[layer] ?? throw new ArgumentException("is null")).Validate();
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"layer {layer + 1}: {e.Message}", nameof(Layers), e);
            }
        }

        if (Layers[^1].Kind != SpikingLayerKind.Convolution)
            throw new ArgumentException("the last layer must be a convolution: features are its potentials", nameof(Layers));
        if (Bins < 1 || TimeSteps > 1000)
            throw new ArgumentOutOfRangeException(nameof(TimeSteps), TimeSteps, $"must be between {Layers.Count + 2}, one step a layer and two for the input, and 1000");
        long iterations = Layers.Sum(layer => (long)(layer.Learning?.Iterations ?? 0));
        if (iterations > int.MaxValue)
            throw new ArgumentException($"{iterations} iterations in all are too many", nameof(Layers));
        var planes = Planes();
        for (int layer = 0; layer < planes.Length; layer++)
        {
            var (height, width, maps) = planes[layer];
            if (height < 1 || width < 1)
                throw new ArgumentException($"layer {layer}: its window is larger than its input with padding", nameof(Layers));
            if ((long)height * width * maps > 1 << 26)
                throw new ArgumentException($"layer {layer}: {height} x {width} x {maps} neurons are more than {1 << 26}", nameof(Layers));
            if (layer > 0 && Layers[layer - 1].Kind == SpikingLayerKind.Convolution
                && (long)Layers[layer - 1].KernelSize * Layers[layer - 1].KernelSize * planes[layer - 1].Maps * maps > 1 << 26)
                throw new ArgumentException($"layer {layer}: more than {1 << 26} weights", nameof(Layers));
        }
    }
}
