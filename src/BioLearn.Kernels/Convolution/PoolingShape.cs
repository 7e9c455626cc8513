namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Sizes of one two-dimensional pooling, pictures stored as [batch, channels, height, width]. Window (i, j) covers the input pixels
/// (i·StrideY + y·DilationY − PadTop, j·StrideX + x·DilationX − PadLeft) that lie inside the picture.
/// </summary>
public readonly record struct PoolingShape
{
    /// <summary>Channels, the same before and after.</summary>
    public required int Channels { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Output height in windows.</summary>
    public required int OutputHeight { get; init; }

    /// <summary>Output width in windows.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Window height.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Window width.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Vertical step between windows.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Horizontal step between windows.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Rows of padding above the picture.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns of padding to the left of the picture.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows of padding below the picture; counts only where an average includes its padding.</summary>
    public int PadBottom { get; init; }

    /// <summary>Columns of padding to the right of the picture; counts only where an average includes its padding.</summary>
    public int PadRight { get; init; }

    /// <summary>Vertical distance between the cells of a window.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Horizontal distance between the cells of a window.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>Creates a shape with unit strides and dilations and no padding.</summary>
    public PoolingShape()
    {
    }

    /// <summary>Elements of one input picture: Channels · Height · Width.</summary>
    public int InputLength => Channels * Height * Width;

    /// <summary>Elements of one output picture: Channels · OutputHeight · OutputWidth.</summary>
    public int OutputLength => Channels * OutputHeight * OutputWidth;

    /// <summary>The shape of a pooling whose output size follows from the padding, rounded down or (<paramref name="ceiling"/>) up.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="height">Input height.</param>
    /// <param name="width">Input width.</param>
    /// <param name="kernel">Window height and width.</param>
    /// <param name="stride">Vertical and horizontal stride.</param>
    /// <param name="pads">Padding above, left, below, right (the order of ONNX).</param>
    /// <param name="dilation">Vertical and horizontal distance between the cells of a window.</param>
    /// <param name="ceiling">Round the output size up; a window that would start beyond picture and leading padding is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, the window is larger than the padded picture, or a window lies wholly in the padding.</exception>
    public static PoolingShape Forward(
        int channels, int height, int width, (int Height, int Width) kernel, (int Y, int X) stride,
        (int Top, int Left, int Bottom, int Right) pads, (int Y, int X) dilation, bool ceiling = false)
    {
        int outputHeight = WindowMath.OutputSize(height, kernel.Height, stride.Y, pads.Top, pads.Bottom, dilation.Y, ceiling);
        int outputWidth = WindowMath.OutputSize(width, kernel.Width, stride.X, pads.Left, pads.Right, dilation.X, ceiling);
        var shape = new PoolingShape
        {
            Channels = channels,
            Height = height,
            Width = width,
            OutputHeight = outputHeight,
            OutputWidth = outputWidth,
            KernelHeight = kernel.Height,
            KernelWidth = kernel.Width,
            // The only window of a row has nobody to be a step away from: a huge stride must not become a huge working memory.
            StrideY = outputHeight == 1 ? Math.Min(stride.Y, kernel.Height) : stride.Y,
            StrideX = outputWidth == 1 ? Math.Min(stride.X, kernel.Width) : stride.X,
            PadTop = pads.Top,
            PadLeft = pads.Left,
            PadBottom = pads.Bottom,
            PadRight = pads.Right,
            DilationY = dilation.Y,
            DilationX = dilation.X,
        };
        shape.Validate();
        return shape;
    }

    /// <summary>Checks every size once, so that the kernels need not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, padding is negative, or a window holds no pixel of the picture.</exception>
    public void Validate()
    {
        WindowMath.Positive(Channels, nameof(Channels));
        WindowMath.Positive(Height, nameof(Height));
        WindowMath.Positive(Width, nameof(Width));
        WindowMath.Positive(OutputHeight, nameof(OutputHeight));
        WindowMath.Positive(OutputWidth, nameof(OutputWidth));
        WindowMath.Positive(KernelHeight, nameof(KernelHeight));
        WindowMath.Positive(KernelWidth, nameof(KernelWidth));
        WindowMath.Positive(StrideY, nameof(StrideY));
        WindowMath.Positive(StrideX, nameof(StrideX));
        WindowMath.Positive(DilationY, nameof(DilationY));
        WindowMath.Positive(DilationX, nameof(DilationX));
        ArgumentOutOfRangeException.ThrowIfNegative(PadTop, nameof(PadTop));
        ArgumentOutOfRangeException.ThrowIfNegative(PadLeft, nameof(PadLeft));
        ArgumentOutOfRangeException.ThrowIfNegative(PadBottom, nameof(PadBottom));
        ArgumentOutOfRangeException.ThrowIfNegative(PadRight, nameof(PadRight));
        for (int i = 0; i < OutputHeight; i++)
        {
            if (Rows(i) is var (begin, end) && begin == end)
                throw new ArgumentOutOfRangeException(nameof(OutputHeight), OutputHeight, $"window row {i} lies wholly outside the {Height} rows");
        }

        for (int j = 0; j < OutputWidth; j++)
        {
            if (Columns(j) is var (begin, end) && begin == end)
                throw new ArgumentOutOfRangeException(nameof(OutputWidth), OutputWidth, $"window column {j} lies wholly outside the {Width} columns");
        }
    }

    /// <summary>The kernel rows of window row <paramref name="i"/> that lie inside the picture, [begin, end).</summary>
    internal (int Begin, int End) Rows(int i) => WindowMath.ValidRange(i * StrideY - PadTop, DilationY, Height, KernelHeight);

    /// <summary>The kernel columns of window column <paramref name="j"/> that lie inside the picture, [begin, end).</summary>
    internal (int Begin, int End) Columns(int j) => WindowMath.ValidRange(j * StrideX - PadLeft, DilationX, Width, KernelWidth);

    /// <summary>First input row of window row <paramref name="i"/>, possibly in the padding.</summary>
    internal int FirstRow(int i) => i * StrideY - PadTop;

    /// <summary>First input column of window column <paramref name="j"/>, possibly in the padding.</summary>
    internal int FirstColumn(int j) => j * StrideX - PadLeft;
}
