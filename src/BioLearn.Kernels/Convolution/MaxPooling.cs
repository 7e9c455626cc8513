using System.Numerics;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>Max-pooling that records its switches: the position, inside the channel's plane, of each window's maximum.</summary>
public static unsafe class MaxPooling
{
    /// <summary>
    /// y = maximum of each window; <paramref name="switches"/> = its plane index, row · Width + column. Of equal values the first in raster order counts
    /// (as in PyTorch and ONNX Runtime); a NaN wins over every number.
    /// </summary>
    /// <param name="shape">Sizes of the pooling.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input, [batch, Channels, Height, Width].</param>
    /// <param name="y">Maxima, [batch, Channels, OutputHeight, OutputWidth]; overwritten.</param>
    /// <param name="switches">Plane indices of the maxima, as <paramref name="y"/>, or empty; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Forward<T>(in PoolingShape shape, int batch, ReadOnlySpan<T> x, Span<T> y, Span<int> switches)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        shape.Validate();
        WindowMath.Positive(batch, nameof(batch));
        WindowMath.Length(x.Length, (long)batch * shape.InputLength, nameof(x));
        WindowMath.Length(y.Length, (long)batch * shape.OutputLength, nameof(y));
        if (!switches.IsEmpty) WindowMath.Length(switches.Length, y.Length, nameof(switches));
        fixed (T* from = x, to = y)
        fixed (int* positions = switches)
        {
            var kernel = new MaxPoolingKernel<T> { Shape = shape, Planes = batch * shape.Channels, X = from, Y = to, Switches = positions };
            Hardware.Run<T, MaxPoolingKernel<T>>(ref kernel);
        }
    }
}
