using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A convolution of groups with few channels each, or its adjoint, plane by plane: neighbouring columns are the lanes. A plane is copied between zeros, and
/// the taps read it from there; nothing is turned. For planes about as wide as a vector or wider, at stride 1.
/// </summary>
internal static unsafe class GroupPlanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Rows of a strip, between zeros. Two fill two thirds of the first-level cache.
    private const int StripBytes = 10 << 10;

    /// <summary>Whether the lanes are full enough. Below, turning groups into lanes is faster.</summary>
    public static bool Suits(in GroupShape groups)
    {
        int lanes = Panels.Lanes<T>();
        return groups.Horizontal is { InputStep: 1, OutputStep: 1 } && groups.Vertical.OutputStep == 1
            && 10L * groups.OutputWidth >= 7L * Partitioner.Pieces(groups.OutputWidth, lanes) * lanes;
    }

    /// <inheritdoc cref="GroupLanes{T}.Run"/>
    public static void Run(in GroupShape groups, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int instances = checked(batch * groups.Count);
        var job = new Job { Groups = groups, Input = input, Weights = weights, Bias = bias, Rectify = rectify, Output = output };
        job.Plan(Panels.Lanes<T>());
        Partitioner.For(instances, Partitioner.Pieces(instances, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public GroupShape Groups;
        public T* Input, Weights, Bias, Output;
        public bool Rectify;
        private PaddedRows<T> _rows;
        private int _begin, _end, _top, _left, _margin, _strip, _room;

        /// <summary>Where output pixel (0, 0) begins to read, the distance of copied rows, and the rows of a strip.</summary>
        public void Plan(int lanes)
        {
            ConvolutionShape shape = Groups.Shape;
            int reachY = (shape.KernelHeight - 1) * shape.DilationY, reachX = (shape.KernelWidth - 1) * shape.DilationX;
            (_top, _left) = Groups.IsAdjoint ? (reachY - shape.PadTop, reachX - shape.PadLeft) : (shape.PadTop, shape.PadLeft);
            int right = Groups.OutputWidth - 1 - _left + reachX - (Groups.Width - 1);
            _margin = Math.Max(0, Math.Max(_left, right));
            _rows = new(Groups.Height, Groups.Width, _margin, lanes);
            int step = Groups.Vertical.InputStep, rows = (int)Math.Min(StripBytes / sizeof(T) / ((long)_rows.Pitch * Groups.Inputs), int.MaxValue);
            _strip = Math.Clamp(rows - reachY <= 0 ? 0 : (rows - reachY - 1) / step + 1, Math.Min(8, Groups.OutputHeight), Groups.OutputHeight);
            _room = (_strip - 1) * step + reachY + 1;
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
            ConvolutionShape shape = Groups.Shape;
            int taps = Groups.Inputs * Groups.Kernel, step = Groups.Vertical.InputStep, outputs = Groups.Outputs;
            nint outputPlane = (nint)Groups.OutputHeight * Groups.OutputWidth, channel = (nint)_room * _rows.Pitch;
            // In front and behind, what lanes beyond the last column may read.
            int front = Partitioner.Pieces(_margin, V.Count) * V.Count;
            long length = front + 2 * Groups.Inputs * channel + 2L * V.Count + (shape.KernelWidth - 1L) * shape.DilationX + Math.Max(0, -_left);
            T* copy = ScratchMemory<T>.Take(ScratchUse.Input, length);
            new Span<T>(copy, checked((int)length)).Clear();
            copy += front;
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, (long)_strip * V.Count);
            T* weights = ScratchMemory<T>.Take(ScratchUse.Channels, (taps + 1L) * V.Count), initial = weights + (nint)taps * V.Count;
            nint* offsets = ScratchMemory<nint>.Take(ScratchUse.Rows, 2L * taps);
            int* sources = ScratchMemory<int>.Take(ScratchUse.Rows, taps);
            Places(sources, offsets, channel, V.Count);
            var pixels = new PixelLanes<T>
            {
                Input = copy,
                Step = (nint)step * _rows.Pitch,
                Weights = weights,
                Initial = initial,
                Taps = taps,
                Offsets = offsets,
                WeightOffsets = offsets + taps,
                Stretch = step == shape.DilationY && shape.KernelHeight is 3 or 5 ? shape.KernelHeight : 1,
                Rectify = Rectify,
            };
            // Strips are copied one ahead: the processor then never waits for what it has just written.
            int strips = Partitioner.Pieces(Groups.OutputHeight, _strip), total = (_end - _begin) * strips;
            nint half = Groups.Inputs * channel;
            Enter<V>(0, strips, copy);
            for (int i = 0; i < total; i++)
            {
                if (i + 1 < total) Enter<V>(i + 1, strips, copy + (i + 1) % 2 * half);
                int instance = _begin + i / strips, first = i % strips * _strip, group = instance % Groups.Count;
                pixels.Input = copy + i % 2 * half;
                pixels.Count = Math.Min(_strip, Groups.OutputHeight - first);
                for (int o = 0; o < outputs; o++)
                {
                    T* numbers = Weights + (nint)group * Groups.Numbers + (nint)o * Groups.OutputNumbers;
                    for (int t = 0; t < taps; t++) V.Store(V.Create(numbers[sources[t]]), weights + (nint)t * V.Count);
                    V.Store(Bias == null ? V.Zero : V.Create(Bias[group * outputs + o]), initial);
                    bool overwritten = (strips == 1 || outputs == 1) && (i + 1 < total || o + 1 < outputs);
                    Columns<V>(ref pixels, sums, Output + ((nint)instance * outputs + o) * outputPlane + (nint)first * Groups.OutputWidth, overwritten);
                }
            }
        }

        /// <summary>Taps from left to right and from above to below, so that those that follow each other lie a row apart.</summary>
        private readonly void Places(int* sources, nint* offsets, nint channel, int lanes)
        {
            ConvolutionShape shape = Groups.Shape;
            nint* weightOffsets = offsets + Groups.Inputs * Groups.Kernel;
            for (int c = 0, t = 0; c < Groups.Inputs; c++)
            {
                for (int v = 0; v < shape.KernelWidth; v++)
                {
                    for (int u = 0; u < shape.KernelHeight; u++, t++)
                    {
                        int tap = u * shape.KernelWidth + v;
                        sources[t] = c * Groups.InputNumbers + (Groups.IsAdjoint ? Groups.Kernel - 1 - tap : tap);
                        offsets[t] = c * channel + (nint)u * shape.DilationY * _rows.Pitch + v * shape.DilationX - _left;
                        weightOffsets[t] = (nint)t * lanes;
                    }
                }
            }
        }

        /// <summary>Copies the input of a strip.</summary>
        private readonly void Enter<V>(int strip, int strips, T* copy)
            where V : unmanaged, ILanes<V, T>
        {
            int step = Groups.Vertical.InputStep, first = strip % strips * _strip, rows = _room - (_strip - Math.Min(_strip, Groups.OutputHeight - first)) * step;
            T* planes = Input + (nint)(_begin + strip / strips) * Groups.Inputs * Groups.Height * Groups.Width;
            for (int c = 0; c < Groups.Inputs; c++)
                _rows.Copy<V>(planes + (nint)c * Groups.Height * Groups.Width, first * step - _top, rows, copy + c * (nint)_room * _rows.Pitch);
        }

        /// <summary>
        /// All columns of a strip, a vector of them after the other. The last vector of a row overlaps the one before; where there is no other, it writes
        /// beyond the row's end what the next row then overwrites, unless what follows the strip is written already or belongs to another thread.
        /// </summary>
        private readonly void Columns<V>(ref PixelLanes<T> pixels, T* sums, T* output, bool overwritten)
            where V : unmanaged, ILanes<V, T>
        {
            int width = Groups.OutputWidth;
            bool isNarrow = width < V.Count, apart = isNarrow && !overwritten;
            pixels.Lines = isNarrow ? 1 : Partitioner.Pieces(width, V.Count);
            pixels.LineStep = pixels.OutputLineStep = V.Count;
            pixels.LastLine = Math.Max(0, width - V.Count);
            pixels.OutputStep = apart ? V.Count : width;
            pixels.Output = apart ? sums : output;
            pixels.Run<V>();
            if (!apart) return;
            for (int i = 0; i < pixels.Count; i++, sums += V.Count, output += width) V.StoreFirst(V.Load(sums), output, width);
        }
    }
}
