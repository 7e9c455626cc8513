using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>A depthwise convolution with 2x2 or 3x3 taps at stride 2, read where the picture lies (<see cref="StridedColumns{T}"/>).</summary>
internal static unsafe class DepthwiseHalving<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether this is such a convolution.</summary>
    public static bool Suits(in GroupShape groups) => groups is { Inputs: 1, Outputs: 1, IsAdjoint: false } && StridedColumns<T>.Suits(groups.Shape);

    /// <inheritdoc cref="GroupLanes{T}.Run"/>
    public static void Run(in GroupShape groups, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int instances = checked(batch * groups.Count);
        var job = new Job { Shape = groups.Shape, Instances = instances, Input = input, Weights = weights, Bias = bias, Rectify = rectify, Output = output };
        Partitioner.For(instances, Partitioner.Pieces(instances, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public ConvolutionShape Shape;
        public int Instances;
        public T* Input, Weights, Bias, Output;
        public bool Rectify;
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
            int taps = shape.KernelHeight * shape.KernelWidth, outputPlane = shape.OutputHeight * shape.OutputWidth;
            var columns = StridedColumns<T>.Make<V>(shape);
            int blocks = columns.Blocks;
            var planes = new OpenPlanes<T>(Input, Instances, shape.Height * shape.Width, shape.PadLeft, columns.Behind, ScratchUse.Input);
            var pass = new Pass { Height = shape.OutputHeight, Pitch = shape.OutputWidth, Top = shape.PadTop, Rows = columns.Rows, Rectify = Rectify };
            for (int i = _begin, group = _begin % shape.Groups; i < _end; i++, group = group + 1 == shape.Groups ? 0 : group + 1)
            {
                T* weights = Weights + (nint)group * taps, from = planes[i];
                pass.Initial = Bias == null ? T.Zero : Bias[group];
                for (int block = 0; block < blocks; block++)
                {
                    pass.Output = Output + (nint)i * outputPlane + columns.Start(block);
                    pass.Count = columns.Count(block);
                    pass.Whole = WholeVectors.Rows(shape.OutputHeight, shape.OutputWidth, columns.Start(block), V.Count, blocks);
                    if (taps == 9)
                        Three<V>(pass, columns.Open(from, block), weights, columns.Masks(block));
                    else
                        Two<V>(pass, columns.Open(from, block), weights, columns.Masks(block));
                }
            }
        }
    }

    /// <summary>Where a column of vectors is written, and how many rows at once.</summary>
    private struct Pass
    {
        public T* Output;
        public int Height, Pitch, Count, Whole, Top, Rows;
        public T Initial;
        public bool Rectify;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Write<V>(V sums, int row)
            where V : unmanaged, ILanes<V, T>
        {
            if (Rectify) sums = V.Max(sums, V.Zero);
            T* to = Output + row * (nint)Pitch;
            Write(sums, row, to);
            if (Rows == 2 && row + 1 < Height) Write(LaneOrder<V, T>.Upper(sums), row + 1, to + Pitch);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Write<V>(V sums, int row, T* to)
            where V : unmanaged, ILanes<V, T>
        {
            if (row < Whole) V.Store(sums, to);
            else V.StoreFirst(sums, to, Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Three<V>(in Pass pass, in StridedColumns<T>.Reader input, T* weights, T* masks)
        where V : unmanaged, ILanes<V, T>
    {
        V w0 = V.Create(weights[0]), w1 = V.Create(weights[1]), w2 = V.Create(weights[2]);
        V w3 = V.Create(weights[3]), w4 = V.Create(weights[4]), w5 = V.Create(weights[5]);
        V w6 = V.Create(weights[6]), w7 = V.Create(weights[7]), w8 = V.Create(weights[8]);
        V left = V.Load(masks), middle = V.Load(masks + V.Count), right = V.Load(masks + 2 * V.Count), initial = V.Create(pass.Initial);
        int height = pass.Height, rows = pass.Rows;
        // What is read for the third row of taps serves the next rows of outputs, too.
        V a = input.First<V>(-pass.Top), b = input.Last<V>(-pass.Top);
        for (int i = 0, row = -pass.Top; i < height; i += rows, row += 2 * rows)
        {
            V x0 = LaneOrder<V, T>.Even(a, b), x1 = LaneOrder<V, T>.Odd(a, b), x2 = LaneOrder<V, T>.Next(x0);
            V sum = V.MultiplyAdd(w2, x2 & right, V.MultiplyAdd(w1, x1 & middle, V.MultiplyAdd(w0, x0 & left, initial)));
            V c = input.First<V>(row + 1), d = input.Last<V>(row + 1);
            (x0, x1) = (LaneOrder<V, T>.Even(c, d), LaneOrder<V, T>.Odd(c, d));
            x2 = LaneOrder<V, T>.Next(x0);
            sum = V.MultiplyAdd(w5, x2 & right, V.MultiplyAdd(w4, x1 & middle, V.MultiplyAdd(w3, x0 & left, sum)));
            a = input.IsTwo ? b : input.First<V>(row + 2);
            b = input.Last<V>(row + 2);
            (x0, x1) = (LaneOrder<V, T>.Even(a, b), LaneOrder<V, T>.Odd(a, b));
            x2 = LaneOrder<V, T>.Next(x0);
            sum = V.MultiplyAdd(w8, x2 & right, V.MultiplyAdd(w7, x1 & middle, V.MultiplyAdd(w6, x0 & left, sum)));
            pass.Write(sum, i);
            if (!input.IsTwo) continue;
            a = b;
            b = input.Last<V>(row + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two<V>(in Pass pass, in StridedColumns<T>.Reader input, T* weights, T* masks)
        where V : unmanaged, ILanes<V, T>
    {
        V w0 = V.Create(weights[0]), w1 = V.Create(weights[1]), w2 = V.Create(weights[2]), w3 = V.Create(weights[3]);
        V left = V.Load(masks), right = V.Load(masks + V.Count), initial = V.Create(pass.Initial);
        int height = pass.Height, rows = pass.Rows;
        for (int i = 0, row = -pass.Top; i < height; i += rows, row += 2 * rows)
        {
            V a = input.First<V>(row), b = input.Last<V>(row);
            V x0 = LaneOrder<V, T>.Even(a, b), x1 = LaneOrder<V, T>.Odd(a, b);
            V sum = V.MultiplyAdd(w1, x1 & right, V.MultiplyAdd(w0, x0 & left, initial));
            a = input.First<V>(row + 1);
            b = input.Last<V>(row + 1);
            (x0, x1) = (LaneOrder<V, T>.Even(a, b), LaneOrder<V, T>.Odd(a, b));
            sum = V.MultiplyAdd(w3, x1 & right, V.MultiplyAdd(w2, x0 & left, sum));
            pass.Write(sum, i);
        }
    }
}
