using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A convolution whose places share no weights, its adjoint and its weight gradient: pictures [batch, channels, height, width], weights
/// [filters, output height, output width, channels, kernel height, kernel width], a row for each output pixel of each filter.
/// </summary>
/// <remarks>
/// A matrix product a place. The order of additions into one element does not depend on the batch size or on the number of threads.
/// </remarks>
public static unsafe class LocallyConnected2D
{
    /// <summary>Elements of the weights of a shape.</summary>
    /// <param name="shape">Sizes of the convolution; one group.</param>
    /// <returns>OutputLength · Channels · KernelHeight · KernelWidth.</returns>
    public static long WeightLength(in ConvolutionShape shape) => (long)shape.OutputLength * Taps(shape);

    /// <summary>y[n, o, i, j] = bias[o, i, j] + Σ over channels c and taps (u, v) of W[o, i, j, c, u, v] · x[n, c, i·stride + u·dilation − pad, ...].</summary>
    /// <param name="shape">Sizes of the convolution; one group.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input pictures, [batch, Channels, Height, Width].</param>
    /// <param name="weights">Weights, [Filters, OutputHeight, OutputWidth, Channels, KernelHeight, KernelWidth].</param>
    /// <param name="bias">One value an output pixel and filter, or empty.</param>
    /// <param name="y">Output pictures, [batch, Filters, OutputHeight, OutputWidth]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Forward<T>(in ConvolutionShape shape, int batch, ReadOnlySpan<T> x, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> y, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, weights.Length, y.Length, threads);
        if (!bias.IsEmpty)
            WindowMath.Length(bias.Length, shape.OutputLength, nameof(bias));
        fixed (T* w = weights, b = bias, from = x, to = y)
        {
            Places<T> job = new() { Shape = shape, Batch = batch, Picture = from, Signal = to, Weights = w, Bias = b, Work = PlaceWork.Forward };
            Share(ref job, threads);
        }
    }

    /// <summary>
    /// x[n, c, i·stride + u·dilation − pad, ...] = Σ over filters o, places (i, j) and taps (u, v) of W[o, i, j, c, u, v] · y[n, o, i, j]; contributions that fall outside the picture
    /// are dropped, pixels that nothing reaches are zero.
    /// </summary>
    /// <param name="shape">Sizes of the convolution whose adjoint this is: Height and Width are those of the result.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="y">Currents at the output, [batch, Filters, OutputHeight, OutputWidth].</param>
    /// <param name="weights">Weights, [Filters, OutputHeight, OutputWidth, Channels, KernelHeight, KernelWidth].</param>
    /// <param name="x">Currents at the input, [batch, Channels, Height, Width]; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Adjoint<T>(in ConvolutionShape shape, int batch, ReadOnlySpan<T> y, ReadOnlySpan<T> weights, Span<T> x, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, weights.Length, y.Length, threads);
        long sample = (long)Area(shape) * Taps(shape);
        int block = (int)Math.Clamp(BlockBytes / sizeof(T) / sample, 1, batch);
        fixed (T* w = weights, from = y, to = x)
        {
            T* sent = ScratchMemory<T>.Take(ScratchUse.Picture, block * sample);
            for (int first = 0; first < batch; first += block)
            {
                int count = Math.Min(block, batch - first);
                Places<T> send = new() { Shape = shape, Batch = count, Signal = from + ((nint)first * shape.OutputLength), Weights = w, Sent = sent, Work = PlaceWork.Send };
                Share(ref send, threads);
                Folding<T> fold = new() { Shape = shape, Sent = sent, Count = count, Pictures = to + ((nint)first * shape.InputLength) };
                Partitioner.For(count, 1, WorkSize.Threads(threads, 0, 2.0 * count * sample * sizeof(T)), ref fold);
            }
        }
    }

    /// <summary>dW = keep · dW + c Σ over pictures of y[n, o, i, j] · x[n, c, i·stride + u·dilation − pad, ...].</summary>
    /// <param name="shape">Sizes of the convolution; one group.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="x">Input pictures, [batch, Channels, Height, Width].</param>
    /// <param name="y">Credit signals at the output, [batch, Filters, OutputHeight, OutputWidth].</param>
    /// <param name="coefficient">c.</param>
    /// <param name="gradient">Weight gradient, [Filters, OutputHeight, OutputWidth, Channels, KernelHeight, KernelWidth].</param>
    /// <param name="keep">Factor on what was there; not read where it is 0.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void WeightGradient<T>(in ConvolutionShape shape, int batch, ReadOnlySpan<T> x, ReadOnlySpan<T> y, T coefficient, Span<T> gradient, T keep, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(shape, batch, x.Length, gradient.Length, y.Length, threads);
        fixed (T* g = gradient, picture = x, credit = y)
        {
            Places<T> job = new() { Shape = shape, Batch = batch, Picture = picture, Signal = credit, Weights = g, Coefficient = coefficient, Keep = keep, Work = PlaceWork.Meet };
            Share(ref job, threads);
        }
    }

    /// <summary>About what the adjoint sends down at a time, before it is added up.</summary>
    private const int BlockBytes = 1 << 22;

    internal static int Taps(in ConvolutionShape shape) => shape.Channels * shape.KernelHeight * shape.KernelWidth;

    internal static int Area(in ConvolutionShape shape) => shape.OutputHeight * shape.OutputWidth;

    private static void Share<T>(ref Places<T> job, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Partitioner.For(Area(job.Shape), 1, WorkSize.Threads(threads, (double)job.Batch * WeightLength(job.Shape), (double)WeightLength(job.Shape) * sizeof(T)), ref job);

    private static void Check(in ConvolutionShape shape, int batch, int x, int weights, int y, int threads)
    {
        shape.Validate();
        if (shape.Groups != 1)
            throw new ArgumentOutOfRangeException(nameof(shape), shape.Groups, "places that share no weights have one group");
        WindowMath.Positive(batch, nameof(batch));
        WindowMath.Length(x, (long)batch * shape.InputLength, nameof(x));
        WindowMath.Length(y, (long)batch * shape.OutputLength, nameof(y));
        WindowMath.Length(weights, WeightLength(shape), nameof(weights));
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
    }
}
