using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A convolution of groups with few channels each, or its adjoint: a group a lane. As many groups as a vector has lanes are computed together; they
/// go on from one picture to the next, so that no lane idles where a picture has few groups. Any stride, however small the planes.
/// </summary>
internal static unsafe class GroupLanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Sums that are kept until they go back to their planes, and input that is kept: together they fill half of the first-level cache.
    private const int SumBytes = 8 << 10, InputBytes = 12 << 10;

    // Pixels below which turning rows into lanes costs more than its share.
    private const int LeastPixels = 16;

    /// <summary>output = A input + bias for a batch.</summary>
    /// <param name="groups">Sizes.</param>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="input">Input pictures.</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="rectify">Whether negative outputs become 0.</param>
    /// <param name="output">Output pictures; overwritten.</param>
    /// <param name="threads">Threads that may work at once.</param>
    public static void Run(in GroupShape groups, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int lanes = Panels.Lanes<T>(), pitch = LaneWeights.Pitch(groups.Count, lanes);
        T* turned = ScratchMemory<T>.Take(ScratchUse.GroupWeights, (long)(groups.Numbers + groups.Outputs) * pitch), initial = turned + (nint)groups.Numbers * pitch;
        LaneWeights.Turn(groups.Count, groups.Numbers, lanes, weights, turned);
        if (bias == null)
            new Span<T>(initial, groups.Outputs * pitch).Clear();
        else
            LaneWeights.Turn(groups.Count, groups.Outputs, lanes, bias, initial);
        var job = new Job
        {
            Groups = groups,
            Instances = checked(batch * groups.Count),
            Rows = groups.Vertical.Runs(ScratchUse.Rows, out int rowRuns),
            Columns = groups.Horizontal.Runs(ScratchUse.Columns, out int columnRuns),
            RowRuns = rowRuns,
            ColumnRuns = columnRuns,
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
        public GroupShape Groups;
        public int Instances, RowRuns, ColumnRuns, Pitch;
        public TapRun* Rows, Columns;
        public T* Input, Weights, Initial, Output;
        public bool Rectify;
        private int _begin, _end, _strip, _room;

        /// <summary>How many output rows are computed before their sums are turned back, and how many input rows there must be room for.</summary>
        public void Plan(int lanes)
        {
            int width = Groups.OutputWidth, height = Groups.OutputHeight, least = Math.Min(Partitioner.Pieces(LeastPixels, width), height);
            _strip = Math.Clamp((int)(SumBytes / sizeof(T) / ((long)width * lanes * Groups.Outputs)), least, height);
            long row = (long)Groups.Inputs * Groups.Width * lanes * sizeof(T);
            int reach = 1;
            for (int first = 0; first < height; first += _strip)
            {
                var (top, end) = Needed(first, Math.Min(first + _strip, height));
                reach = Math.Max(reach, end - top);
            }

            _room = (int)Math.Clamp(InputBytes / row, reach, Groups.Height);
        }

        /// <summary>The input rows that a strip of output rows reads, and those that a later one still will.</summary>
        private readonly (int Top, int End) Needed(int first, int end)
        {
            int top = Groups.Height, bottom = 0, tapSource = Groups.Vertical.TapSource;
            for (int i = 0; i < RowRuns; i++)
            {
                var (begin, count) = Part(Rows[i], first, Groups.OutputHeight);
                if (count == 0 || Rows[i].Taps == 0) continue;
                int source = Rows[i].Source + begin * Groups.Vertical.InputStep, far = source + (Rows[i].Taps - 1) * tapSource;
                top = Math.Min(top, Math.Min(source, far));
                (_, count) = Part(Rows[i], first, end);
                if (count > 0) bottom = Math.Max(bottom, Math.Max(source, far) + (count - 1) * Groups.Vertical.InputStep + 1);
            }

            return (Math.Min(top, bottom), bottom);
        }

        /// <summary>Which positions of a run lie in [first, end): how many come before, and how many there are.</summary>
        private readonly (int Begin, int Count) Part(in TapRun run, int first, int end)
        {
            int step = Groups.Vertical.OutputStep;
            int begin = run.First >= first ? 0 : Math.Min(run.Count, Partitioner.Pieces(first - run.First, step));
            int stop = run.First >= end ? 0 : Math.Min(run.Count, Partitioner.Pieces(end - run.First, step));
            return (begin, Math.Max(0, stop - begin));
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
            int height = Groups.OutputHeight, width = Groups.OutputWidth, outputs = Groups.Outputs;
            var input = new LaneRows<T>(Groups.Inputs, Groups.Height, Groups.Width, V.Count, _room);
            nint plane = (nint)height * width, sumPitch = (nint)_strip * width * V.Count;
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, outputs * sumPitch);
            nint* offsets = ScratchMemory<nint>.Take(ScratchUse.Rows, 2L * Groups.Inputs * Groups.Kernel);
            for (int block = _begin; block < _end; block++)
            {
                int instance = block * V.Count, lanes = Math.Min(V.Count, Instances - instance), group = instance % Groups.Count;
                T* from = Input + (nint)instance * Groups.Inputs * Groups.Height * Groups.Width, to = Output + instance * outputs * plane;
                input.Restart();
                for (int first = 0; first < height; first += _strip)
                {
                    int end = Math.Min(first + _strip, height);
                    var (top, bottom) = Needed(first, end);
                    input.Enter(from, lanes, top, bottom);
                    for (int i = 0; i < RowRuns; i++) Strip<V>(Rows[i], first, end, group, input, offsets, sums, sumPitch);
                    for (int o = 0; o < outputs; o++)
                        Transposition.Run((end - first) * width, lanes, sums + o * sumPitch, V.Count, to + o * plane + (nint)first * width, outputs * plane);
                }
            }
        }

        private readonly void Strip<V>(in TapRun rows, int first, int end, int group, in LaneRows<T> input, nint* offsets, T* sums, nint sumPitch)
            where V : unmanaged, ILanes<V, T>
        {
            TapAxis vertical = Groups.Vertical, horizontal = Groups.Horizontal;
            var (begin, lines) = Part(rows, first, end);
            if (lines == 0) return;
            nint linePitch = (nint)Groups.OutputWidth * V.Count;
            int source = rows.Taps == 0 ? 0 : rows.Source + begin * vertical.InputStep;
            var pixels = new PixelLanes<T>
            {
                Step = (nint)horizontal.InputStep * V.Count,
                OutputStep = (nint)horizontal.OutputStep * V.Count,
                Lines = lines,
                LineStep = vertical.InputStep * input.RowPitch,
                OutputLineStep = vertical.OutputStep * linePitch,
                LastLine = nint.MaxValue,
                Offsets = offsets,
                WeightOffsets = offsets + Groups.Inputs * Groups.Kernel,
                Rectify = Rectify,
            };
            for (int i = 0; i < ColumnRuns; i++)
            {
                TapRun columns = Columns[i];
                pixels.Count = columns.Count;
                pixels.Taps = Places<V>(rows, source, columns, input, pixels.Offsets, pixels.WeightOffsets);
                // Taps a pixel's step apart, all of them, are read once for several pixels.
                pixels.Stretch = horizontal.InputStep == Math.Abs(horizontal.TapSource) && columns.Taps is 3 or 5 ? columns.Taps : 1;
                for (int o = 0; o < Groups.Outputs; o++)
                {
                    pixels.Input = input.Row(0);
                    pixels.Weights = Weights + group + (nint)o * Groups.OutputNumbers * Pitch;
                    pixels.Initial = Initial + group + (nint)o * Pitch;
                    pixels.Output = sums + o * sumPitch + (rows.First + (nint)begin * vertical.OutputStep - first) * linePitch + (nint)columns.First * V.Count;
                    pixels.Run<V>();
                }
            }
        }

        /// <summary>Where the taps of a rectangle's first pixel read and where their weights lie, from above to below and from left to right.</summary>
        private readonly int Places<V>(in TapRun rows, int source, in TapRun columns, in LaneRows<T> input, nint* offsets, nint* weightOffsets)
            where V : unmanaged, ILanes<V, T>
        {
            TapAxis vertical = Groups.Vertical, horizontal = Groups.Horizontal;
            bool turned = horizontal.TapSource < 0;
            int taps = 0;
            for (int c = 0; c < Groups.Inputs; c++)
            {
                for (int u = 0; u < rows.Taps; u++)
                {
                    nint row = c * input.ChannelPitch + (source + u * vertical.TapSource) * input.RowPitch;
                    int numbers = c * Groups.InputNumbers + (rows.Tap + u * vertical.TapStep) * Groups.KernelWidth + columns.Tap;
                    for (int i = 0; i < columns.Taps; i++, taps++)
                    {
                        int v = turned ? columns.Taps - 1 - i : i;
                        offsets[taps] = row + (nint)(columns.Source + v * horizontal.TapSource) * V.Count;
                        weightOffsets[taps] = (nint)(numbers + v * horizontal.TapStep) * Pitch;
                    }
                }
            }

            return taps;
        }
    }
}
