using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// One layer of a <see cref="CompetitiveNetwork"/>: batch normalization without gain and shift, the same units at every place of the picture (a convolution),
/// their activation, and pooling over windows of places. Patches and windows may overlap.
/// </summary>
/// <param name="Units">Units; at least 2.</param>
/// <param name="KernelSize">Side of the square patch that a unit sees, in pixels of the layer below; at least 1.</param>
public sealed record CompetitiveConvolution(int Units, int KernelSize = 3)
{
    /// <summary>How units compete at a place. Default: <see cref="SoftHebb"/> with an inverse temperature of 1 and losers that turn away.</summary>
    public CompetitiveRule Rule { get; init; } = new SoftHebb { InverseTemperature = 1, AntiHebbianLosers = true };

    /// <summary>Pixels from one patch to the next, down and across; at least 1. Default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Pixels added at every side; from 0 to less than <see cref="KernelSize"/>. Default: half of <see cref="KernelSize"/>, with which an odd one keeps the picture's size.</summary>
    public int Padding { get; init; } = KernelSize / 2;

    /// <summary>What these pixels are; they are added after the normalization. Default: the picture, mirrored.</summary>
    public BorderPadding Border { get; init; } = BorderPadding.Reflect;

    /// <summary>
    /// Whether every channel is brought to mean 0 and deviation 1 first: while the layer learns by mean and variance of the mini-batch, over pictures and pixels, afterwards by their running
    /// averages, of which a mini-batch makes a tenth. Default: true.
    /// </summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Length of a unit's weights at the start, above 0; their directions are normal. Default: 25.</summary>
    public double InitialLength { get; init; } = 25;

    /// <summary>η, above 0: the largest change of a weight in a step is η |‖w‖ − 1|^q. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>q, at least 0: a unit's rate falls with the distance of its weights' length from 1. Default: 0.5.</summary>
    public double RadiusPower { get; init; } = 0.5;

    /// <summary>What becomes of the currents. Default: the triangle.</summary>
    public CompetitiveActivation Activation { get; init; } = CompetitiveActivation.Triangle;

    /// <summary>n of the activation, above 0. Default: 1.</summary>
    public double ActivationPower { get; init; } = 1;

    /// <summary>How activations at neighbouring places become one. Default: the largest.</summary>
    public PatchPooling Pooling { get; init; } = PatchPooling.Max;

    /// <summary>Side of the square window of places that are pooled; at least 1. Default: 2.</summary>
    public int PoolingSize { get; init; } = 2;

    /// <summary>Places from one window to the next; at least 0, and 0 means <see cref="PoolingSize"/>. Default: 0.</summary>
    public int PoolingStride { get; init; }

    /// <summary>
    /// Places that windows may reach beyond the border; from 0 to less than <see cref="PoolingSize"/>. There is nothing there: the largest and the mean are of the places inside.
    /// Default: 0.
    /// </summary>
    public int PoolingPadding { get; init; }

    /// <summary>
    /// The three layers that Journé et al. (2023) use for CIFAR-10 (their repository, preset 4SoftHebbCnnCIFAR): 96, 384 and 1536 units, kernels of 5, 3 and 3, inverse temperatures of 1, 0.65 and 0.25,
    /// rates of 0.08, 0.005 and 0.01, triangles of power 0.7, 1.4 and 1; windows of 4, a stride of 2 and a padding of 1 (largest) twice, then means of windows of 2.
    /// </summary>
    /// <param name="width">Factor on the numbers of units, above 0; they are rounded, and at least 2.</param>
    /// <returns>The layers, from the input up.</returns>
    public static IReadOnlyList<CompetitiveConvolution> Journe2023(double width = 1)
    {
        CompetitiveConvolution[] published =
        [
            Layer(96, 5, 1, 0.08, 0.7) with { PoolingSize = 4, PoolingStride = 2, PoolingPadding = 1 },
            Layer(384, 3, 0.65, 0.005, 1.4) with { PoolingSize = 4, PoolingStride = 2, PoolingPadding = 1 },
            Layer(1536, 3, 0.25, 0.01, 1) with { Pooling = PatchPooling.Average },
        ];
        return [.. published.Select(layer => layer.Scaled(width))];

        static CompetitiveConvolution Layer(int units, int kernel, double inverseTemperature, double rate, double power) => new(units, kernel)
        {
            Rule = new SoftHebb { InverseTemperature = inverseTemperature, AntiHebbianLosers = true },
            LearningRate = rate,
            ActivationPower = power,
        };
    }

    /// <summary>The layer with more units or fewer.</summary>
    /// <param name="width">Factor on their number, above 0; it is rounded, and at least 2 remain.</param>
    /// <returns>A layer that is the same but for <see cref="Units"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is not above 0.</exception>
    public CompetitiveConvolution Scaled(double width)
    {
        Guard.AboveZero(width);
        return this with { Units = (int)Math.Clamp(Math.Round(Units * width), 2, int.MaxValue) };
    }

    /// <summary>Checks everything for pictures of some shape.</summary>
    /// <param name="input">What the layer below gives.</param>
    /// <param name="name">The layer, such as "Layers[1]", for errors.</param>
    /// <returns>What is left of the layer once it has learned.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or does not fit the pictures.</exception>
    internal CompetitiveStage Stage(TensorShape input, string name)
    {
        ArgumentNullException.ThrowIfNull(Rule);
        Guard.AboveZero(InitialLength, $"{name}.{nameof(InitialLength)}");
        Guard.AboveZero(LearningRate, $"{name}.{nameof(LearningRate)}");
        Guard.AtLeastZero(RadiusPower, $"{name}.{nameof(RadiusPower)}");
        if (Rule is KrotovHopfield { Rank: var rank })
            Guard.Holds(rank <= Units, Units, $"must be at least the rule's Rank, {rank}", $"{name}.{nameof(Units)}");
        CompetitiveStage stage = new(input, Units, KernelSize)
        {
            Stride = Stride,
            Padding = Padding,
            Border = Border,
            Normalize = Normalize,
            CurrentPower = Rule.CurrentPower,
            Activation = Activation,
            ActivationPower = ActivationPower,
            Pooling = Pooling,
            PoolingSize = PoolingSize,
            PoolingStride = PoolingStride,
            PoolingPadding = PoolingPadding,
        };
        stage.Validate(name);
        return stage;
    }
}
