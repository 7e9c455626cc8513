using BioLearn.Kernels.Convolution;

namespace BioLearn.Onnx.Graph;

/// <summary>A window and the tensors it joins, as the kernels take them: for the way forward and for the way back.</summary>
internal static class WindowShapes
{
    /// <summary>Sizes of the convolution from [<paramref name="channels"/>, <paramref name="height"/>, <paramref name="width"/>] to <paramref name="output"/>.</summary>
    public static ConvolutionShape Convolution(this Window w, int groups, int channels, int height, int width, TensorShape output) => new()
    {
        Channels = channels,
        Height = height,
        Width = width,
        Filters = output.Channels,
        OutputHeight = output.Height,
        OutputWidth = output.Width,
        KernelHeight = w.KernelHeight,
        KernelWidth = w.KernelWidth,
        StrideY = w.StrideHeight,
        StrideX = w.StrideWidth,
        PadTop = w.PadTop,
        PadLeft = w.PadLeft,
        DilationY = w.DilationHeight,
        DilationX = w.DilationWidth,
        Groups = groups,
    };

    /// <summary>Sizes of the pooling from [channels, <paramref name="height"/>, <paramref name="width"/>] to <paramref name="output"/>.</summary>
    public static PoolingShape Pooling(this Window w, int height, int width, TensorShape output) => new()
    {
        Channels = output.Channels,
        Height = height,
        Width = width,
        OutputHeight = output.Height,
        OutputWidth = output.Width,
        KernelHeight = w.KernelHeight,
        KernelWidth = w.KernelWidth,
        StrideY = w.StrideHeight,
        StrideX = w.StrideWidth,
        PadTop = w.PadTop,
        PadLeft = w.PadLeft,
        PadBottom = w.PadBottom,
        PadRight = w.PadRight,
        DilationY = w.DilationHeight,
        DilationX = w.DilationWidth,
    };

    /// <summary>Size of the least input from which the window makes <paramref name="output"/>: what strides leave over is cropped.</summary>
    public static (int Height, int Width) LeastInput(this Window w, TensorShape output) => (
        (output.Height - 1) * w.StrideHeight + w.SpanHeight - w.PadTop - w.PadBottom,
        (output.Width - 1) * w.StrideWidth + w.SpanWidth - w.PadLeft - w.PadRight);
}
