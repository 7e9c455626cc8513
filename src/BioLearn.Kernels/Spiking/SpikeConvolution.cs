using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Spiking;

/// <summary>
/// The weights of a spiking convolution, laid out so that one input spike is a few contiguous sums: the spike of an input map at one
/// pixel adds, to each row of potentials that it reaches, the taps of that row for all output maps in one run of memory.
/// </summary>
/// <remarks>
/// A spike at input row y reaches output row r by the tap y + pad - stride r. Taps of one remainder (y + pad) mod stride belong together;
/// within such a group rising output rows have falling taps, which is the order of storage. Runs are padded with zeros to whole vectors:
/// adding zero to the neighbour that lies behind changes nothing.
/// </remarks>
internal sealed unsafe class SpikeConvolution : IDisposable
{
    /// <summary>Runs are this many numbers or a multiple: the widest vector of doubles.</summary>
    public const int Block = 8;

    private readonly NativeBuffer<double> _packed;
    private readonly int[] _groupStart; // [input map][row remainder][column remainder]
    private readonly int[] _taps; // taps a remainder
    private readonly int[] _run; // numbers a row of taps, by column remainder

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
        for (int remainder = 0; remainder < stride; remainder++)
        {
            _taps[remainder] = Math.Max(0, (kernel - remainder + stride - 1) / stride);
            _run[remainder] = (_taps[remainder] * maps + Block - 1) / Block * Block;
        }

        _groupStart = new int[input.Maps * stride * stride];
        int length = 0;
        for (int map = 0; map < input.Maps; map++)
        {
            for (int row = 0; row < stride; row++)
            {
                for (int column = 0; column < stride; column++)
                {
                    _groupStart[(map * stride + row) * stride + column] = length;
                    length = checked(length + _taps[row] * _run[column]);
                }
            }
        }

        _packed = new NativeBuffer<double>(length);
        for (int map = 0; map < maps; map++)
            Pack(weights, map);
    }

    public SpikePlane Input { get; }

    public SpikePlane Output { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Pad => Kernel / 2;

    /// <summary>Output rows or columns before the first that some spike reaches.</summary>
    internal int Margin => _taps[0] - 1;

    /// <summary>The longest run, in numbers.</summary>
    internal int LongestRun => _run[0];

    /// <summary>Takes over the weights of one output map again, after they have changed.</summary>
    public void Pack(ReadOnlySpan<float> weights, int map)
    {
        int maps = Output.Maps, inputs = Input.Maps;
        if (weights.Length != Kernel * Kernel * inputs * maps)
            throw new ArgumentException($"expected {Kernel} x {Kernel} x {inputs} x {maps} weights, got {weights.Length}", nameof(weights));
        var packed = _packed.Span;
        for (int input = 0; input < inputs; input++)
        {
            for (int ky = 0; ky < Kernel; ky++)
            {
                int row = ky % Stride, rowPlace = _taps[row] - 1 - ky / Stride;
                for (int kx = 0; kx < Kernel; kx++)
                {
                    int column = kx % Stride, columnPlace = _taps[column] - 1 - kx / Stride;
                    int start = _groupStart[(input * Stride + row) * Stride + column];
                    packed[start + rowPlace * _run[column] + columnPlace * maps + map] = weights[((ky * Kernel + kx) * inputs + input) * maps + map];
                }
            }
        }
    }

    /// <summary>Adds what <paramref name="spikes"/>, indices of input neurons, do to <paramref name="potentials"/>.</summary>
    public void Scatter(ReadOnlySpan<int> spikes, MembranePotentials potentials)
    {
        if (spikes.IsEmpty)
            return;
        fixed (int* first = spikes)
        {
            var kernel = new ScatterKernel { Owner = this, Spikes = first, Count = spikes.Length, Potentials = potentials };
            Hardware.Run<double, ScatterKernel>(ref kernel);
        }
    }

    public void Dispose() => _packed.Dispose();

    private struct ScatterKernel : IVectorKernel<double>
    {
        public SpikeConvolution Owner;
        public int* Spikes;
        public int Count;
        public MembranePotentials Potentials;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, double>
        {
            SpikeConvolution owner = Owner;
            int maps = owner.Input.Maps, width = owner.Input.Width, stride = owner.Stride, pad = owner.Pad;
            nint outputRow = Potentials.RowLength;
            double* origin = Potentials.Origin;
            double* packed = owner._packed.Pointer;
            for (int i = 0; i < Count; i++)
            {
                int position = Spikes[i], map = 0;
                if (maps > 1)
                    (position, map) = Math.DivRem(position, maps);
                (int y, int x) = Math.DivRem(position, width);
                int row = 0, column = 0;
                y += pad;
                x += pad;
                if (stride > 1)
                {
                    (y, row) = Math.DivRem(y, stride);
                    (x, column) = Math.DivRem(x, stride);
                }

                int taps = owner._taps[row], run = owner._run[column];
                double* weights = packed + owner._groupStart[(map * stride + row) * stride + column];
                double* target = origin + (y - taps + 1) * outputRow + (nint)(x - owner._taps[column] + 1) * owner.Output.Maps;
                for (int tap = 0; tap < taps; tap++, weights += run, target += outputRow)
                {
                    for (int k = 0; k < run; k += V.Count)
                        V.Store(V.Load(target + k) + V.Load(weights + k), target + k);
                }
            }

            GC.KeepAlive(owner);
        }
    }
}
