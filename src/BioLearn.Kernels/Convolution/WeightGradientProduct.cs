using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The weight gradient as matrix products, filters times taps: credit [filters, pixels] by the input as every tap sees it [taps, pixels]. Some
/// output rows at a time, so that the taps' copy stays in the caches; the order of additions does not depend on the batch.
/// </summary>
internal static unsafe class WeightGradientProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Filters of a group from which products are faster than an inner product for each tap.</summary>
    public const int LeastFilters = 3;

    private const int BlockBytes = 1 << 20;

    /// <summary>gradient = Σ over pictures; overwritten.</summary>
    public static void Run(in ConvolutionShape shape, int batch, T* x, T* y, T* gradient, int threads)
    {
        int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups, taps = channels * shape.KernelHeight * shape.KernelWidth;
        int plane = shape.OutputHeight * shape.OutputWidth;
        int rows = (int)Math.Clamp(BlockBytes / sizeof(T) / ((long)taps * shape.OutputWidth), 1, shape.OutputHeight);
        int fillers = WorkSize.Threads(threads, (double)taps * rows * shape.OutputWidth, 2.0 * taps * rows * shape.OutputWidth * sizeof(T));
        T* seen = ScratchMemory<T>.Take(ScratchUse.Windows, (long)taps * rows * shape.OutputWidth);
        var planes = new PhasePlanes<T>(shape);
        for (int n = 0; n < batch; n++)
        {
            T* picture = planes.Split(x + ((nint)n * shape.InputLength), fillers);
            for (int first = 0; first < shape.OutputHeight; first += rows)
            {
                int count = Math.Min(rows, shape.OutputHeight - first), pixels = count * shape.OutputWidth;
                for (int group = 0; group < shape.Groups; group++)
                {
                    planes.Windows(picture, group * channels, channels, first, count, seen, fillers);
                    T* credit = y + (((nint)n * shape.Filters + group * filters) * plane) + ((nint)first * shape.OutputWidth);
                    Gemm.NT(
                        new ReadOnlyMatrixSpan<T>(new(credit, ((filters - 1) * plane) + pixels), filters, pixels, plane),
                        new ReadOnlyMatrixSpan<T>(new(seen, taps * pixels), taps, pixels),
                        new MatrixSpan<T>(new(gradient + ((nint)group * filters * taps), filters * taps), filters, taps),
                        T.One, n == 0 && first == 0 ? T.Zero : T.One, threads);
                }
            }
        }
    }
}
