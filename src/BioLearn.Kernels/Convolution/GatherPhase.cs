namespace BioLearn.Kernels.Convolution;

/// <summary>One place from which an output pixel gathers: an offset, in input pixels, from the pixel's own origin.</summary>
internal readonly record struct GatherTap(int Row, int Column);

/// <summary>
/// A convolution or its adjoint as one regular gather: output pixel (t, s) of a grid reads the input at (t·InputStepY + tap.Row, s·InputStepX + tap.Column)
/// for every tap. A forward convolution is one phase. The adjoint of a strided one falls into strideY × strideX phases, the output pixels that share
/// a remainder; each is a gather with unit step. Where channels are few, all phases are computed as one: a grid point stands for a block of
/// SubY × SubX output pixels, whose channels lie side by side in the registers.
/// </summary>
internal sealed class GatherPhase
{
    private readonly ConvolutionShape _shape;
    private readonly bool _adjoint;

    private GatherPhase(in ConvolutionShape shape, bool adjoint, int top, int left, int subY, int subX)
    {
        _shape = shape;
        _adjoint = adjoint;
        (Top, Left, SubY, SubX) = (top, left, subY, subX);
        (StepY, StepX) = adjoint ? (shape.StrideY, shape.StrideX) : (1, 1);
        (InputStepY, InputStepX) = adjoint ? (1, 1) : (shape.StrideY, shape.StrideX);
        int height = adjoint ? shape.Height : shape.OutputHeight, width = adjoint ? shape.Width : shape.OutputWidth;
        Rows = top < height ? (height - top - 1) / StepY + 1 : 0;
        Columns = left < width ? (width - left - 1) / StepX + 1 : 0;
        var rows = Offsets(subY, (shape.KernelHeight - 1) * shape.DilationY + shape.PadTop + shape.StrideY, KernelRow);
        var columns = Offsets(subX, (shape.KernelWidth - 1) * shape.DilationX + shape.PadLeft + shape.StrideX, KernelColumn);
        Taps = [.. rows.SelectMany(r => columns.Select(c => new GatherTap(r, c)))];
    }

    /// <summary>Grid size.</summary>
    public int Rows { get; }

    /// <inheritdoc cref="Rows"/>
    public int Columns { get; }

    /// <summary>Output pixel of grid point (0, 0).</summary>
    public int Top { get; }

    /// <inheritdoc cref="Top"/>
    public int Left { get; }

    /// <summary>Distance of grid points in output pixels.</summary>
    public int StepY { get; }

    /// <inheritdoc cref="StepY"/>
    public int StepX { get; }

    /// <summary>Distance of grid points in input pixels.</summary>
    public int InputStepY { get; }

    /// <inheritdoc cref="InputStepY"/>
    public int InputStepX { get; }

    /// <summary>Output pixels computed at one grid point.</summary>
    public int SubY { get; }

    /// <inheritdoc cref="SubY"/>
    public int SubX { get; }

    /// <summary>Places read, in raster order.</summary>
    public GatherTap[] Taps { get; }

    public int Pixels => Rows * Columns;

    public static GatherPhase Forward(in ConvolutionShape shape) => new(shape, false, 0, 0, 1, 1);

    /// <param name="shape">The convolution whose adjoint is wanted.</param>
    /// <param name="lanes">Numbers in a vector, which decide when phases are worth joining.</param>
    public static GatherPhase[] Adjoint(in ConvolutionShape shape, int lanes)
    {
        var phases = new List<GatherPhase>();
        for (int top = 0; top < shape.StrideY; top++)
        {
            for (int left = 0; left < shape.StrideX; left++) phases.Add(new(shape, true, top, left, 1, 1));
        }

        if (phases.Count == 1) return [.. phases];
        int channels = shape.Channels / shape.Groups;
        var joined = new GatherPhase(shape, true, 0, 0, shape.StrideY, shape.StrideX);
        long apart = phases.Sum(p => (long)p.Pixels * p.Taps.Length * RoundUp(channels, lanes));
        long together = (long)joined.Pixels * joined.Taps.Length * RoundUp(channels * phases.Count, lanes);
        return together < apart ? [joined] : [.. phases];
    }

    /// <summary>The kernel row that connects a tap with row <paramref name="sub"/> of a grid point's block, or -1.</summary>
    public int KernelRow(int tapRow, int sub) => _adjoint
        ? Kernel(Top + sub + _shape.PadTop - _shape.StrideY * tapRow, _shape.DilationY, _shape.KernelHeight)
        : Kernel(tapRow + _shape.PadTop, _shape.DilationY, _shape.KernelHeight);

    /// <summary>As <see cref="KernelRow"/>, for columns.</summary>
    public int KernelColumn(int tapColumn, int sub) => _adjoint
        ? Kernel(Left + sub + _shape.PadLeft - _shape.StrideX * tapColumn, _shape.DilationX, _shape.KernelWidth)
        : Kernel(tapColumn + _shape.PadLeft, _shape.DilationX, _shape.KernelWidth);

    /// <summary>
    /// Where a tap's weights for some output columns lie, for input channel 0; -1 where a column has none. The next input channel's lie
    /// <see cref="WeightStep"/> further.
    /// </summary>
    /// <param name="tap">The tap.</param>
    /// <param name="first">First column: channels, and within a channel the pixels of the block.</param>
    /// <param name="sources">Receives an index into [filters, channels, kernel height, kernel width] for each column.</param>
    public void WeightSources(GatherTap tap, int first, Span<int> sources)
    {
        int kernel = _shape.KernelHeight * _shape.KernelWidth, block = SubY * SubX;
        int outputs = _adjoint ? _shape.Channels : _shape.Filters, step = _adjoint ? kernel : _shape.Channels * kernel;
        Span<int> places = stackalloc int[block];
        for (int sub = 0; sub < block; sub++)
        {
            int row = KernelRow(tap.Row, sub / SubX), column = KernelColumn(tap.Column, sub % SubX);
            places[sub] = row < 0 || column < 0 ? -1 : row * _shape.KernelWidth + column;
        }

        for (int i = 0; i < sources.Length; i++)
        {
            var (channel, sub) = Math.DivRem(first + i, block);
            sources[i] = channel >= outputs || places[sub] < 0 ? -1 : channel * step + places[sub];
        }
    }

    /// <summary>Distance of two input channels' weights.</summary>
    public int WeightStep => (_adjoint ? _shape.Channels : 1) * _shape.KernelHeight * _shape.KernelWidth;

    private static int Kernel(int distance, int dilation, int kernel) =>
        distance >= 0 && distance % dilation == 0 && distance / dilation < kernel ? distance / dilation : -1;

    /// <summary>All offsets along one axis, up to <paramref name="reach"/> either way, that any kernel tap connects with any pixel of the block; ascending.</summary>
    private static List<int> Offsets(int subs, int reach, Func<int, int, int> tapOf)
    {
        var found = new List<int>();
        for (int offset = -reach; offset <= reach; offset++)
        {
            for (int sub = 0; sub < subs; sub++)
            {
                if (tapOf(offset, sub) >= 0)
                {
                    found.Add(offset);
                    break;
                }
            }
        }

        return found;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
