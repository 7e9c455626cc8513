using System.Numerics;

namespace BioLearn.Kernels.Convolution;

/// <summary>Average pooling and its adjoint. A window divides by the number of its pixels inside the picture, or, on request, its padding included.</summary>
public static class AveragePooling
{
    /// <summary>y = mean of each window.</summary>
    /// <param name="shape">Sizes of the pooling.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="includePadding">Divide by the cells of the window inside the padded picture rather than inside the picture.</param>
    /// <param name="x">Input, [batch, Channels, Height, Width].</param>
    /// <param name="y">Means, [batch, Channels, OutputHeight, OutputWidth]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Forward<T>(in PoolingShape shape, int batch, bool includePadding, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var counts = Counts<T>(shape, batch, includePadding, x.Length, y.Length);
        Sum(shape, batch, x, y);
        for (int at = 0; at < y.Length; at += counts.Length)
        {
            for (int window = 0; window < counts.Length; window++) y[at + window] /= counts[window];
        }
    }

    /// <summary>y = sum of each window.</summary>
    /// <param name="shape">Sizes of the pooling.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input, [batch, Channels, Height, Width].</param>
    /// <param name="y">Sums, [batch, Channels, OutputHeight, OutputWidth]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Sum<T>(in PoolingShape shape, int batch, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, y.Length);
        int plane = shape.Height * shape.Width, at = 0;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var input = x.Slice(p * plane, plane);
            for (int i = 0; i < shape.OutputHeight; i++)
            {
                var (rowBegin, rowEnd) = shape.Rows(i);
                for (int j = 0; j < shape.OutputWidth; j++)
                {
                    var (columnBegin, columnEnd) = shape.Columns(j);
                    var sum = T.Zero;
                    for (int u = rowBegin; u < rowEnd; u++)
                    {
                        int row = (shape.FirstRow(i) + u * shape.DilationY) * shape.Width + shape.FirstColumn(j);
                        for (int v = columnBegin; v < columnEnd; v++) sum += input[row + v * shape.DilationX];
                    }

                    y[at++] = sum;
                }
            }
        }
    }

    /// <summary>The adjoint: each current, divided by its window's count, is added to every pixel of its window.</summary>
    /// <param name="shape">Sizes of the pooling whose adjoint this is.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="includePadding">As in <see cref="Forward"/>.</param>
    /// <param name="y">Pooled currents, [batch, Channels, OutputHeight, OutputWidth].</param>
    /// <param name="x">Currents at the input, [batch, Channels, Height, Width]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Adjoint<T>(in PoolingShape shape, int batch, bool includePadding, ReadOnlySpan<T> y, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var counts = Counts<T>(shape, batch, includePadding, x.Length, y.Length);
        x.Clear();
        int plane = shape.Height * shape.Width;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var target = x.Slice(p * plane, plane);
            for (int i = 0; i < shape.OutputHeight; i++)
            {
                var (rowBegin, rowEnd) = shape.Rows(i);
                for (int j = 0; j < shape.OutputWidth; j++)
                {
                    var (columnBegin, columnEnd) = shape.Columns(j);
                    int window = i * shape.OutputWidth + j;
                    var share = y[p * counts.Length + window] / counts[window];
                    for (int u = rowBegin; u < rowEnd; u++)
                    {
                        int row = (shape.FirstRow(i) + u * shape.DilationY) * shape.Width + shape.FirstColumn(j);
                        for (int v = columnBegin; v < columnEnd; v++) target[row + v * shape.DilationX] += share;
                    }
                }
            }
        }
    }

    /// <summary>The divisor of every window of one plane.</summary>
    private static T[] Counts<T>(in PoolingShape shape, int batch, bool includePadding, int x, int y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x, y);
        var counts = new T[shape.OutputHeight * shape.OutputWidth];
        for (int i = 0; i < shape.OutputHeight; i++)
        {
            for (int j = 0; j < shape.OutputWidth; j++)
            {
                int rows = includePadding ? Padded(i, shape.StrideY, shape.DilationY, shape.KernelHeight, shape.PadTop + shape.Height + shape.PadBottom) : Length(shape.Rows(i));
                int columns = includePadding ? Padded(j, shape.StrideX, shape.DilationX, shape.KernelWidth, shape.PadLeft + shape.Width + shape.PadRight) : Length(shape.Columns(j));
                counts[i * shape.OutputWidth + j] = T.CreateChecked(rows * columns);
            }
        }

        return counts;

        static int Length((int Begin, int End) range) => range.End - range.Begin;

        // A window that hangs over the padded picture (rounding up) counts only its cells inside it.
        static int Padded(int window, int stride, int dilation, int kernel, int padded)
        {
            var (begin, end) = WindowMath.ValidRange(window * stride, dilation, padded, kernel);
            return end - begin;
        }
    }

    private static void Check(in PoolingShape shape, int batch, int x, int y)
    {
        shape.Validate();
        WindowMath.Positive(batch, nameof(batch));
        WindowMath.Length(x, (long)batch * shape.InputLength, nameof(x));
        WindowMath.Length(y, (long)batch * shape.OutputLength, nameof(y));
    }
}
