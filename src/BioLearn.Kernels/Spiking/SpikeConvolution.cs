using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Spiking;

/// <summary>
/// The weights of a spiking convolution, laid out so that one input spike adds to one row of potentials a single run of memory: the taps of
/// a kernel row for all output maps.
/// </summary>
/// <remarks>
/// A spike at column x reaches output column c by the tap x + pad - stride c. Taps of one remainder (x + pad) mod stride belong together;
/// within such a group rising output columns have falling taps, which is the order of storage. Runs are padded with zeros to whole vectors:
/// adding zero to the neighbour that lies behind changes nothing.
/// </remarks>
internal sealed unsafe class SpikeConvolution : IDisposable
{
    /// <summary>Runs are this many numbers or a multiple: the widest vector of doubles.</summary>
    public const int Block = 8;

    private readonly NativeBuffer<double> _packed; // [row of kernel][input map][remainder][tap][output map]
    private readonly int[] _taps; // by remainder
    private readonly int[] _run; // by remainder
    private readonly int[] _start; // of a remainder, within an input map
    private readonly int _mapLength;

    /// <summary>Packs weights [kernel, kernel, input maps, output maps].</summary>
    public SpikeConvolution(SpikePlane input, int kernel, int stride, int maps, ReadOnlySpan<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        Input = input;
        Kernel = kernel;
        Stride = stride;
        Output = input.Window(kernel, stride, maps);
        _taps = new int[stride];
        _run = new int[stride];
        _start = new int[stride];
        for (int remainder = 0; remainder < stride; remainder++)
        {
            _taps[remainder] = Math.Max(0, (kernel - remainder + stride - 1) / stride);
            _run[remainder] = (_taps[remainder] * maps + Block - 1) / Block * Block;
            _start[remainder] = _mapLength;
            _mapLength += _run[remainder];
        }

        KernelRowLength = input.Maps * _mapLength;
        _packed = new NativeBuffer<double>(checked(kernel * KernelRowLength));
        for (int map = 0; map < maps; map++)
            Pack(weights, map);
    }

    public SpikePlane Input { get; }

    public SpikePlane Output { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Pad => Kernel / 2;

    /// <summary>Output columns before the first that some spike reaches.</summary>
    internal int Margin => _taps[0] - 1;

    /// <summary>The longest run, in numbers.</summary>
    internal int LongestRun => _run[0];

    /// <summary>Numbers from one row of the kernel to the next.</summary>
    internal int KernelRowLength { get; }

    internal double* Packed => _packed.Pointer;

    /// <summary>Takes over the weights of one output map again, after they have changed.</summary>
    public void Pack(ReadOnlySpan<float> weights, int map)
    {
        int maps = Output.Maps, inputs = Input.Maps;
        if (weights.Length != Kernel * Kernel * inputs * maps)
            throw new ArgumentException($"expected {Kernel} x {Kernel} x {inputs} x {maps} weights, got {weights.Length}", nameof(weights));
        var packed = _packed.Span;
        for (int kx = 0; kx < Kernel; kx++)
        {
            (int quotient, int remainder) = Math.DivRem(kx, Stride);
            int place = _start[remainder] + (_taps[remainder] - 1 - quotient) * maps + map;
            for (int ky = 0; ky < Kernel; ky++)
            {
                for (int input = 0; input < inputs; input++)
                    packed[ky * KernelRowLength + input * _mapLength + place] = weights[((ky * Kernel + kx) * inputs + input) * maps + map];
            }
        }
    }

    /// <summary>Where a spike of an input map at a column finds its weights, where it adds them, and how many.</summary>
    internal SpikeRun RunOf(int column, int map)
    {
        (int quotient, int remainder) = Math.DivRem(column + Pad, Stride);
        return new(map * _mapLength + _start[remainder], (quotient - _taps[remainder] + 1) * Output.Maps, _run[remainder]);
    }

    public void Dispose() => _packed.Dispose();
}

/// <summary>What a spike adds to a row of potentials.</summary>
/// <param name="Weights">First number within a row of the kernel.</param>
/// <param name="Target">First potential within the row, counted from column 0; negative in the margin.</param>
/// <param name="Length">Numbers, whole vectors.</param>
internal readonly record struct SpikeRun(int Weights, int Target, int Length);
