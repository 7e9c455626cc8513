using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as in every deep-learning library), its adjoint and its weight gradient, on pictures
/// stored as [batch, channels, height, width] and weights [filters, channels / groups, kernel height, kernel width].
/// </summary>
/// <remarks>
/// With A the linear map "convolve by W": <see cref="Forward"/> is y = A x + bias, <see cref="Adjoint"/> is x = Aᵀ y (the input gradient,
/// also called transposed convolution), <see cref="WeightGradient"/> is ∂⟨y, A x⟩/∂W. The order of additions into one element does not depend on
/// the batch size or on the number of threads. Where weights stay the same for many calls, a <see cref="ConvolutionPlan{T}"/> saves rearranging them.
/// </remarks>
public static unsafe class Convolution2D
{
    /// <summary>y[n, o, i, j] = bias[o] + Σ over channels c and taps (u, v) of W[o, c, u, v] · x[n, c, i·stride + u·dilation − pad, ...].</summary>
    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input pictures, [batch, Channels, Height, Width].</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="bias">One value a filter, or empty.</param>
    /// <param name="y">Output pictures, [batch, Filters, OutputHeight, OutputWidth]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Forward<T>(
        in ConvolutionShape shape, int batch, ReadOnlySpan<T> x, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> y, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, weights.Length, y.Length);
        if (!bias.IsEmpty) WindowMath.Length(bias.Length, shape.Filters, nameof(bias));
        fixed (T* w = weights, b = bias, from = x, to = y)
        {
            if (GroupShape.IsFew<T>(shape, adjoint: false))
            {
                SmallGroups<T>.Run(shape, adjoint: false, batch, from, w, b, rectify: false, to, threads);
                return;
            }

            using var plan = ConvolutionPlan<T>.Forward(shape, new UnmanagedMemory<T>(w, weights.Length).Memory);
            plan.Run(batch, x, bias, rectify: false, y, threads);
        }
    }

    /// <summary>
    /// x[n, c, i·stride + u·dilation − pad, ...] = Σ over filters o and taps (u, v) of W[o, c, u, v] · y[n, o, i, j]; contributions that fall outside
    /// the picture are dropped, pixels that nothing reaches are zero.
    /// </summary>
    /// <param name="shape">Sizes of the convolution whose adjoint this is: Height and Width are those of the result.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="y">Currents at the output of the convolution, [batch, Filters, OutputHeight, OutputWidth].</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="x">Currents at its input, [batch, Channels, Height, Width]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Adjoint<T>(in ConvolutionShape shape, int batch, ReadOnlySpan<T> y, ReadOnlySpan<T> weights, Span<T> x, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, weights.Length, y.Length);
        fixed (T* w = weights, from = y, to = x)
        {
            if (GroupShape.IsFew<T>(shape, adjoint: true))
            {
                SmallGroups<T>.Run(shape, adjoint: true, batch, from, w, null, rectify: false, to, threads);
                return;
            }

            using var plan = ConvolutionPlan<T>.Adjoint(shape, new UnmanagedMemory<T>(w, weights.Length).Memory);
            plan.Run(batch, y, [], rectify: false, x, threads);
        }
    }

    /// <summary>dW[o, c, u, v] = Σ over pictures and output pixels of y[n, o, i, j] · x[n, c, i·stride + u·dilation − pad, ...].</summary>
    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input pictures, [batch, Channels, Height, Width].</param>
    /// <param name="y">Credit signals at the output, [batch, Filters, OutputHeight, OutputWidth].</param>
    /// <param name="gradient">Weight gradient, [Filters, Channels / Groups, KernelHeight, KernelWidth]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void WeightGradient<T>(in ConvolutionShape shape, int batch, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> gradient, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, gradient.Length, y.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (GroupShape.IsFew<T>(shape, adjoint: false))
        {
            fixed (T* px = x, py = y, pg = gradient)
                SmallGroups<T>.RunGradient(shape, batch, px, py, pg, threads);
            return;
        }
        if (shape.Filters / shape.Groups >= WeightGradientProduct<T>.LeastFilters)
        {
            fixed (T* px = x, py = y, pg = gradient)
                WeightGradientProduct<T>.Run(shape, batch, px, py, pg, threads);
            return;
        }
        gradient.Clear();
        foreach (var tap in new RowPairs(shape, batch))
        {
            var w = gradient.Slice(tap.Weights, shape.KernelWidth);
            var input = x.Slice(tap.InputRow, shape.Width);
            var output = y.Slice(tap.OutputRow, shape.OutputWidth);
            for (int v = 0; v < w.Length; v++)
            {
                int offset = v * shape.DilationX - shape.PadLeft;
                var (begin, end) = WindowMath.ValidRange(offset, shape.StrideX, shape.Width, shape.OutputWidth);
                if (begin == end) continue;
                var source = output[begin..end];
                int from = begin * shape.StrideX + offset;
                if (shape.StrideX == 1) w[v] += TensorPrimitives.Dot(source, input.Slice(from, end - begin));
                else
                {
                    var sum = T.Zero;
                    for (int j = 0; j < source.Length; j++) sum += source[j] * input[from + j * shape.StrideX];
                    w[v] += sum;
                }
            }
        }
    }

    private static void Check(in ConvolutionShape shape, int batch, int x, int weights, int y)
    {
        shape.Validate();
        WindowMath.Positive(batch, nameof(batch));
        WindowMath.Length(x, (long)batch * shape.InputLength, nameof(x));
        WindowMath.Length(y, (long)batch * shape.OutputLength, nameof(y));
        WindowMath.Length(weights, shape.WeightLength, nameof(weights));
    }
}
