using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Spiking;

/// <summary>
/// Membrane potentials of a spiking convolution. They are kept in double, in which a step's weights are summed, and rounded to float at
/// the end of each step. A margin on both sides of a row takes what spikes near the border send outside.
/// </summary>
/// <remarks>
/// A step works row by row: all spikes that reach a row are added, then the touched blocks of it are rounded and compared with the
/// threshold, while they lie in the first-level cache.
/// </remarks>
internal sealed unsafe class MembranePotentials : IDisposable
{
    private const int Block = SpikeConvolution.Block;
    private const int Word = 64;

    private readonly SpikeConvolution _convolution;
    private readonly NativeBuffer<double> _memory;
    private readonly int _left;
    private readonly int _rowLength;
    private readonly int _columnsOfMaps;
    private readonly int _words;
    private readonly int[] _rowStart;
    private readonly ulong[] _touched; // [input row][word]: blocks that its spikes touch
    private SpikeRun[] _runs = [];

    public MembranePotentials(SpikeConvolution convolution)
    {
        _convolution = convolution;
        Plane = convolution.Output;
        // A spike may reach beyond the last column: (side - 1 + pad) / stride.
        int columns = Math.Max(Plane.Width, (convolution.Input.Width - 1 + convolution.Pad) / convolution.Stride + 1);
        _left = RoundUp(convolution.Margin * Plane.Maps);
        _rowLength = RoundUp(_left + columns * Plane.Maps + convolution.LongestRun);
        _columnsOfMaps = Plane.Width * Plane.Maps;
        _memory = new NativeBuffer<double>(checked(Plane.Height * _rowLength));
        _words = (_rowLength / Block + Word - 1) / Word;
        _rowStart = new int[convolution.Input.Height + 1];
        _touched = new ulong[convolution.Input.Height * _words];
    }

    public SpikePlane Plane { get; }

    /// <summary>All potentials to zero.</summary>
    public void Clear() => _memory.Span.Clear();

    /// <summary>Potential of a neuron.</summary>
    public float this[int neuron] => (float)*At(neuron);

    /// <summary>Sets a potential to zero.</summary>
    public void Reset(int neuron) => *At(neuron) = 0;

    /// <summary>Takes all maps of a position out of the run: their potentials are minus infinity from now on.</summary>
    public void Silence(int position)
    {
        double* first = At(position * Plane.Maps);
        for (int map = 0; map < Plane.Maps; map++)
            first[map] = double.NegativeInfinity;
    }

    /// <summary>Copies all potentials, [Height, Width, Maps].</summary>
    public void CopyTo(Span<float> destination)
    {
        for (int y = 0; y < Plane.Height; y++)
        {
            double* row = Row(y);
            for (int i = 0; i < _columnsOfMaps; i++)
                destination[y * _columnsOfMaps + i] = (float)row[i];
        }
    }

    /// <summary>
    /// Adds the weights of spikes, rounds, and lists the neurons that spikes reached and that are above the threshold, in order of index.
    /// </summary>
    /// <param name="spikes">Indices of input neurons, rising.</param>
    /// <param name="threshold">The threshold, 0 or more.</param>
    /// <param name="neurons">Neurons above it.</param>
    /// <param name="potentials">Their potentials.</param>
    /// <returns>How many there are.</returns>
    public int Step(ReadOnlySpan<int> spikes, float threshold, Span<int> neurons, Span<float> potentials)
    {
        Locate(spikes);
        int stride = _convolution.Stride, found = 0;
        var reached = _words <= 16 ? stackalloc ulong[_words] : new ulong[_words];
        for (int y = 0; y < Plane.Height; y++)
        {
            int top = y * stride - _convolution.Pad;
            int begin = Math.Max(0, top), end = Math.Min(_convolution.Input.Height, top + _convolution.Kernel);
            if (begin >= end || _rowStart[begin] == _rowStart[end])
                continue;
            fixed (SpikeRun* runs = _runs)
            fixed (int* rowStart = _rowStart)
            {
                var adding = new AddingKernel
                {
                    Row = Row(y),
                    Weights = _convolution.Packed - (nint)top * _convolution.KernelRowLength,
                    KernelRowLength = _convolution.KernelRowLength,
                    Runs = runs,
                    RowStart = rowStart,
                    Begin = begin,
                    End = end,
                };
                Hardware.Run<double, AddingKernel>(ref adding);
            }

            reached.Clear();
            for (int input = begin; input < end; input++)
            {
                for (int word = 0; word < reached.Length; word++)
                    reached[word] |= _touched[input * _words + word];
            }

            found = RoundAndCompare(y, reached, threshold, neurons, potentials, found);
        }

        GC.KeepAlive(_convolution);
        return found;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Which spikes belong to which input row, what they add, and which blocks of an output row they touch.</summary>
    private void Locate(ReadOnlySpan<int> spikes)
    {
        if (_runs.Length < spikes.Length)
            _runs = new SpikeRun[spikes.Length];
        Array.Clear(_touched);
        var input = _convolution.Input;
        int row = 0;
        for (int i = 0; i < spikes.Length; i++)
        {
            (int place, int map) = input.Maps == 1 ? (spikes[i], 0) : Math.DivRem(spikes[i], input.Maps);
            (int y, int x) = Math.DivRem(place, input.Width);
            while (row <= y)
                _rowStart[row++] = i;
            var run = _convolution.RunOf(x, map);
            _runs[i] = run;
            int first = _left + run.Target;
            Mark(_touched.AsSpan(y * _words, _words), first / Block, (first + run.Length - 1) / Block);
        }

        _rowStart.AsSpan(row).Fill(spikes.Length);
    }

    private static void Mark(Span<ulong> words, int first, int last)
    {
        int word = first / Word, lastWord = last / Word;
        ulong from = ulong.MaxValue << (first % Word), upTo = ulong.MaxValue >> (Word - 1 - last % Word);
        if (word == lastWord)
        {
            words[word] |= from & upTo;
            return;
        }

        words[word] |= from;
        for (word++; word < lastWord; word++)
            words[word] = ulong.MaxValue;
        words[lastWord] |= upTo;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int RoundAndCompare(int y, ReadOnlySpan<ulong> reached, float threshold, Span<int> neurons, Span<float> potentials, int found)
    {
        var limit = Vector512.Create((double)threshold);
        double* first = Row(y) - _left;
        int index = y * _columnsOfMaps;
        for (int word = 0; word < reached.Length; word++)
        {
            for (ulong blocks = reached[word]; blocks != 0; blocks &= blocks - 1)
            {
                int start = (word * Word + BitOperations.TrailingZeroCount(blocks)) * Block;
                var rounded = RoundToSingle(Vector512.Load(first + start));
                rounded.Store(first + start);
                ulong above = Vector512.GreaterThan(rounded, limit).ExtractMostSignificantBits();
                for (; above != 0; above &= above - 1)
                {
                    int at = start + BitOperations.TrailingZeroCount(above) - _left;
                    if ((uint)at >= (uint)_columnsOfMaps)
                        continue; // margin
                    neurons[found] = index + at;
                    potentials[found++] = (float)first[_left + at];
                }
            }
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> RoundToSingle(Vector512<double> values)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Double(Avx512F.ConvertToVector256Single(values));
        var (lower, upper) = Vector256.Widen(Vector256.Narrow(values.GetLower(), values.GetUpper()));
        return Vector512.Create(lower, upper);
    }

    private double* Row(int y) => _memory.Pointer + (nint)y * _rowLength + _left;

    private double* At(int neuron)
    {
        (int y, int inRow) = Math.DivRem(neuron, _columnsOfMaps);
        return Row(y) + inRow;
    }

    private static int RoundUp(int length) => (length + Block - 1) / Block * Block;

    /// <summary>Adds to one row of potentials the runs of all spikes of the input rows that reach it.</summary>
    private struct AddingKernel : IVectorKernel<double>
    {
        public double* Row, Weights; // weights of input row 0, had the kernel one
        public int KernelRowLength;
        public SpikeRun* Runs;
        public int* RowStart;
        public int Begin, End;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, double>
        {
            for (int input = Begin; input < End; input++)
            {
                double* kernelRow = Weights + (nint)input * KernelRowLength;
                for (SpikeRun* run = Runs + RowStart[input], last = Runs + RowStart[input + 1]; run < last; run++)
                {
                    double* target = Row + run->Target, weights = kernelRow + run->Weights;
                    int length = run->Length;
                    for (int k = 0; k < length; k += V.Count)
                        V.Store(V.Load(target + k) + V.Load(weights + k), target + k);
                }
            }
        }
    }
}
