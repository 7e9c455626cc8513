using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution of groups with few channels each, with 2x2 or 3x3 taps at stride 2, read where the pictures lie
/// (<see cref="StridedColumns{T}"/>).
/// </summary>
internal static unsafe class HalvingGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether this is such a convolution.</summary>
    public static bool Suits(in ConvolutionShape shape) => StridedColumns<T>.Suits(shape);

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
            int channels = shape.Channels / shape.Groups, filters = shape.Filters / shape.Groups, taps = shape.KernelHeight * shape.KernelWidth, width = shape.OutputWidth;
            var columns = StridedColumns<T>.Make<V>(shape);
            int blocks = columns.Blocks, half = columns.Rows == 2 ? V.Count / 2 : 0;
            var inputs = new OpenPlanes<T>(X, checked(Batch * shape.Channels), shape.Height * shape.Width, shape.PadLeft, columns.Behind, ScratchUse.Input);
            // The upper half of a vector is read with a row's distance less than half a vector.
            int beyond = Math.Max(0, columns.Start(blocks - 1) + V.Count - width);
            var credits = new OpenPlanes<T>(Y, checked(Batch * shape.Filters), shape.OutputHeight * width, half, beyond, ScratchUse.Credit);
            var pass = new Pass { Height = shape.OutputHeight, Pitch = width, Top = shape.PadTop, Rows = columns.Rows };
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, taps * V.Count);
            for (int pair = _begin; pair < _end; pair++)
            {
                int filter = pair / channels, channel = filter / filters * channels + pair % channels;
                new Span<T>(sums, taps * V.Count).Clear();
                for (int n = 0; n < Batch; n++)
                {
                    T* input = inputs[n * shape.Channels + channel], credit = credits[n * shape.Filters + filter];
                    for (int block = 0; block < blocks; block++)
                    {
                        pass.Credit = credit + columns.Start(block);
                        if (taps == 9)
                            Three<V>(pass, columns.Open(input, block), columns.Masks(block), sums);
                        else
                            Two<V>(pass, columns.Open(input, block), columns.Masks(block), sums);
                    }
                }

                LaneSums<T>.Store<V>(taps, sums, Gradient + (nint)pair * taps);
            }
        }
    }

    /// <summary>Where a column of vectors finds its credit, and how many rows at once.</summary>
    private struct Pass
    {
        public T* Credit;
        public int Height, Pitch, Top, Rows;

        /// <summary>Credit of one row, or of two, one in each half.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V Read<V>(int row, V own, V lower)
            where V : unmanaged, ILanes<V, T>
        {
            T* from = Credit + row * (nint)Pitch;
            if (Rows == 1) return V.Load(from) & own;
            V first = V.Load(from) & lower;
            return (row + 1 < Height ? V.Select(lower, first, V.Load(from + Pitch - V.Count / 2)) : first) & own;
        }
    }

    /// <summary>sums[tap] += Σ of credit · input over a vector of every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Three<V>(in Pass pass, in StridedColumns<T>.Reader input, T* masks, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        V c0 = V.Zero, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0;
        V left = V.Load(masks), middle = V.Load(masks + V.Count), right = V.Load(masks + 2 * V.Count), own = V.Load(masks + 3 * V.Count), lower = V.Load(masks + 4 * V.Count);
        int height = pass.Height, rows = pass.Rows;
        // What is read for the third row of taps serves the next rows of outputs, too.
        V a = input.First<V>(-pass.Top), b = input.Last<V>(-pass.Top);
        for (int i = 0, row = -pass.Top; i < height; i += rows, row += 2 * rows)
        {
            V y = pass.Read(i, own, lower);
            V x0 = LaneOrder<V, T>.Even(a, b), x1 = LaneOrder<V, T>.Odd(a, b), x2 = LaneOrder<V, T>.Next(x0);
            c0 = V.MultiplyAdd(y, x0 & left, c0);
            c1 = V.MultiplyAdd(y, x1 & middle, c1);
            c2 = V.MultiplyAdd(y, x2 & right, c2);
            V c = input.First<V>(row + 1), d = input.Last<V>(row + 1);
            (x0, x1) = (LaneOrder<V, T>.Even(c, d), LaneOrder<V, T>.Odd(c, d));
            x2 = LaneOrder<V, T>.Next(x0);
            c3 = V.MultiplyAdd(y, x0 & left, c3);
            c4 = V.MultiplyAdd(y, x1 & middle, c4);
            c5 = V.MultiplyAdd(y, x2 & right, c5);
            a = input.IsTwo ? b : input.First<V>(row + 2);
            b = input.Last<V>(row + 2);
            (x0, x1) = (LaneOrder<V, T>.Even(a, b), LaneOrder<V, T>.Odd(a, b));
            x2 = LaneOrder<V, T>.Next(x0);
            c6 = V.MultiplyAdd(y, x0 & left, c6);
            c7 = V.MultiplyAdd(y, x1 & middle, c7);
            c8 = V.MultiplyAdd(y, x2 & right, c8);
            if (!input.IsTwo) continue;
            a = b;
            b = input.Last<V>(row + 4);
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
    }

    /// <inheritdoc cref="Three"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two<V>(in Pass pass, in StridedColumns<T>.Reader input, T* masks, T* sums)
        where V : unmanaged, ILanes<V, T>
    {
        V c0 = V.Zero, c1 = c0, c2 = c0, c3 = c0;
        V left = V.Load(masks), right = V.Load(masks + V.Count), own = V.Load(masks + 3 * V.Count), lower = V.Load(masks + 4 * V.Count);
        int height = pass.Height, rows = pass.Rows;
        for (int i = 0, row = -pass.Top; i < height; i += rows, row += 2 * rows)
        {
            V y = pass.Read(i, own, lower);
            V a = input.First<V>(row), b = input.Last<V>(row);
            V x0 = LaneOrder<V, T>.Even(a, b), x1 = LaneOrder<V, T>.Odd(a, b);
            c0 = V.MultiplyAdd(y, x0 & left, c0);
            c1 = V.MultiplyAdd(y, x1 & right, c1);
            a = input.First<V>(row + 1);
            b = input.Last<V>(row + 1);
            (x0, x1) = (LaneOrder<V, T>.Even(a, b), LaneOrder<V, T>.Odd(a, b));
            c2 = V.MultiplyAdd(y, x0 & left, c2);
            c3 = V.MultiplyAdd(y, x1 & right, c3);
        }

        Add(c0, sums);
        Add(c1, sums + V.Count);
        Add(c2, sums + 2 * V.Count);
        Add(c3, sums + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(V sum, T* total)
        where V : unmanaged, ILanes<V, T> => V.Store(V.Load(total) + sum, total);
}
