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
        for (int n = 0; n < batch; n++)
        {
            for (int first = 0; first < shape.OutputHeight; first += rows)
            {
                int count = Math.Min(rows, shape.OutputHeight - first), pixels = count * shape.OutputWidth;
                for (int group = 0; group < shape.Groups; group++)
                {
                    var fill = new FillJob { Shape = shape, X = x + (((nint)n * shape.Channels + group * channels) * shape.Height * shape.Width), First = first, Count = count, Seen = seen };
                    Partitioner.For(channels, Math.Max(1, Partitioner.Pieces(channels, fillers)), fillers, ref fill);
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

    private struct FillJob : IRangeJob
    {
        public ConvolutionShape Shape;
        public T* X, Seen;
        public int First, Count;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int taps = Shape.KernelHeight * Shape.KernelWidth;
            Fill(Shape, X + ((nint)begin * Shape.Height * Shape.Width), end - begin, First, Count, Seen + ((nint)begin * taps * Count * Shape.OutputWidth));
        }
    }

    /// <summary>seen[tap, pixel]: what each tap of each channel reads for the output rows from <paramref name="first"/> on; zero outside the picture.</summary>
    private static void Fill(in ConvolutionShape shape, T* x, int channels, int first, int count, T* seen)
    {
        int width = shape.OutputWidth;
        for (int c = 0; c < channels; c++, x += (nint)shape.Height * shape.Width)
        {
            for (int u = 0; u < shape.KernelHeight; u++)
            {
                for (int v = 0; v < shape.KernelWidth; v++)
                {
                    int offset = (v * shape.DilationX) - shape.PadLeft;
                    (int begin, int end) = WindowMath.ValidRange(offset, shape.StrideX, shape.Width, width);
                    for (int i = first; i < first + count; i++, seen += width)
                    {
                        int row = (i * shape.StrideY) + (u * shape.DilationY) - shape.PadTop;
                        var line = new Span<T>(seen, width);
                        if ((uint)row >= (uint)shape.Height || begin == end)
                        {
                            line.Clear();
                            continue;
                        }
                        T* source = x + ((nint)row * shape.Width) + ((nint)begin * shape.StrideX) + offset;
                        line[..begin].Clear();
                        if (shape.StrideX == 1)
                            new ReadOnlySpan<T>(source, end - begin).CopyTo(line[begin..]);
                        else
                            for (int j = begin; j < end; j++, source += shape.StrideX)
                                seen[j] = *source;
                        line[end..].Clear();
                    }
                }
            }
        }
    }
}
