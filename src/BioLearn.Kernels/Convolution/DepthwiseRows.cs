using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A depthwise convolution with 3x3 taps at stride 1, or its adjoint, read where the picture lies: neighbouring columns are the lanes. A column of
/// vectors passes from above to below; each row that is read adds to three rows of sums, which stay in registers with the nine weights.
/// </summary>
internal static unsafe class DepthwiseRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Kernel = 3, Taps = Kernel * Kernel;

    /// <summary>Whether this is such a convolution, and its lanes are full enough.</summary>
    public static bool Suits(in GroupShape groups)
    {
        (int top, int left) = Margins(groups);
        return groups is { Inputs: 1, Outputs: 1, KernelHeight: Kernel, KernelWidth: Kernel, Vertical.InputStep: 1, Shape: { DilationX: 1, DilationY: 1 } } && GroupPlanes<T>.Suits(groups)
            && top is >= 0 and < Kernel && left is >= 0 and < Kernel && groups.OutputHeight <= groups.Height + top && groups.OutputWidth <= groups.Width + left;
    }

    /// <inheritdoc cref="GroupLanes{T}.Run"/>
    public static void Run(in GroupShape groups, int batch, T* input, T* weights, T* bias, bool rectify, T* output, int threads)
    {
        int instances = checked(batch * groups.Count);
        (int top, int left) = Margins(groups);
        var job = new Job { Groups = groups, Instances = instances, Top = top, Left = left, Input = input, Weights = weights, Bias = bias, Rectify = rectify, Output = output };
        Partitioner.For(instances, Partitioner.Pieces(instances, threads), threads, ref job);
    }

    /// <summary>Rows and columns by which output pixel (0, 0) begins to read outside.</summary>
    private static (int Top, int Left) Margins(in GroupShape groups) => groups.IsAdjoint
        ? (Kernel - 1 - groups.Shape.PadTop, Kernel - 1 - groups.Shape.PadLeft)
        : (groups.Shape.PadTop, groups.Shape.PadLeft);

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public GroupShape Groups;
        public int Instances, Top, Left;
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
            int width = Groups.OutputWidth, plane = Groups.Height * Groups.Width, outputPlane = Groups.OutputHeight * width;
            var columns = ColumnMasks<T>.Make<V>(Groups.Width, width, Kernel, Left);
            int blocks = columns.Blocks, behind = Math.Max(0, Math.Max(width, V.Count) + Kernel - 1 - Left - Groups.Width);
            var planes = new OpenPlanes<T>(Input, Instances, plane, Left, behind, ScratchUse.Input);
            var pass = new Pass { Rows = Groups.Height, Width = Groups.Width, OutputRows = Groups.OutputHeight, OutputWidth = width, Top = Top, Rectify = Rectify };
            // The adjoint meets the taps from the last one on.
            int step = Groups.IsAdjoint ? -1 : 1, first = Groups.IsAdjoint ? Taps - 1 : 0;
            for (int i = _begin, group = _begin % Groups.Count; i < _end; i++, group = group + 1 == Groups.Count ? 0 : group + 1)
            {
                T* weights = Weights + (nint)group * Taps + first, from = planes[i] - Left, to = Output + (nint)i * outputPlane;
                pass.Initial = Bias == null ? T.Zero : Bias[group];
                for (int block = 0; block < blocks; block++)
                {
                    int start = columns.Start(block);
                    Column<V>(pass, weights, step, columns.Of(block), from + start, to + start);
                }
            }
        }
    }

    /// <summary>Sizes of a plane and of its output.</summary>
    private struct Pass
    {
        public int Rows, Width, OutputRows, OutputWidth, Top;
        public T Initial;
        public bool Rectify;
    }

    /// <summary>
    /// A vector of every row. Where a row is shorter than a vector, it writes beyond the row's end what the next row then overwrites; the last row is
    /// cut off.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Column<V>(in Pass pass, T* weights, nint step, T* masks, T* input, T* output)
        where V : unmanaged, ILanes<V, T>
    {
        V w0 = V.Create(weights[0]), w1 = V.Create(weights[step]), w2 = V.Create(weights[2 * step]);
        V w3 = V.Create(weights[3 * step]), w4 = V.Create(weights[4 * step]), w5 = V.Create(weights[5 * step]);
        V w6 = V.Create(weights[6 * step]), w7 = V.Create(weights[7 * step]), w8 = V.Create(weights[8 * step]);
        V left = V.Load(masks), middle = V.Load(masks + V.Count), right = V.Load(masks + 2 * V.Count), initial = V.Create(pass.Initial);
        int rows = pass.Rows, height = pass.OutputRows, last = pass.OutputWidth < V.Count ? height - 1 : height, i = pass.Top - (Kernel - 1);
        nint pitch = pass.Width, outputPitch = pass.OutputWidth;
        output += i * outputPitch;
        // Sums of the output rows that this row of the input meets with its last, its second and its first row of taps.
        V above = initial, here = initial;
        for (int r = 0; r < rows; r++, i++, input += pitch, output += outputPitch)
        {
            V x = V.Load(input) & left;
            V below = V.MultiplyAdd(w0, x, initial);
            here = V.MultiplyAdd(w3, x, here);
            above = V.MultiplyAdd(w6, x, above);
            x = V.Load(input + 1) & middle;
            below = V.MultiplyAdd(w1, x, below);
            here = V.MultiplyAdd(w4, x, here);
            above = V.MultiplyAdd(w7, x, above);
            x = V.Load(input + 2) & right;
            below = V.MultiplyAdd(w2, x, below);
            here = V.MultiplyAdd(w5, x, here);
            above = V.MultiplyAdd(w8, x, above);
            if ((uint)i < (uint)height) Write(pass, above, output, i == last);
            (above, here) = (here, below);
        }

        // Rows whose taps end below the picture.
        for (; i < height; i++, output += outputPitch, above = here)
        {
            if (i >= 0) Write(pass, above, output, i == last);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Write(in Pass pass, V sums, T* output, bool isLast)
        {
            if (pass.Rectify) sums = V.Max(sums, V.Zero);
            if (isLast) V.StoreFirst(sums, output, pass.OutputWidth);
            else V.Store(sums, output);
        }
    }
}
