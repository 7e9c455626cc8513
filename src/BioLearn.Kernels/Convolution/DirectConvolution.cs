using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One group of a convolution or of its adjoint, its weights rearranged once into panels of register width. The input is copied with channels last into
/// a padded block, so that every tap of a pixel is a run of consecutive numbers; the sums of a block of pixels are written back plane by plane.
/// </summary>
internal sealed unsafe class DirectConvolution<T> : IPackedWay<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockPixels = 96;

    private readonly int _inputChannels, _outputChannels;
    private readonly int _inputHeight, _inputWidth, _outputHeight, _outputWidth;
    private readonly PaddedBlock _padding;
    private readonly Phase[] _phases;

    /// <summary>Packs weights [filters, channels, kernel height, kernel width] of one group.</summary>
    /// <param name="shape">The group's own sizes: one group.</param>
    /// <param name="adjoint">Whether the map is the adjoint.</param>
    /// <param name="phases">The gathers that make up the map.</param>
    /// <param name="weights">The group's weights.</param>
    public DirectConvolution(in ConvolutionShape shape, bool adjoint, GatherPhase[] phases, ReadOnlySpan<T> weights)
    {
        (_inputChannels, _inputHeight, _inputWidth) = adjoint ? (shape.Filters, shape.OutputHeight, shape.OutputWidth) : (shape.Channels, shape.Height, shape.Width);
        (_outputChannels, _outputHeight, _outputWidth) = adjoint ? (shape.Channels, shape.Height, shape.Width) : (shape.Filters, shape.OutputHeight, shape.OutputWidth);
        _padding = PaddedBlock.Around(phases, _inputHeight, _inputWidth, _inputChannels);
        _phases = new Phase[phases.Length];
        for (int i = 0; i < phases.Length; i++) _phases[i] = new Phase(phases[i], _padding, shape, adjoint, weights);
    }

    public void Dispose()
    {
        foreach (var phase in _phases) phase.Dispose();
    }

    /// <summary>Packs other weights of the same sizes.</summary>
    public void Update(ReadOnlySpan<T> weights)
    {
        foreach (var phase in _phases) phase.Update(weights);
    }

    /// <summary>Computes one picture.</summary>
    /// <param name="input">Input planes.</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="floor">Outputs below it become it: 0 rectifies, negative infinity does not.</param>
    /// <param name="output">Output planes; overwritten.</param>
    /// <param name="threads">Threads that may work at once.</param>
    public void Run(T* input, T* bias, T floor, T* output, int threads)
    {
        T* padded = ScratchMemory<T>.Take(ScratchUse.Input, _padding.Length);
        _padding.Fill(input, padded, threads);
        foreach (var phase in _phases)
        {
            int blocks = Partitioner.Pieces(phase.Grid.Pixels, BlockPixels);
            int pieces = phase.IsJoined ? blocks : blocks * phase.Panels.Length;
            if (pieces == 0) continue;
            var job = new Job { Owner = this, Phase = phase, Blocks = blocks, Input = padded, Bias = bias, Floor = floor, Output = output };
            Partitioner.For(pieces, (pieces + threads - 1) / threads, threads, ref job);
        }
    }

    /// <summary>Grid points and packed weights of one phase.</summary>
    private sealed class Phase : IDisposable
    {
        private readonly ConvolutionShape _shape;
        private readonly bool _adjoint;

        public Phase(GatherPhase grid, PaddedBlock padding, in ConvolutionShape shape, bool adjoint, ReadOnlySpan<T> weights)
        {
            (_shape, _adjoint) = (shape, adjoint);
            Grid = grid;
            Starts = padding.Starts(grid);
            (RunOffsets, RunLength) = padding.Runs(grid.Taps);
            int channels = adjoint ? shape.Channels : shape.Filters;
            Panels = Convolution.Panels.Split<T>(channels * grid.SubY * grid.SubX);
            Width = Panels.Sum(p => p.Width);
            Weights = Convolution.Panels.Room<T>(grid, Panels, shape, adjoint);
            Update(weights);
        }

        public void Update(ReadOnlySpan<T> weights) => Convolution.Panels.Pack(Grid, Panels, _shape, _adjoint, weights, Weights);

        public GatherPhase Grid { get; }

        public int[] Starts { get; }

        public nint[] RunOffsets { get; }

        public int RunLength { get; }

        public Panel[] Panels { get; }

        /// <summary>Columns of all panels.</summary>
        public int Width { get; }

        public NativeBuffer<T> Weights { get; }

        public bool IsJoined => Grid.SubY * Grid.SubX > 1;

        public void Dispose() => Weights.Dispose();
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public DirectConvolution<T> Owner;
        public Phase Phase;
        public int Blocks;
        public T* Input, Bias, Output;
        public T Floor;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Job part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, Job>(ref part);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            if (Phase.IsJoined) Joined<V>();
            else ByPanel<V>();
        }

        /// <summary>A panel stays in cache while all pixels pass.</summary>
        private readonly void ByPanel<V>()
            where V : unmanaged, ILanes<V, T>
        {
            var grid = Phase.Grid;
            int plane = Owner._outputHeight * Owner._outputWidth;
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, BlockPixels * Convolution.Panels.MaxWidth<T>());
            T* initial = stackalloc T[Convolution.Panels.MaxWidth<T>()];
            for (int piece = _begin; piece < _end; piece++)
            {
                var panel = Phase.Panels[piece / Blocks];
                int first = piece % Blocks * BlockPixels, count = Math.Min(BlockPixels, grid.Pixels - first);
                int channels = Math.Min(panel.Width, Owner._outputChannels - panel.Start);
                for (int i = 0; i < panel.Width; i++) initial[i] = Bias != null && i < channels ? Bias[panel.Start + i] : T.Zero;
                Product<V>(panel, first, count, initial, sums, panel.Width);
                T* target = Output + (nint)panel.Start * plane;
                if (grid.StepY == 1 && grid.StepX == 1)
                    Transposition.Run(count, channels, sums, panel.Width, target + first, plane);
                else
                    Scatter(first, count, channels, sums, panel.Width, target, plane);
            }
        }

        /// <summary>All panels of a block of grid points, then their small blocks of pixels.</summary>
        private readonly void Joined<V>()
            where V : unmanaged, ILanes<V, T>
        {
            var grid = Phase.Grid;
            T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, BlockPixels * Phase.Width);
            T* initial = ScratchMemory<T>.Take(ScratchUse.Channels, Phase.Width);
            for (int i = 0; i < Phase.Width; i++)
            {
                int channel = i / (grid.SubY * grid.SubX);
                initial[i] = Bias != null && channel < Owner._outputChannels ? Bias[channel] : T.Zero;
            }

            for (int block = _begin; block < _end; block++)
            {
                int first = block * BlockPixels, count = Math.Min(BlockPixels, grid.Pixels - first);
                foreach (var panel in Phase.Panels) Product<V>(panel, first, count, initial + panel.Start, sums + panel.Start, Phase.Width);
                SubPixels.Spread(grid, first, count, sums, Phase.Width, Owner._outputChannels, Output, Owner._outputHeight, Owner._outputWidth);
            }
        }

        private readonly void Product<V>(in Panel panel, int first, int count, T* initial, T* sums, nint pitch)
            where V : unmanaged, ILanes<V, T>
        {
            T* weights = Phase.Weights.Pointer + panel.Offset;
            int runs = Phase.RunOffsets.Length, length = Phase.RunLength;
            fixed (nint* offsets = Phase.RunOffsets)
            fixed (int* starts = &Phase.Starts[first])
            {
                TileProduct.Run<V, T>(panel.Width, count, runs, offsets, length, Input, starts, weights, initial, Floor, sums, pitch);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Scatter(int first, int count, int channels, T* sums, int width, T* target, int plane)
        {
            var grid = Phase.Grid;
            for (int p = 0; p < count; p++)
            {
                var (t, s) = Math.DivRem(first + p, grid.Columns);
                T* to = target + (grid.Top + t * grid.StepY) * Owner._outputWidth + grid.Left + s * grid.StepX;
                for (int c = 0; c < channels; c++) to[(nint)c * plane] = sums[p * width + c];
            }
        }
    }
}
