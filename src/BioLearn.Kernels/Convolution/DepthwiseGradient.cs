using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution of groups with few channels each, with 3x3 taps at stride 1, read where the pictures lie as in
/// <see cref="DepthwiseRows{T}"/>. A column of vectors passes from above to below; nine sums and the credit of three rows stay in registers.
/// </summary>
internal static unsafe class DepthwiseGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Kernel = 3, Taps = Kernel * Kernel;

    /// <summary>Whether this is such a convolution, and its lanes are full enough.</summary>
    public static bool Suits(in ConvolutionShape shape) =>
        shape is { StrideX: 1, StrideY: 1, DilationX: 1, DilationY: 1, KernelHeight: Kernel, KernelWidth: Kernel, PadTop: >= 0 and < Kernel, PadLeft: >= 0 and < Kernel }
        && shape.OutputHeight <= shape.Height + shape.PadTop && shape.OutputWidth <= shape.Width + shape.PadLeft && GroupPlanes<T>.Suits(new GroupShape(shape, adjoint: false));

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

        /// <summary>Filter by filter, and for each the channels of its group: pictures follow each other in its sums.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            ConvolutionShape shape = Shape;
            int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups, left = shape.PadLeft, width = shape.OutputWidth;
            var columns = ColumnMasks<T>.Make<V>(shape.Width, width, Kernel, left);
            int blocks = columns.Blocks, beyond = Math.Max(width, V.Count), behind = Math.Max(0, beyond + Kernel - 1 - left - shape.Width);
            var inputs = new OpenPlanes<T>(X, checked(Batch * shape.Channels), shape.Height * shape.Width, left, behind, ScratchUse.Input);
            var credits = new OpenPlanes<T>(Y, checked(Batch * shape.Filters), shape.OutputHeight * width, 0, beyond - width, ScratchUse.Credit);
            var pass = new Pass { Rows = shape.Height, Width = shape.Width, CreditRows = shape.OutputHeight, CreditWidth = width, Top = shape.PadTop };
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, Taps * V.Count);
            for (int pair = _begin; pair < _end; pair++)
            {
                int filter = pair / channels, channel = filter / filters * channels + pair % channels;
                new Span<T>(sums, Taps * V.Count).Clear();
                for (int n = 0; n < Batch; n++)
                {
                    T* input = inputs[n * shape.Channels + channel] - left, credit = credits[n * shape.Filters + filter];
                    for (int block = 0; block < blocks; block++)
                    {
                        int start = columns.Start(block);
                        Column<V>(pass, columns.Of(block), input + start, credit + start, sums);
                    }
                }

                LaneSums<T>.Store<V>(Taps, sums, Gradient + (nint)pair * Taps);
            }
        }
    }

    /// <summary>Sizes of a plane and of its credit.</summary>
    private struct Pass
    {
        public int Rows, Width, CreditRows, CreditWidth, Top;
    }

    /// <summary>sums[tap] += Σ of credit · input over a vector of every row, added up first, so that no chain is longer than a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Column<V>(in Pass pass, T* masks, T* input, T* credit, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        V c0 = V.Zero, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0;
        V left = V.Load(masks), middle = V.Load(masks + V.Count), right = V.Load(masks + 2 * V.Count), own = V.Load(masks + 3 * V.Count);
        int height = pass.CreditRows, top = pass.Top;
        nint pitch = pass.Width, creditPitch = pass.CreditWidth;
        // Credit that meets the input's row through its last and its second row of taps.
        V above = top == 2 ? V.Load(credit) & own : V.Zero, here = top >= 1 && height > top - 1 ? V.Load(credit + (top - 1) * creditPitch) & own : V.Zero;
        credit += top * creditPitch;
        for (int r = 0; r < pass.Rows; r++, input += pitch, credit += creditPitch)
        {
            V below = r + top < height ? V.Load(credit) & own : V.Zero;
            V x = V.Load(input) & left;
            c0 = V.MultiplyAdd(below, x, c0);
            c3 = V.MultiplyAdd(here, x, c3);
            c6 = V.MultiplyAdd(above, x, c6);
            x = V.Load(input + 1) & middle;
            c1 = V.MultiplyAdd(below, x, c1);
            c4 = V.MultiplyAdd(here, x, c4);
            c7 = V.MultiplyAdd(above, x, c7);
            x = V.Load(input + 2) & right;
            c2 = V.MultiplyAdd(below, x, c2);
            c5 = V.MultiplyAdd(here, x, c5);
            c8 = V.MultiplyAdd(above, x, c8);
            (above, here) = (here, below);
        }

        Add(c0, sums);
        Add(c1, sums + V.Count);
        Add(c2, sums + 2 * V.Count);
        Add(c3, sums + 3 * V.Count);
        Add(c4, sums + 4 * V.Count);
        Add(c5, sums + 5 * V.Count);
        Add(c6, sums + 6 * V.Count);
        Add(c7, sums + 7 * V.Count);
        Add(c8, sums + 8 * V.Count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(V sum, T* total) => V.Store(V.Load(total) + sum, total);
    }
}
