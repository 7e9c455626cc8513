using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Output positions First, First + step, ... that read through the same taps of the kernel, each from the place of the one before plus a step.
/// </summary>
/// <param name="First">First output position.</param>
/// <param name="Count">Number of positions.</param>
/// <param name="Tap">First tap.</param>
/// <param name="Taps">Number of taps; 0 where no tap falls inside.</param>
/// <param name="Source">Input position of the first tap at the first output position.</param>
internal readonly record struct TapRun(int First, int Count, int Tap, int Taps, int Source);

/// <summary>
/// One axis of a convolution or of its adjoint as a gather: which taps of the kernel an output position reads through, and from where. Taps that
/// fall outside are left out instead of reading zeros.
/// </summary>
internal readonly struct TapAxis
{
    private readonly int _inputs, _kernel, _stride, _dilation, _pad;
    private readonly bool _adjoint;

    private TapAxis(int inputs, int outputs, int kernel, int stride, int dilation, int pad, bool adjoint)
    {
        (_inputs, Outputs, _kernel, _stride, _dilation, _pad, _adjoint) = (inputs, outputs, kernel, stride, dilation, pad, adjoint);
        if (adjoint)
        {
            int common = Divisor(stride, dilation);
            (OutputStep, InputStep, TapStep, TapSource) = (stride, 1, stride / common, -(dilation / common));
        }
        else
            (OutputStep, InputStep, TapStep, TapSource) = (1, stride, 1, dilation);
    }

    /// <summary>Output positions.</summary>
    public int Outputs { get; }

    /// <summary>Distance between output positions of a run: those between belong to other taps.</summary>
    public int OutputStep { get; }

    /// <summary>Distance between the sources of a run's neighbours.</summary>
    public int InputStep { get; }

    /// <summary>Distance between taps that meet in one output position.</summary>
    public int TapStep { get; }

    /// <summary>Distance between the sources of two such taps.</summary>
    public int TapSource { get; }

    /// <summary>From above to below.</summary>
    public static TapAxis Vertical(in ConvolutionShape shape, bool adjoint) => adjoint
        ? new(shape.OutputHeight, shape.Height, shape.KernelHeight, shape.StrideY, shape.DilationY, shape.PadTop, true)
        : new(shape.Height, shape.OutputHeight, shape.KernelHeight, shape.StrideY, shape.DilationY, shape.PadTop, false);

    /// <summary>From left to right.</summary>
    public static TapAxis Horizontal(in ConvolutionShape shape, bool adjoint) => adjoint
        ? new(shape.OutputWidth, shape.Width, shape.KernelWidth, shape.StrideX, shape.DilationX, shape.PadLeft, true)
        : new(shape.Width, shape.OutputWidth, shape.KernelWidth, shape.StrideX, shape.DilationX, shape.PadLeft, false);

    /// <summary>What one output position reads.</summary>
    private TapRun At(int output)
    {
        int first = 0;
        while (first < _kernel && Source(output, first) < 0) first++;
        if (first == _kernel) return new(output, 1, 0, 0, 0);
        int taps = 1;
        while (first + taps * TapStep < _kernel && Source(output, first + taps * TapStep) >= 0) taps++;
        return new(output, 1, first, taps, Source(output, first));
    }

    /// <summary>All output positions in as few runs as there are.</summary>
    public unsafe TapRun* Runs(ScratchUse use, out int count)
    {
        TapRun* runs = ScratchMemory<TapRun>.Take(use, Outputs);
        count = 0;
        for (int phase = 0; phase < OutputStep; phase++)
        {
            int begin = count;
            for (int i = phase; i < Outputs; i += OutputStep)
            {
                TapRun next = At(i), last = count > begin ? runs[count - 1] : default;
                if (count > begin && last.Tap == next.Tap && last.Taps == next.Taps && (next.Taps == 0 || next.Source == last.Source + last.Count * InputStep))
                    runs[count - 1] = last with { Count = last.Count + 1 };
                else
                    runs[count++] = next;
            }
        }

        return runs;
    }

    private int Source(int output, int tap)
    {
        int source = _adjoint ? output + _pad - tap * _dilation : output * _stride + tap * _dilation - _pad;
        if (_adjoint)
        {
            if (source % _stride != 0) return -1;
            source /= _stride;
        }

        return source < _inputs ? source : -1;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
