using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A convolution of many groups with few channels each, or its adjoint: a group a lane. As many groups as a vector has lanes are computed together; they
/// go on from one picture to the next, so that no lane idles where a picture has few groups. Allocates nothing.
/// </summary>
internal static unsafe class GroupLanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Sums that are kept until they go back to their planes, and input that is kept whole: each leaves room for the other in the first-level cache.
    private const int SumBytes = 8 << 10, WholeBytes = 16 << 10;

    // Pixels below which turning rows into lanes costs more than its share.
    private const int LeastPixels = 16;

    /// <summary>Whether a lane a group needs fewer multiply-adds than a lane a channel; the answer is the same for every batch, so that a picture's bits are.</summary>
    public static bool Handles(in ConvolutionShape shape, bool adjoint)
    {
        int lanes = Panels.Lanes<T>(), outputs = (adjoint ? shape.Channels : shape.Filters) / shape.Groups;
        long across = (long)Partitioner.Pieces(shape.Groups, lanes) * outputs, within = (long)shape.Groups * Partitioner.Pieces(outputs, lanes);
        return shape.Groups > 1 && (across < within || (across == within && outputs < 4));
    }

    /// <summary>output = A input + bias for a batch.</summary>
    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="adjoint">Whether A is its adjoint.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="input">Input pictures.</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="rectify">Whether negative outputs become 0.</param>
    /// <param name="output">Output pictures; overwritten.</param>
    /// <param name="threads">Threads that may work at once.</param>
    public static void Run(in ConvolutionShape shape, bool adjoint, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int lanes = Panels.Lanes<T>(), groups = shape.Groups, pitch = LaneWeights.Pitch(groups, lanes);
        int numbers = shape.WeightLength / groups, kernel = shape.KernelHeight * shape.KernelWidth;
        int inputs = (adjoint ? shape.Filters : shape.Channels) / groups, outputs = (adjoint ? shape.Channels : shape.Filters) / groups;
        T* turned = ScratchMemory<T>.Take(ScratchUse.GroupWeights, (long)(numbers + outputs) * pitch), initial = turned + (nint)numbers * pitch;
        LaneWeights.Turn(groups, numbers, lanes, weights, turned);
        if (bias == null)
            new Span<T>(initial, outputs * pitch).Clear();
        else
            LaneWeights.Turn(groups, outputs, lanes, bias, initial);

        TapAxis vertical = TapAxis.Vertical(shape, adjoint), horizontal = TapAxis.Horizontal(shape, adjoint);
        nint channelStep = (nint)(adjoint ? shape.Channels / groups : 1) * kernel * pitch, outputStep = (nint)(adjoint ? 1 : shape.Channels / groups) * kernel * pitch;
        var job = new Job
        {
            Instances = checked(batch * groups),
            Groups = groups,
            Inputs = inputs,
            Outputs = outputs,
            Height = adjoint ? shape.OutputHeight : shape.Height,
            Width = adjoint ? shape.OutputWidth : shape.Width,
            OutputHeight = vertical.Outputs,
            OutputWidth = horizontal.Outputs,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Vertical = vertical,
            Horizontal = horizontal,
            Rows = vertical.Each(),
            Columns = horizontal.Runs(out int columnCount),
            ColumnCount = columnCount,
            ChannelWeights = channelStep,
            OutputWeights = outputStep,
            Pitch = pitch,
            Input = input,
            Weights = turned,
            Initial = initial,
            Rectify = rectify,
            Output = output,
        };
        job.Plan(lanes);
        int blocks = Partitioner.Pieces(job.Instances, lanes);
        Partitioner.For(blocks, Partitioner.Pieces(blocks, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public int Instances, Groups, Inputs, Outputs, Height, Width, OutputHeight, OutputWidth, KernelHeight, KernelWidth, ColumnCount, Pitch;
        public TapAxis Vertical, Horizontal;
        public TapRun* Rows, Columns;
        public nint ChannelWeights, OutputWeights;
        public T* Input, Weights, Initial, Output;
        public bool Rectify;
        private int _begin, _end, _stripRows, _ringRows;

        /// <summary>How many output rows are computed before their sums are turned back, and how many input rows they need.</summary>
        public void Plan(int lanes)
        {
            int least = Partitioner.Pieces(LeastPixels, OutputWidth);
            _stripRows = Math.Clamp((int)(SumBytes / sizeof(T) / ((long)OutputWidth * lanes * Outputs)), Math.Min(least, OutputHeight), OutputHeight);
            _ringRows = Height;
            if ((long)Inputs * Height * Width * lanes * sizeof(T) <= WholeBytes) return;
            int reach = 1, end = 0;
            for (int first = 0; first < OutputHeight; first += _stripRows)
            {
                var (top, bottom) = Needed(first);
                end = Math.Max(end, bottom);
                if (top < bottom) reach = Math.Max(reach, end - top);
            }

            _ringRows = Math.Min(Height, reach);
        }

        /// <summary>The input rows that a strip reads.</summary>
        private readonly (int Top, int Bottom) Needed(int first)
        {
            int top = int.MaxValue, bottom = 0;
            for (int i = first; i < Math.Min(first + _stripRows, OutputHeight); i++)
            {
                if (Rows[i].Taps == 0) continue;
                int from = Rows[i].Source, to = from + (Rows[i].Taps - 1) * Vertical.TapSource;
                top = Math.Min(top, Math.Min(from, to));
                bottom = Math.Max(bottom, Math.Max(from, to) + 1);
            }

            return (top, bottom);
        }

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
            var ring = new LaneRing<T>(Inputs, Height, Width, V.Count, _ringRows);
            nint plane = (nint)OutputHeight * OutputWidth, sumPitch = (nint)_stripRows * OutputWidth * V.Count;
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, Outputs * sumPitch);
            nint* offsets = ScratchMemory<nint>.Take(ScratchUse.Rows, KernelHeight);
            for (int block = _begin; block < _end; block++)
            {
                int instance = block * V.Count, lanes = Math.Min(V.Count, Instances - instance), group = instance % Groups;
                T* from = Input + (nint)instance * Inputs * Height * Width, to = Output + instance * Outputs * plane;
                ring.Restart();
                for (int first = 0; first < OutputHeight; first += _stripRows)
                {
                    int rows = Math.Min(_stripRows, OutputHeight - first);
                    ring.Enter(from, lanes, Needed(first).Bottom);
                    for (int i = 0; i < rows; i++) Row<V>(first + i, group, ring, offsets, sums + (nint)i * OutputWidth * V.Count, sumPitch);
                    for (int o = 0; o < Outputs; o++)
                        Transposition.Run(rows * OutputWidth, lanes, sums + o * sumPitch, V.Count, to + o * plane + (nint)first * OutputWidth, Outputs * plane);
                }
            }
        }

        private readonly void Row<V>(int row, int group, in LaneRing<T> ring, nint* offsets, T* sums, nint sumPitch)
            where V : unmanaged, ILanes<V, T>
        {
            TapRun taps = Rows[row];
            for (int r = 0; r < taps.Taps; r++) offsets[r] = ring.Offset(taps.Source + r * Vertical.TapSource);
            var pixels = new PixelLanes<T>
            {
                Channels = Inputs,
                ChannelPitch = ring.ChannelPitch,
                ChannelWeights = ChannelWeights,
                Rows = taps.Taps,
                RowOffsets = offsets,
                RowWeights = (nint)Vertical.TapStep * KernelWidth * Pitch,
                TapPitch = (nint)Horizontal.TapSource * V.Count,
                TapWeights = (nint)Horizontal.TapStep * Pitch,
                Rectify = Rectify,
            };
            for (int o = 0; o < Outputs; o++)
            {
                T* initial = Initial + (nint)o * Pitch + group;
                T* weights = Weights + o * OutputWeights + group + (nint)taps.Tap * KernelWidth * Pitch;
                for (int i = 0; i < ColumnCount; i++)
                {
                    TapRun run = Columns[i];
                    pixels.Taps = run.Taps;
                    pixels.Run<V>(
                        run.Count, ring.Row(0) + (nint)run.Source * V.Count, (nint)Horizontal.InputStep * V.Count, weights + (nint)run.Tap * Pitch,
                        initial, sums + o * sumPitch + (nint)run.First * V.Count, (nint)Horizontal.OutputStep * V.Count);
                }
            }
        }
    }
}
