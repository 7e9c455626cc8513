using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>Layers of a spiking network.</summary>
public enum SpikingLayerKind
{
    /// <summary>Integrate-and-fire neurons without leak, weights shared in space.</summary>
    Convolution,

    /// <summary>Neurons that fire whenever an input of their map in their window does.</summary>
    Pooling,
}

/// <summary>One layer of a spiking network. Its border is padded by half a kernel.</summary>
public sealed record SpikingLayer
{
    /// <summary>The kind.</summary>
    public SpikingLayerKind Kind { get; init; }

    /// <summary>Feature maps of a convolution, 1 to 4096. Pooling keeps those of its input.</summary>
    public int Maps { get; init; }

    /// <summary>Rows and columns of the window, 1 to 255.</summary>
    public int KernelSize { get; init; } = 5;

    /// <summary>Rows and columns from window to window, 1 to 255.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>A neuron of a convolution fires when its potential is above this, 0 or more.</summary>
    public float Threshold { get; init; }

    /// <summary>The threshold once training is over; null for <see cref="Threshold"/>. A very high one makes the layer only sum.</summary>
    public float? FeatureThreshold { get; init; }

    /// <summary>
    /// Whether, of the neurons at one place, only those with the largest potential fire, all of them on a tie, and none of the place ever after
    /// during the picture.
    /// </summary>
    public bool LateralInhibition { get; init; } = true;

    /// <summary>Mean of the first weights, normally distributed, of a convolution.</summary>
    public float InitialMean { get; init; } = .8f;

    /// <summary>Standard deviation of the first weights, 0 or more; weights of 1 or more become 0.99, of 0 or less 0.01.</summary>
    public float InitialDeviation { get; init; } = .01f;

    /// <summary>How a convolution learns; null if it keeps its first weights.</summary>
    public StdpOptions? Learning { get; init; }

    /// <summary>A convolution.</summary>
    /// <param name="maps">Feature maps.</param>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <param name="threshold">Potential above which a neuron fires.</param>
    /// <param name="featureThreshold">The same once training is over; null for <paramref name="threshold"/>.</param>
    /// <param name="learning">How it learns.</param>
    public static SpikingLayer Convolution(int maps, int kernelSize, float threshold, float? featureThreshold = null, StdpOptions? learning = null)
        => new() { Kind = SpikingLayerKind.Convolution, Maps = maps, KernelSize = kernelSize, Threshold = threshold, FeatureThreshold = featureThreshold, Learning = learning };

    /// <summary>Pooling.</summary>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns from window to window.</param>
    /// <param name="lateralInhibition">Whether a place fires at one step of a picture only.</param>
    public static SpikingLayer Pooling(int kernelSize, int stride, bool lateralInhibition = false)
        => new() { Kind = SpikingLayerKind.Pooling, KernelSize = kernelSize, Stride = stride, LateralInhibition = lateralInhibition };

    internal SpikePlane PlaneOver(SpikePlane input) => input.Window(KernelSize, Stride, Kind == SpikingLayerKind.Convolution ? Maps : input.Maps);

    internal void Validate()
    {
        Guard.Defined(Kind);
        Guard.Between(KernelSize, 1, 255);
        Guard.Between(Stride, 1, 255);
        if (Kind == SpikingLayerKind.Convolution)
            Guard.Between(Maps, 1, 4096);
        else if (Learning is not null)
            throw new ArgumentException("a pooling layer has nothing to learn", nameof(Learning));
        Guard.AtLeastZero(Threshold);
        Guard.AtLeastZero(FeatureThreshold ?? 0, nameof(FeatureThreshold));
        Guard.Finite(InitialMean);
        Guard.AtLeastZero(InitialDeviation);
        Learning?.Validate();
    }
}
