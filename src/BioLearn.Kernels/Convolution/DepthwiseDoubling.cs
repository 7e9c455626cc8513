using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The adjoint of a depthwise convolution with 3x3 taps at stride 2 and a margin of one zero: each number of credit reaches three columns of three rows.
/// A column of vectors of credit passes from above to below; even and odd columns of the result are summed apart and put between each other.
/// </summary>
internal static unsafe class DepthwiseDoubling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Taps = 9;

    /// <summary>Whether this is such a convolution, and its lanes are full enough.</summary>
    public static bool Suits(in GroupShape groups)
    {
        if (Hardware.VectorBits < 256 || groups is not { Inputs: 1, Outputs: 1, IsAdjoint: true }
            || groups.Shape is not { StrideX: 2, StrideY: 2, DilationX: 1, DilationY: 1, KernelHeight: 3, KernelWidth: 3, PadLeft: 1, PadTop: 1 })
            return false;
        int lanes = Panels.Lanes<T>();
        return 10L * groups.Width >= 4L * Partitioner.Pieces(groups.Width, lanes) * lanes;
    }

    /// <inheritdoc cref="GroupLanes{T}.Run"/>
    public static void Run(in GroupShape groups, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int instances = checked(batch * groups.Count);
        var job = new Job { Shape = groups.Shape, Instances = instances, Credit = input, Weights = weights, Bias = bias, Rectify = rectify, Output = output };
        Partitioner.For(instances, Partitioner.Pieces(instances, threads), threads, ref job);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public ConvolutionShape Shape;
        public int Instances;
        public T* Credit, Weights, Bias, Output;
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
            int width = shape.OutputWidth, plane = shape.Height * shape.Width, blocks = Partitioner.Pieces((shape.Width + 1) / 2, V.Count);
            var credits = new OpenPlanes<T>(Credit, Instances, shape.OutputHeight * width, 0, Math.Max(0, blocks * V.Count + 1 - width), ScratchUse.Input);
            // For each vector of a row, which lanes are columns of credit, and which have a neighbour to the right.
            T* masks = ScratchMemory<T>.Take(ScratchUse.Masks, (blocks + 1L) * 2 * V.Count);
            V.Store(V.Equals(V.Zero, V.Zero), masks);
            for (int mask = 0; mask < 2 * blocks; mask++)
                V.Store(V.LoadFirst(masks, Math.Clamp(width - mask / 2 * V.Count - mask % 2, 0, V.Count)), masks + (mask + 2) * V.Count);
            var pass = new Pass { Rows = shape.OutputHeight, Width = width, OutputRows = shape.Height, OutputWidth = shape.Width, Rectify = Rectify };
            for (int i = _begin, group = _begin % shape.Groups; i < _end; i++, group = group + 1 == shape.Groups ? 0 : group + 1)
            {
                T* weights = Weights + (nint)group * Taps, from = credits[i], to = Output + (nint)i * plane;
                pass.Initial = Bias == null ? T.Zero : Bias[group];
                for (int block = 0; block < blocks; block++)
                {
                    int start = block * V.Count;
                    pass.Low = WholeVectors.Rows(shape.Height, shape.Width, 2 * start, V.Count, blocks);
                    pass.High = WholeVectors.Rows(shape.Height, shape.Width, 2 * start + V.Count, V.Count, blocks);
                    Column<V>(pass, start, weights, masks + 2 * (block + 1) * V.Count, from, to);
                }
            }
        }
    }

    /// <summary>Sizes of a plane of credit and of the result.</summary>
    private struct Pass
    {
        public int Rows, Width, OutputRows, OutputWidth;

        /// <summary>Rows of the result whose first and second vector are written whole.</summary>
        public int Low, High;
        public T Initial;
        public bool Rectify;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Column<V>(in Pass pass, int start, T* weights, T* masks, T* credit, T* output)
        where V : unmanaged, ILanes<V, T>
    {
        V w0 = V.Create(weights[0]), w1 = V.Create(weights[1]), w2 = V.Create(weights[2]);
        V w3 = V.Create(weights[3]), w4 = V.Create(weights[4]), w5 = V.Create(weights[5]);
        V w6 = V.Create(weights[6]), w7 = V.Create(weights[7]), w8 = V.Create(weights[8]);
        int left = pass.OutputWidth - 2 * start, low = Math.Min(V.Count, left), high = Math.Min(V.Count, left - V.Count);
        int rows = pass.Rows, height = pass.OutputRows;
        nint pitch = pass.Width, outputPitch = pass.OutputWidth;
        V initial = V.Create(pass.Initial), own = V.Load(masks), next = V.Load(masks + V.Count);
        credit += start;
        output += 2 * start;
        V y = V.Load(credit) & own, right = V.Load(credit + 1) & next;
        for (int i = 0, row = 0; row < height; i++, row += 2, output += 2 * outputPitch)
        {
            credit += pitch;
            V below = V.Zero, belowRight = V.Zero;
            if (i + 1 < rows)
            {
                below = V.Load(credit) & own;
                belowRight = V.Load(credit + 1) & next;
            }

            V even = V.MultiplyAdd(w4, y, initial), odd = V.MultiplyAdd(w3, right, V.MultiplyAdd(w5, y, initial));
            Write(pass, row, even, odd, output, low, high);
            if (row + 1 < height)
            {
                even = V.MultiplyAdd(w1, below, V.MultiplyAdd(w7, y, initial));
                odd = V.MultiplyAdd(w0, belowRight, V.MultiplyAdd(w2, below, V.MultiplyAdd(w6, right, V.MultiplyAdd(w8, y, initial))));
                Write(pass, row + 1, even, odd, output + outputPitch, low, high);
            }

            (y, right) = (below, belowRight);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Write(in Pass pass, int row, V even, V odd, T* to, int low, int high)
        {
            if (pass.Rectify) (even, odd) = (V.Max(even, V.Zero), V.Max(odd, V.Zero));
            V first = LaneOrder<V, T>.InterleavedLow(even, odd);
            if (row < pass.Low) V.Store(first, to);
            else V.StoreFirst(first, to, low);
            if (high <= 0) return;
            V second = LaneOrder<V, T>.InterleavedHigh(even, odd);
            if (row < pass.High) V.Store(second, to + V.Count);
            else V.StoreFirst(second, to + V.Count, high);
        }
    }
}
