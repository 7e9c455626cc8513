using System.Numerics;

namespace BioLearn.Kernels.Convolution;

/// <summary>Max-pooling that records its switches: the position, inside the channel's plane, of each window's maximum.</summary>
public static class MaxPooling
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
        int plane = shape.Height * shape.Width, at = 0;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var input = x.Slice(p * plane, plane);
            for (int i = 0; i < shape.OutputHeight; i++)
            {
                var (rowBegin, rowEnd) = shape.Rows(i);
                for (int j = 0; j < shape.OutputWidth; j++, at++)
                {
                    var (columnBegin, columnEnd) = shape.Columns(j);
                    int first = shape.FirstRow(i) * shape.Width + shape.FirstColumn(j);
                    int best = first + rowBegin * shape.DilationY * shape.Width + columnBegin * shape.DilationX;
                    var max = input[best];
                    for (int u = rowBegin; u < rowEnd; u++)
                    {
                        int row = first + u * shape.DilationY * shape.Width;
                        for (int v = columnBegin; v < columnEnd; v++)
                        {
                            var value = input[row + v * shape.DilationX];
                            if (value > max || (T.IsNaN(value) && !T.IsNaN(max)))
                                (max, best) = (value, row + v * shape.DilationX);
                        }
                    }

                    y[at] = max;
                    if (!switches.IsEmpty) switches[at] = best;
                }
            }
        }
    }
}
