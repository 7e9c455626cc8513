using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One group of a stride-1 3×3 convolution, or of its adjoint, by Winograd's minimal filtering F(2×2, 3×3): output tiles of 2×2 pixels are
/// Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A with 16 products instead of 36 (Lavin and Gray, arXiv 1509.09308). Its transforms multiply by 0, ±1 and ½ only, so that
/// rounding stays at the level of the direct sum.
/// </summary>
internal sealed unsafe partial class Winograd<T> : IPackedWay<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Products = 16;

    private readonly int _inputChannels, _outputChannels, _width;
    private readonly int _inputHeight, _inputWidth, _outputHeight, _outputWidth;
    private readonly int _tileRows, _tileColumns;
    private readonly PaddedBlock _padding;
    private readonly Panel[] _panels;
    private readonly NativeBuffer<T> _weights;
    private readonly int _blockTiles;
    private readonly ConvolutionShape _shape;
    private readonly bool _adjoint;
    private readonly GatherPhase _grid;

    /// <summary>Whether a gather is one that this class computes.</summary>
    public static bool Handles(GatherPhase grid) =>
        grid.InputStepY == 1 && grid.InputStepX == 1 && grid.StepY == 1 && grid.StepX == 1 && grid.Taps.Length == 9
        && grid.Taps.Select((t, i) => t.Row == grid.Taps[0].Row + i / 3 && t.Column == grid.Taps[0].Column + i % 3).All(same => same);

    public Winograd(in ConvolutionShape shape, bool adjoint, GatherPhase grid, ReadOnlySpan<T> weights)
    {
        (_inputChannels, _inputHeight, _inputWidth) = adjoint ? (shape.Filters, shape.OutputHeight, shape.OutputWidth) : (shape.Channels, shape.Height, shape.Width);
        (_outputChannels, _outputHeight, _outputWidth) = adjoint ? (shape.Channels, shape.Height, shape.Width) : (shape.Filters, shape.OutputHeight, shape.OutputWidth);
        (_tileRows, _tileColumns) = ((_outputHeight + 1) / 2, (_outputWidth + 1) / 2);
        _padding = new(grid.Taps[0].Row, grid.Taps[0].Column, 2 * _tileRows + 2, 2 * _tileColumns + 2, _inputChannels, _inputHeight, _inputWidth);
        _panels = Panels.Split<T>(_outputChannels);
        _width = _panels.Sum(p => p.Width);
        _blockTiles = Math.Clamp(700_000 / (Products * (_inputChannels + _width) * sizeof(T)), 48, 192);
        (_shape, _adjoint, _grid) = (shape, adjoint, grid);
        _weights = new NativeBuffer<T>(checked(Products * _inputChannels * _width));
        Update(weights);
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>Packs weights, [product][panel][input channel][column of the panel].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Update(ReadOnlySpan<T> weights)
    {
        (NativeBuffer<T> packed, GatherPhase grid, ConvolutionShape shape, bool adjoint) = (_weights, _grid, _shape, _adjoint);
        T half = T.CreateChecked(0.5);
        Span<T> g = stackalloc T[9];
        Span<T> rows = stackalloc T[12];
        Span<int> places = stackalloc int[9];
        for (int t = 0; t < 9; t++) places[t] = grid.KernelRow(grid.Taps[t].Row, 0) * 3 + grid.KernelColumn(grid.Taps[t].Column, 0);
        for (int p = 0; p < _panels.Length; p++)
        {
            var panel = _panels[p] = _panels[p] with { Offset = (nint)_inputChannels * _panels[p].Start };
            for (int i = 0; i < _inputChannels; i++)
            {
                for (int column = 0; column < panel.Width; column++)
                {
                    int channel = panel.Start + column;
                    if (channel >= _outputChannels) continue;
                    int kernel = (adjoint ? i * shape.Channels + channel : channel * shape.Channels + i) * 9;
                    for (int t = 0; t < 9; t++) g[t] = weights[kernel + places[t]];
                    for (int x = 0; x < 3; x++)
                    {
                        (T a, T b, T c) = (g[x], g[3 + x], g[6 + x]);
                        (rows[x], rows[3 + x], rows[6 + x], rows[9 + x]) = (a, half * (a + b + c), half * (a - b + c), c);
                    }

                    for (int y = 0; y < 4; y++)
                    {
                        (T a, T b, T c) = (rows[3 * y], rows[3 * y + 1], rows[3 * y + 2]);
                        Put(4 * y, a);
                        Put(4 * y + 1, half * (a + b + c));
                        Put(4 * y + 2, half * (a - b + c));
                        Put(4 * y + 3, c);
                    }

                    void Put(int product, T value) =>
                        packed.Pointer[(nint)product * _inputChannels * _width + panel.Offset + i * panel.Width + column] = value;
                }
            }
        }
    }

    /// <summary>Computes a batch. Small pictures share a pass over the weights; threads share a single picture.</summary>
    public void Run(int batch, T* input, T* bias, T floor, T* output, int threads)
    {
        if (threads > 1 && batch == 1)
        {
            var shared = new SharedPicture { Owner = this, Threads = threads, Input = input, Bias = bias, Floor = floor, Output = output };
            Hardware.Run<T, SharedPicture>(ref shared);
            return;
        }

        int tiles = _tileRows * _tileColumns;
        int together = Math.Max(1, _blockTiles / tiles);
        for (int first = 0; first < batch; first += together)
        {
            int count = Math.Min(together, batch - first);
            var job = new Job
            {
                Owner = this,
                Pictures = count,
                Input = input + (nint)first * _inputChannels * _inputHeight * _inputWidth,
                Output = output + (nint)first * _outputChannels * _outputHeight * _outputWidth,
                Bias = bias,
                Floor = floor,
            };
            Hardware.Run<T, Job>(ref job);
        }
    }

    private struct Job : IVectorKernel<T>
    {
        public Winograd<T> Owner;
        public int Pictures;
        public T* Input, Bias, Output;
        public T Floor;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            var o = Owner;
            int tiles = o._tileRows * o._tileColumns;
            int blocks = Math.Max(1, (tiles + o._blockTiles - 1) / o._blockTiles), most = Pictures > 1 ? Pictures * tiles : (tiles + blocks - 1) / blocks;
            // A few numbers more than needed, so that the sixteen parts do not fall on the same lines of the cache.
            nint inputPart = (nint)most * o._inputChannels + 48, outputPart = (nint)most * o._width + 48;
            T* block = ScratchMemory<T>.Take(ScratchUse.Input, o._padding.Length);
            T* transformed = ScratchMemory<T>.Take(ScratchUse.TransformedInput, Products * inputPart);
            T* products = ScratchMemory<T>.Take(ScratchUse.TransformedOutput, Products * outputPart);
            nint picture = (nint)4 * tiles * o._width;
            T* pictures = ScratchMemory<T>.Take(ScratchUse.Picture, Pictures * picture);
            for (int p = 0; p < Pictures; p++)
            {
                o._padding.Fill(Input + (nint)p * o._inputChannels * o._inputHeight * o._inputWidth, block, threads: 1);
                if (Pictures > 1)
                {
                    o.TransformInput<V>(block, 0, tiles, transformed + (nint)p * tiles * o._inputChannels, inputPart);
                    continue;
                }

                for (int first = 0; first < tiles; first += most)
                {
                    int count = Math.Min(most, tiles - first);
                    o.TransformInput<V>(block, first, count, transformed, inputPart);
                    o.Multiply<V>(0, Products, count, transformed, inputPart, products, outputPart);
                    o.TransformOutput<V>(products, outputPart, first, count, Bias, Floor, pictures);
                }
            }

            if (Pictures > 1)
            {
                o.Multiply<V>(0, Products, Pictures * tiles, transformed, inputPart, products, outputPart);
                for (int p = 0; p < Pictures; p++)
                    o.TransformOutput<V>(products + (nint)p * tiles * o._width, outputPart, 0, tiles, Bias, Floor, pictures + p * picture);
            }

            for (int p = 0; p < Pictures; p++) o.Write(pictures + p * picture, Output + (nint)p * o._outputChannels * o._outputHeight * o._outputWidth, 0, o._outputHeight);
        }
    }

    /// <summary>Bᵀ d B of each tile, every product in its own part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void TransformInput<V>(T* block, int first, int count, T* transformed, nint part)
        where V : unmanaged, ILanes<V, T>
    {
        nint pixel = _inputChannels, row = (nint)_padding.Width * _inputChannels;
        for (int tile = 0; tile < count; tile++)
        {
            var (y, x) = Math.DivRem(first + tile, _tileColumns);
            T* d = block + 2 * y * row + 2 * x * pixel, to = transformed + tile * pixel;
            int c = 0;
            for (; c + V.Count <= _inputChannels; c += V.Count) TransformInput<V>(d + c, pixel, row, to + c, part);
            if (c == _inputChannels) continue;
            if (_inputChannels >= V.Count)
            {
                // The last channels once more, together with some of their neighbours.
                c = _inputChannels - V.Count;
                TransformInput<V>(d + c, pixel, row, to + c, part);
            }
            else
            {
                for (; c < _inputChannels; c++) TransformInput<Lanes1<T>>(d + c, pixel, row, to + c, part);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformInput<V>(T* d, nint pixel, nint row, T* to, nint part)
        where V : unmanaged, ILanes<V, T>
    {
        TransformColumn<V>(d, row, out V a0, out V a1, out V a2, out V a3);
        TransformColumn<V>(d + pixel, row, out V b0, out V b1, out V b2, out V b3);
        TransformColumn<V>(d + 2 * pixel, row, out V c0, out V c1, out V c2, out V c3);
        TransformColumn<V>(d + 3 * pixel, row, out V d0, out V d1, out V d2, out V d3);
        TransformRow(a0, b0, c0, d0, to, part);
        TransformRow(a1, b1, c1, d1, to + 4 * part, part);
        TransformRow(a2, b2, c2, d2, to + 8 * part, part);
        TransformRow(a3, b3, c3, d3, to + 12 * part, part);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformColumn<V>(T* d, nint row, out V t0, out V t1, out V t2, out V t3)
        where V : unmanaged, ILanes<V, T>
    {
        V x0 = V.Load(d), x1 = V.Load(d + row), x2 = V.Load(d + 2 * row), x3 = V.Load(d + 3 * row);
        (t0, t1, t2, t3) = (x0 - x2, x1 + x2, x2 - x1, x1 - x3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformRow<V>(V x0, V x1, V x2, V x3, T* to, nint part)
        where V : unmanaged, ILanes<V, T>
    {
        V.Store(x0 - x2, to);
        V.Store(x1 + x2, to + part);
        V.Store(x2 - x1, to + 2 * part);
        V.Store(x1 - x3, to + 3 * part);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Multiply<V>(int begin, int end, int count, T* transformed, nint inputPart, T* products, nint outputPart)
        where V : unmanaged, ILanes<V, T>
    {
        int* starts = stackalloc int[count];
        for (int i = 0; i < count; i++) starts[i] = i * _inputChannels;
        T* zero = stackalloc T[Panels.MaxWidth<T>()];
        new Span<T>(zero, Panels.MaxWidth<T>()).Clear();
        nint offset = 0;
        for (int product = begin; product < end; product++)
        {
            T* from = transformed + product * inputPart, weights = _weights.Pointer + (nint)product * _inputChannels * _width;
            foreach (var panel in _panels)
                TileProduct.Run<V, T>(panel.Width, count, 1, &offset, _inputChannels, from, starts, weights + panel.Offset, zero, T.NegativeInfinity, products + product * outputPart + panel.Start, _width);
        }
    }

    /// <summary>Aᵀ m A of each tile into a picture with channels last and even sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void TransformOutput<V>(T* products, nint part, int first, int count, T* bias, T floor, T* picture)
        where V : unmanaged, ILanes<V, T>
    {
        nint row = (nint)2 * _tileColumns * _width;
        T* offsets = ScratchMemory<T>.Take(ScratchUse.Channels, _width);
        for (int c = 0; c < _width; c++) offsets[c] = bias != null && c < _outputChannels ? bias[c] : T.Zero;
        V least = V.Create(floor);
        for (int tile = 0; tile < count; tile++)
        {
            var (y, x) = Math.DivRem(first + tile, _tileColumns);
            T* m = products + (nint)tile * _width, to = picture + 2 * y * row + 2 * x * _width;
            for (int c = 0; c < _width; c += V.Count)
            {
                V offset = V.Load(offsets + c);
                SumColumn<V>(m + c, part, out V a0, out V a1);
                SumColumn<V>(m + c + part, part, out V b0, out V b1);
                SumColumn<V>(m + c + 2 * part, part, out V c0, out V c1);
                SumColumn<V>(m + c + 3 * part, part, out V d0, out V d1);
                V.Store(V.Max(a0 + b0 + c0 + offset, least), to + c);
                V.Store(V.Max(b0 - c0 - d0 + offset, least), to + _width + c);
                V.Store(V.Max(a1 + b1 + c1 + offset, least), to + row + c);
                V.Store(V.Max(b1 - c1 - d1 + offset, least), to + row + _width + c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumColumn<V>(T* m, nint part, out V s0, out V s1)
        where V : unmanaged, ILanes<V, T>
    {
        V x0 = V.Load(m), x1 = V.Load(m + 4 * part), x2 = V.Load(m + 8 * part), x3 = V.Load(m + 12 * part);
        (s0, s1) = (x0 + x1 + x2, x1 - x2 - x3);
    }

    private void Write(T* picture, T* output, int begin, int end)
    {
        nint row = (nint)2 * _tileColumns * _width;
        for (int y = begin; y < end; y++)
            Transposition.Run(_outputWidth, _outputChannels, picture + y * row, _width, output + (nint)y * _outputWidth, (nint)_outputHeight * _outputWidth);
    }
}
