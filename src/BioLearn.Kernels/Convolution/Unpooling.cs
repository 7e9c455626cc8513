using System.Numerics;

namespace BioLearn.Kernels.Convolution;

/// <summary>The ways back through a pooling: each pooled value returns to one, or to several, positions of its window.</summary>
public static class Unpooling
{
    /// <summary>
    /// Zeros everywhere, then each value is <em>written</em> at its switch, windows in raster order: where windows overlap and name one position,
    /// the last writer wins (PyTorch's and ONNX's max-unpooling).
    /// </summary>
    /// <param name="shape">Sizes of the pooling whose reversal this is.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="values">Pooled currents, [batch, Channels, OutputHeight, OutputWidth].</param>
    /// <param name="switches">Plane indices (row · Width + column), as <paramref name="values"/>.</param>
    /// <param name="x">Unpooled currents, [batch, Channels, Height, Width]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="IndexOutOfRangeException">A switch lies outside the plane.</exception>
    public static void Write<T>(in PoolingShape shape, int batch, ReadOnlySpan<T> values, ReadOnlySpan<int> switches, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, values.Length, x.Length);
        WindowMath.Length(switches.Length, values.Length, nameof(switches));
        x.Clear();
        int plane = shape.Height * shape.Width, windows = shape.OutputHeight * shape.OutputWidth;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var target = x.Slice(p * plane, plane);
            var source = values.Slice(p * windows, windows);
            var at = switches.Slice(p * windows, windows);
            for (int i = 0; i < source.Length; i++) target[at[i]] = source[i];
        }
    }

    /// <summary>As <see cref="Write{T}"/>, but values that meet are added: the true adjoint of max-pooling.</summary>
    /// <param name="shape">Sizes of the pooling whose reversal this is.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="values">Pooled currents, [batch, Channels, OutputHeight, OutputWidth].</param>
    /// <param name="switches">Plane indices (row · Width + column), as <paramref name="values"/>.</param>
    /// <param name="x">Unpooled currents, [batch, Channels, Height, Width]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="IndexOutOfRangeException">A switch lies outside the plane.</exception>
    public static void Sum<T>(in PoolingShape shape, int batch, ReadOnlySpan<T> values, ReadOnlySpan<int> switches, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, values.Length, x.Length);
        WindowMath.Length(switches.Length, values.Length, nameof(switches));
        x.Clear();
        int plane = shape.Height * shape.Width, windows = shape.OutputHeight * shape.OutputWidth;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var target = x.Slice(p * plane, plane);
            var source = values.Slice(p * windows, windows);
            var at = switches.Slice(p * windows, windows);
            for (int i = 0; i < source.Length; i++) target[at[i]] += source[i];
        }
    }

    /// <summary>Zeros everywhere, then each value is written at every position of its window, windows in raster order: later windows overwrite.</summary>
    /// <param name="shape">Sizes of the pooling whose reversal this is.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="values">Pooled currents, [batch, Channels, OutputHeight, OutputWidth].</param>
    /// <param name="x">Unpooled currents, [batch, Channels, Height, Width]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Distribute<T>(in PoolingShape shape, int batch, ReadOnlySpan<T> values, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, values.Length, x.Length);
        x.Clear();
        int plane = shape.Height * shape.Width, at = 0;
        for (int p = 0; p < batch * shape.Channels; p++)
        {
            var target = x.Slice(p * plane, plane);
            for (int i = 0; i < shape.OutputHeight; i++)
            {
                var (rowBegin, rowEnd) = shape.Rows(i);
                for (int j = 0; j < shape.OutputWidth; j++, at++)
                {
                    var (columnBegin, columnEnd) = shape.Columns(j);
                    for (int u = rowBegin; u < rowEnd; u++)
                    {
                        int row = (shape.FirstRow(i) + u * shape.DilationY) * shape.Width + shape.FirstColumn(j);
                        for (int v = columnBegin; v < columnEnd; v++) target[row + v * shape.DilationX] = values[at];
                    }
                }
            }
        }
    }

    /// <summary>Nearest-neighbour enlargement: each value becomes a block of <paramref name="factorY"/> × <paramref name="factorX"/> equal values.</summary>
    /// <param name="planes">Number of planes: batch · channels.</param>
    /// <param name="height">Height of the small plane.</param>
    /// <param name="width">Width of the small plane.</param>
    /// <param name="factorY">Vertical factor.</param>
    /// <param name="factorX">Horizontal factor.</param>
    /// <param name="values">Small planes, [planes, height, width].</param>
    /// <param name="x">Large planes, [planes, height · factorY, width · factorX]; overwritten.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the sizes.</exception>
    public static void Nearest<T>(int planes, int height, int width, int factorY, int factorX, ReadOnlySpan<T> values, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        WindowMath.Length(values.Length, (long)planes * height * width, nameof(values));
        WindowMath.Length(x.Length, (long)values.Length * factorY * factorX, nameof(x));
        int large = width * factorX;
        for (int row = 0; row < planes * height; row++)
        {
            var first = x.Slice(row * factorY * large, large);
            for (int j = 0; j < width; j++) first.Slice(j * factorX, factorX).Fill(values[row * width + j]);
            for (int copy = 1; copy < factorY; copy++) first.CopyTo(x[((row * factorY + copy) * large)..]);
        }
    }

    private static void Check(in PoolingShape shape, int batch, int values, int x)
    {
        shape.Validate();
        WindowMath.Positive(batch, nameof(batch));
        WindowMath.Length(values, (long)batch * shape.OutputLength, nameof(values));
        WindowMath.Length(x, (long)batch * shape.InputLength, nameof(x));
    }
}
