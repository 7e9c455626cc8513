using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution of groups with few channels each, plane by plane as in <see cref="GroupPlanes{T}"/>: kernels of 5x5 taps at
/// stride 1. A column of vectors passes from above to below; the credit of the rows that its taps meet stays in registers.
/// </summary>
internal static unsafe class GroupPlaneGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Rows of a strip, between zeros. Two fill two thirds of the first-level cache.
    private const int StripBytes = 10 << 10;

    /// <summary>Whether the kernel is such a one and the lanes are full enough.</summary>
    public static bool Suits(in ConvolutionShape shape) =>
        shape is { StrideX: 1, StrideY: 1, DilationX: 1, DilationY: 1, KernelHeight: 5, KernelWidth: 5 }
        && GroupPlanes<T>.Suits(new GroupShape(shape, adjoint: false));

    /// <summary>gradient = Σ over pictures; overwritten.</summary>
    public static void Run(in ConvolutionShape shape, int batch, T* x, T* y, T* gradient, int threads)
    {
        int pairs = shape.Filters * (shape.Channels / shape.Groups);
        var job = new Job { Shape = shape, Batch = batch, X = x, Y = y, Gradient = gradient };
        Partitioner.For(pairs, Partitioner.Pieces(pairs, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public ConvolutionShape Shape;
        public int Batch;
        public T* X, Y, Gradient;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Job part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, Job>(ref part);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            ConvolutionShape shape = Shape;
            int kernel = shape.KernelHeight, taps = kernel * kernel;
            int right = shape.OutputWidth - 1 - shape.PadLeft + kernel - 1 - (shape.Width - 1), margin = Math.Max(0, Math.Max(shape.PadLeft, right));
            var rows = new PaddedRows<T>(shape.Height, shape.Width, margin, V.Count);
            int strip = Math.Clamp(StripBytes / sizeof(T) / rows.Pitch, Math.Min(8, shape.OutputHeight), shape.OutputHeight);
            int front = (margin + V.Count - 1) / V.Count * V.Count, strips = (shape.OutputHeight + strip - 1) / strip;
            nint half = (nint)(strip + kernel - 1) * rows.Pitch;
            long length = front + 2 * half + 2L * V.Count + kernel;
            T* copy = ScratchMemory<T>.Take(ScratchUse.Input, length), sums = ScratchMemory<T>.Take(ScratchUse.Sums, (long)taps * V.Count);
            new Span<T>(copy, checked((int)length)).Clear();
            copy += front;
            var pass = new Pass { Width = shape.OutputWidth, Pitch = rows.Pitch };
            // Strip by strip, picture by picture, then the next channel. They are copied one ahead: the processor then never waits for what it has just written.
            int each = checked(Batch * strips), begin = checked(_begin * each), total = checked(_end * each);
            Strip last = default, next = new(shape, 0, each, strips, strip);
            for (int i = begin; i <= total; i++)
            {
                if (i < total)
                {
                    next = new(shape, i, each, strips, strip);
                    T* plane = X + ((nint)next.Picture * shape.Channels + next.Channel) * shape.Height * shape.Width;
                    rows.Copy<V>(plane, next.First - shape.PadTop, next.Rows + kernel - 1, copy + i % 2 * half);
                }

                if (i > begin)
                {
                    if ((i - 1) % each == 0) new Span<T>(sums, taps * V.Count).Clear();
                    pass.Rows = last.Rows;
                    T* from = copy + (i - 1) % 2 * half - shape.PadLeft;
                    T* credit = Y + (((nint)last.Picture * shape.Filters + last.Filter) * shape.OutputHeight + last.First) * shape.OutputWidth;
                    for (int v = 0; v < kernel; v++) Five<V>(pass, from + v, credit, sums + (nint)v * V.Count);
                    if (i % each == 0) LaneSums<T>.Store<V>(taps, sums, Gradient + (nint)((i - 1) / each) * taps);
                }

                last = next;
            }
        }
    }

    /// <summary>Rows of a channel and of the credit of a filter that reads it.</summary>
    private readonly struct Strip
    {
        public Strip(in ConvolutionShape shape, int index, int each, int strips, int rows)
        {
            int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups, pair = index / each, part = index % each;
            (Filter, Picture, First) = (pair / channels, part / strips, part % strips * rows);
            Channel = Filter / filters * channels + pair % channels;
            Rows = Math.Min(rows, shape.OutputHeight - First);
        }

        public int Filter { get; }

        public int Channel { get; }

        public int Picture { get; }

        /// <summary>First row of the credit, and how many there are.</summary>
        public int First { get; }

        public int Rows { get; }
    }

    /// <summary>Rows and columns of credit, and how far apart rows of the input are.</summary>
    private struct Pass
    {
        public int Rows, Width;
        public nint Pitch;
    }

    /// <summary>sums[5 u] += Σ of credit · input through the five taps of one kernel column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Five<V>(in Pass pass, T* input, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        nint down = 5 * V.Count;
        V c0 = V.Load(sums), c1 = V.Load(sums + down), c2 = V.Load(sums + 2 * down), c3 = V.Load(sums + 3 * down), c4 = V.Load(sums + 4 * down);
        nint pitch = pass.Pitch;
        int rows = pass.Rows, width = pass.Width;
        for (int column = 0; column < width; column += V.Count)
        {
            T* x = input + column, y = credit + column;
            int count = Math.Min(V.Count, width - column);
            V y4 = V.Zero, y3 = V.Zero, y2 = V.Zero, y1 = V.Zero, y0 = V.LoadFirst(y, count);
            for (int i = 0; i < rows + 4; i++, x += pitch)
            {
                V z = V.Load(x);
                c0 = V.MultiplyAdd(y0, z, c0);
                c1 = V.MultiplyAdd(y1, z, c1);
                c2 = V.MultiplyAdd(y2, z, c2);
                c3 = V.MultiplyAdd(y3, z, c3);
                c4 = V.MultiplyAdd(y4, z, c4);
                (y4, y3, y2, y1) = (y3, y2, y1, y0);
                y += width;
                y0 = i + 1 < rows ? V.LoadFirst(y, count) : V.Zero;
            }
        }

        V.Store(c0, sums);
        V.Store(c1, sums + down);
        V.Store(c2, sums + 2 * down);
        V.Store(c3, sums + 3 * down);
        V.Store(c4, sums + 4 * down);
    }
}
