using BioLearn.Kernels.Convolution;

namespace BioLearn.ML.Networks;

/// <summary>Geometry of a pooling without padding; windows that do not fit are left out.</summary>
internal sealed class PoolingWindow
{
    private PoolingWindow(TensorShape units, int size, int stride)
    {
        Units = units;
        Stride = stride;
        Output = new TensorShape(units.Channels, ((units.Height - size) / stride) + 1, ((units.Width - size) / stride) + 1);
        Shape = new PoolingShape
        {
            Channels = units.Channels,
            Height = units.Height,
            Width = units.Width,
            OutputHeight = Output.Height,
            OutputWidth = Output.Width,
            KernelHeight = size,
            KernelWidth = size,
            StrideY = stride,
            StrideX = stride,
        };
    }

    public TensorShape Units { get; }

    public TensorShape Output { get; }

    public int Stride { get; }

    public PoolingShape Shape { get; }

    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static PoolingWindow Of(TensorShape units, int size, int stride)
    {
        if (size < 1 || size > units.Height || size > units.Width)
            throw new ArgumentException($"a pooling window of {size} does not fit {units.PictureText}");
        if (stride < 0)
            throw new ArgumentException($"the pooling stride is {stride}; it must be at least 1, or 0 for the size of the window");
        return new PoolingWindow(units, size, stride == 0 ? size : stride);
    }
}
