using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One group of a convolution of a single cell, or of its adjoint: a matrix product over channels that reads and writes the planes where they are. Large planes of few channels
/// (depthwise networks) would else be copied with channels last and back for little arithmetic. Each sum is one chain of multiply-adds in the order of the input channels.
/// </summary>
internal sealed unsafe class PointwiseConvolution<T> : IPackedWay<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 4, Vectors = 3;

    // Smaller planes leave too much of the last tile unused.
    private const int LeastPixels = 128;

    private readonly int _inputChannels, _outputChannels, _pixels, _padded;
    private readonly bool _adjoint;
    private readonly NativeBuffer<T> _weights; // [blocks of four output channels, input channels, 4]

    public PointwiseConvolution(in ConvolutionShape shape, bool adjoint, ReadOnlySpan<T> weights)
    {
        (_inputChannels, _outputChannels) = adjoint ? (shape.Filters, shape.Channels) : (shape.Channels, shape.Filters);
        _pixels = shape.Height * shape.Width;
        _adjoint = adjoint;
        _padded = (_outputChannels + Rows - 1) / Rows * Rows;
        _weights = new(_padded * _inputChannels);
        Update(weights);
    }

    /// <summary>Whether each output pixel reads one input pixel, its own, and there are enough of them.</summary>
    public static bool Handles(in ConvolutionShape shape, GatherPhase grid) =>
        shape is { KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1 } && shape.OutputHeight == shape.Height && shape.OutputWidth == shape.Width
        && grid.Taps is [{ Row: 0, Column: 0 }] && shape.Height * shape.Width >= LeastPixels;

    public void Update(ReadOnlySpan<T> weights)
    {
        Span<T> packed = _weights.Span;
        packed.Clear();
        for (int o = 0; o < _outputChannels; o++)
        {
            for (int i = 0; i < _inputChannels; i++)
                packed[(o / Rows * _inputChannels + i) * Rows + o % Rows] = _adjoint ? weights[i * _outputChannels + o] : weights[o * _inputChannels + i];
        }
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>Computes one picture; the arguments are those of <see cref="DirectConvolution{T}.Run"/>, and what greater outputs become.</summary>
    public void Run(T* input, T* bias, T floor, T ceiling, T* output, int threads)
    {
        int tiles = Partitioner.Pieces(_pixels, Vectors * Panels.Lanes<T>());
        var job = new Job { Owner = this, Input = input, Bias = bias, Floor = floor, Ceiling = ceiling, Output = output };
        Partitioner.For(tiles, Partitioner.Pieces(tiles, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public PointwiseConvolution<T> Owner;
        public T* Input, Bias, Output;
        public T Floor, Ceiling;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Job part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, Job>(ref part);
        }

        /// <summary>All output channels of a tile of pixels, whose input stays in the cache meanwhile.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            int pixels = Owner._pixels, width = Vectors * Panels.Lanes<T>();
            T* initial = stackalloc T[Rows];
            for (int tile = _begin; tile < _end; tile++)
            {
                // The last tile is of as many vectors as are left; its first ones compute finished pixels again, to the same bits.
                int first = tile * width, left = pixels - first, vectors = Math.Min(width, left);
                vectors = (vectors + V.Count - 1) / V.Count;
                first = Math.Min(first, pixels - vectors * V.Count);
                for (int row = 0; row < Owner._padded; row += Rows)
                {
                    int rows = Math.Min(Rows, Owner._outputChannels - row);
                    for (int r = 0; r < Rows; r++) initial[r] = Bias != null && r < rows ? Bias[row + r] : T.Zero;
                    T* weights = Owner._weights.Pointer + (nint)row * Owner._inputChannels, to = Output + (nint)row * pixels + first;
                    int done = 0;
                    for (; done + Vectors <= vectors; done += Vectors) Three<V>(weights, Input + first + done * V.Count, initial, to + done * V.Count, rows);
                    for (; done < vectors; done++) One<V>(weights, Input + first + done * V.Count, initial, to + done * V.Count, rows);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Three<V>(T* weights, T* from, T* initial, T* to, int rows)
            where V : unmanaged, ILanes<V, T>
        {
            nint pitch = Owner._pixels;
            V a0 = V.Create(initial[0]), a1 = a0, a2 = a0, b0 = V.Create(initial[1]), b1 = b0, b2 = b0;
            V c0 = V.Create(initial[2]), c1 = c0, c2 = c0, d0 = V.Create(initial[3]), d1 = d0, d2 = d0;
            for (int i = Owner._inputChannels; i > 0; i--)
            {
                V x = V.Load(from), y = V.Load(from + V.Count), z = V.Load(from + 2 * V.Count);
                V w = V.Create(weights[0]);
                (a0, a1, a2) = (V.MultiplyAdd(w, x, a0), V.MultiplyAdd(w, y, a1), V.MultiplyAdd(w, z, a2));
                w = V.Create(weights[1]);
                (b0, b1, b2) = (V.MultiplyAdd(w, x, b0), V.MultiplyAdd(w, y, b1), V.MultiplyAdd(w, z, b2));
                w = V.Create(weights[2]);
                (c0, c1, c2) = (V.MultiplyAdd(w, x, c0), V.MultiplyAdd(w, y, c1), V.MultiplyAdd(w, z, c2));
                w = V.Create(weights[3]);
                (d0, d1, d2) = (V.MultiplyAdd(w, x, d0), V.MultiplyAdd(w, y, d1), V.MultiplyAdd(w, z, d2));
                from += pitch;
                weights += Rows;
            }

            V least = V.Create(Floor), most = V.Create(Ceiling);
            Store(a0, a1, a2, least, most, to);
            if (rows > 1) Store(b0, b1, b2, least, most, to + pitch);
            if (rows > 2) Store(c0, c1, c2, least, most, to + 2 * pitch);
            if (rows > 3) Store(d0, d1, d2, least, most, to + 3 * pitch);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void One<V>(T* weights, T* from, T* initial, T* to, int rows)
            where V : unmanaged, ILanes<V, T>
        {
            nint pitch = Owner._pixels;
            V a = V.Create(initial[0]), b = V.Create(initial[1]), c = V.Create(initial[2]), d = V.Create(initial[3]);
            for (int i = Owner._inputChannels; i > 0; i--)
            {
                V x = V.Load(from);
                a = V.MultiplyAdd(V.Create(weights[0]), x, a);
                b = V.MultiplyAdd(V.Create(weights[1]), x, b);
                c = V.MultiplyAdd(V.Create(weights[2]), x, c);
                d = V.MultiplyAdd(V.Create(weights[3]), x, d);
                from += pitch;
                weights += Rows;
            }

            V least = V.Create(Floor), most = V.Create(Ceiling);
            V.Store(V.Min(V.Max(a, least), most), to);
            if (rows > 1) V.Store(V.Min(V.Max(b, least), most), to + pitch);
            if (rows > 2) V.Store(V.Min(V.Max(c, least), most), to + 2 * pitch);
            if (rows > 3) V.Store(V.Min(V.Max(d, least), most), to + 3 * pitch);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<V>(V x, V y, V z, V least, V most, T* to)
            where V : unmanaged, ILanes<V, T>
        {
            V.Store(V.Min(V.Max(x, least), most), to);
            V.Store(V.Min(V.Max(y, least), most), to + V.Count);
            V.Store(V.Min(V.Max(z, least), most), to + 2 * V.Count);
        }
    }
}
