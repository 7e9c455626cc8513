using System.Numerics;

namespace BioLearn.Kernels.Convolution;

/// <summary>What one output pixel reads of a picture, [channels, kernel height, kernel width]; taps outside the picture read zero.</summary>
internal static unsafe class LocalWindow
{
    /// <summary>The window of a place.</summary>
    public static void Gather<T>(in ConvolutionShape shape, T* picture, int place, T* window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int left = ((place % shape.OutputWidth) * shape.StrideX) - shape.PadLeft;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int u = 0; u < shape.KernelHeight; u++, window += shape.KernelWidth)
            {
                T* row = RowOf(shape, picture, place, c, u);
                for (int v = 0; v < shape.KernelWidth; v++)
                {
                    int x = left + (v * shape.DilationX);
                    window[v] = row is null || (uint)x >= (uint)shape.Width ? T.Zero : row[x];
                }
            }
        }
    }

    /// <summary>Adds a window to the picture where it was read.</summary>
    public static void Add<T>(in ConvolutionShape shape, T* window, int place, T* picture)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int left = ((place % shape.OutputWidth) * shape.StrideX) - shape.PadLeft;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int u = 0; u < shape.KernelHeight; u++, window += shape.KernelWidth)
            {
                T* row = RowOf(shape, picture, place, c, u);
                for (int v = 0; v < shape.KernelWidth && row is not null; v++)
                {
                    int x = left + (v * shape.DilationX);
                    if ((uint)x < (uint)shape.Width)
                        row[x] += window[v];
                }
            }
        }
    }

    private static T* RowOf<T>(in ConvolutionShape shape, T* picture, int place, int channel, int tap)
        where T : unmanaged
    {
        int y = ((place / shape.OutputWidth) * shape.StrideY) + (tap * shape.DilationY) - shape.PadTop;
        return (uint)y < (uint)shape.Height ? picture + (((nint)((channel * shape.Height) + y)) * shape.Width) : null;
    }
}
