namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Sizes of one two-dimensional convolution, pictures stored as [batch, channels, height, width].
/// Output pixel (i, j) of filter o reads input pixel (i·StrideY + y·DilationY − PadTop, j·StrideX + x·DilationX − PadLeft)
/// for every kernel tap (y, x); taps that fall outside the picture read zero.
/// </summary>
/// <remarks>
/// Input and output size are both explicit: the adjoint of a strided convolution does not know its own output size, and padding
/// below and to the right is whatever the output size implies. <see cref="Forward"/> computes the usual one.
/// </remarks>
public readonly record struct ConvolutionShape
{
    /// <summary>Input channels, a multiple of <see cref="Groups"/>.</summary>
    public required int Channels { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Output channels, a multiple of <see cref="Groups"/>.</summary>
    public required int Filters { get; init; }

    /// <summary>Output height in pixels.</summary>
    public required int OutputHeight { get; init; }

    /// <summary>Output width in pixels.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Kernel height in taps.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Kernel width in taps.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Vertical step between output pixels.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Horizontal step between output pixels.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Rows of zeros above the picture.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns of zeros to the left of the picture.</summary>
    public int PadLeft { get; init; }

    /// <summary>Vertical distance between kernel taps.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Horizontal distance between kernel taps.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>Independent groups; equal to <see cref="Channels"/> for a depthwise convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Creates a shape with unit strides and dilations, one group and no padding.</summary>
    public ConvolutionShape()
    {
    }

    /// <summary>Elements of one input picture: Channels · Height · Width.</summary>
    public int InputLength => Channels * Height * Width;

    /// <summary>Elements of one output picture: Filters · OutputHeight · OutputWidth.</summary>
    public int OutputLength => Filters * OutputHeight * OutputWidth;

    /// <summary>Elements of the weights [Filters, Channels / Groups, KernelHeight, KernelWidth].</summary>
    public int WeightLength => Filters * (Channels / Groups) * KernelHeight * KernelWidth;

    /// <summary>Multiply-adds of one picture, taps in the padding included.</summary>
    public long MultiplyAdds => (long)OutputLength * (Channels / Groups) * KernelHeight * KernelWidth;

    /// <summary>
    /// The shape of a forward convolution whose output size follows from the padding:
    /// ⌊(size + padBegin + padEnd − dilation·(kernel − 1) − 1) / stride⌋ + 1.
    /// </summary>
    /// <param name="channels">Input channels.</param>
    /// <param name="height">Input height.</param>
    /// <param name="width">Input width.</param>
    /// <param name="filters">Output channels.</param>
    /// <param name="kernel">Kernel height and width.</param>
    /// <param name="stride">Vertical and horizontal stride.</param>
    /// <param name="pads">Padding above, left, below, right (the order of ONNX).</param>
    /// <param name="dilation">Vertical and horizontal dilation.</param>
    /// <param name="groups">Independent groups.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the kernel is larger than the padded picture.</exception>
    public static ConvolutionShape Forward(
        int channels, int height, int width, int filters, (int Height, int Width) kernel,
        (int Y, int X) stride, (int Top, int Left, int Bottom, int Right) pads, (int Y, int X) dilation, int groups = 1)
    {
        var shape = new ConvolutionShape
        {
            Channels = channels,
            Height = height,
            Width = width,
            Filters = filters,
            OutputHeight = WindowMath.OutputSize(height, kernel.Height, stride.Y, pads.Top, pads.Bottom, dilation.Y, ceiling: false),
            OutputWidth = WindowMath.OutputSize(width, kernel.Width, stride.X, pads.Left, pads.Right, dilation.X, ceiling: false),
            KernelHeight = kernel.Height,
            KernelWidth = kernel.Width,
            StrideY = stride.Y,
            StrideX = stride.X,
            PadTop = pads.Top,
            PadLeft = pads.Left,
            DilationY = dilation.Y,
            DilationX = dilation.X,
            Groups = groups,
        };
        shape.Validate();
        return shape;
    }

    /// <summary>Checks every size once, so that the kernels need not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, padding is negative, or groups do not divide the channels.</exception>
    public void Validate()
    {
        WindowMath.Positive(Channels, nameof(Channels));
        WindowMath.Positive(Height, nameof(Height));
        WindowMath.Positive(Width, nameof(Width));
        WindowMath.Positive(Filters, nameof(Filters));
        WindowMath.Positive(OutputHeight, nameof(OutputHeight));
        WindowMath.Positive(OutputWidth, nameof(OutputWidth));
        WindowMath.Positive(KernelHeight, nameof(KernelHeight));
        WindowMath.Positive(KernelWidth, nameof(KernelWidth));
        WindowMath.Positive(StrideY, nameof(StrideY));
        WindowMath.Positive(StrideX, nameof(StrideX));
        WindowMath.Positive(DilationY, nameof(DilationY));
        WindowMath.Positive(DilationX, nameof(DilationX));
        WindowMath.Positive(Groups, nameof(Groups));
        ArgumentOutOfRangeException.ThrowIfNegative(PadTop, nameof(PadTop));
        ArgumentOutOfRangeException.ThrowIfNegative(PadLeft, nameof(PadLeft));
        if (Channels % Groups != 0 || Filters % Groups != 0)
            throw new ArgumentOutOfRangeException(nameof(Groups), Groups, $"must divide both {Channels} channels and {Filters} filters");
    }
}
