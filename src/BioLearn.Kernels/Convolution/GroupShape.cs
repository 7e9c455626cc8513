using System.Numerics;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>A convolution with groups, or its adjoint, as one map from the input channels of a group to its output channels.</summary>
internal readonly struct GroupShape
{
    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="adjoint">Whether the map is its adjoint.</param>
    public GroupShape(in ConvolutionShape shape, bool adjoint)
    {
        (Shape, IsAdjoint, Count) = (shape, adjoint, shape.Groups);
        int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups;
        (Inputs, Outputs) = adjoint ? (filters, channels) : (channels, filters);
        (Height, Width) = adjoint ? (shape.OutputHeight, shape.OutputWidth) : (shape.Height, shape.Width);
        (OutputHeight, OutputWidth) = adjoint ? (shape.Height, shape.Width) : (shape.OutputHeight, shape.OutputWidth);
        (KernelHeight, KernelWidth) = (shape.KernelHeight, shape.KernelWidth);
        (InputNumbers, OutputNumbers) = adjoint ? (channels * Kernel, Kernel) : (Kernel, channels * Kernel);
        Vertical = TapAxis.Vertical(shape, adjoint);
        Horizontal = TapAxis.Horizontal(shape, adjoint);
    }

    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Whether the map is its adjoint.</summary>
    public bool IsAdjoint { get; }

    /// <summary>Number of groups.</summary>
    public int Count { get; }

    /// <summary>Channels of a group that are read.</summary>
    public int Inputs { get; }

    /// <summary>Channels of a group that are computed.</summary>
    public int Outputs { get; }

    /// <summary>Rows and columns of a plane that is read.</summary>
    public int Height { get; }

    /// <inheritdoc cref="Height"/>
    public int Width { get; }

    /// <summary>Rows and columns of a plane that is computed.</summary>
    public int OutputHeight { get; }

    /// <inheritdoc cref="OutputHeight"/>
    public int OutputWidth { get; }

    /// <summary>Rows and columns of taps.</summary>
    public int KernelHeight { get; }

    /// <inheritdoc cref="KernelHeight"/>
    public int KernelWidth { get; }

    /// <summary>Taps.</summary>
    public int Kernel => KernelHeight * KernelWidth;

    /// <summary>Weights of a group.</summary>
    public int Numbers => Inputs * Outputs * Kernel;

    /// <summary>Distance of two input channels' weights.</summary>
    public int InputNumbers { get; }

    /// <summary>Distance of two output channels' weights.</summary>
    public int OutputNumbers { get; }

    /// <summary>Which rows an output row reads.</summary>
    public TapAxis Vertical { get; }

    /// <summary>Which columns an output column reads.</summary>
    public TapAxis Horizontal { get; }

    /// <summary>
    /// Whether groups have so few output channels that lanes of groups, or of columns, are fuller than lanes of channels. The answer is the same for
    /// every batch, so that a picture's bits are.
    /// </summary>
    public static bool IsFew<T>(in ConvolutionShape shape, bool adjoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Panels.Lanes<T>(), outputs = (adjoint ? shape.Channels : shape.Filters) / shape.Groups;
        long across = (long)Partitioner.Pieces(shape.Groups, lanes) * outputs, within = (long)shape.Groups * Partitioner.Pieces(outputs, lanes);
        return shape.Groups > 1 && (across < within || (across == within && outputs < 4));
    }
}
