using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Spiking;

/// <summary>
/// Membrane potentials of a spiking convolution. They are kept in double, in which a step's weights are summed, and rounded to float at
/// the end of each step. A margin around the plane takes what spikes near the border send outside.
/// </summary>
internal sealed unsafe class MembranePotentials : IDisposable
{
    private readonly NativeBuffer<double> _memory;
    private readonly nint _origin;
    private readonly int _columnsOfMaps;

    public MembranePotentials(SpikeConvolution convolution)
    {
        Plane = convolution.Output;
        int margin = convolution.Margin;
        // A spike may reach one row or column beyond the plane: (side - 1 + pad) / stride.
        int rows = margin + Math.Max(Plane.Height, (convolution.Input.Height - 1 + convolution.Pad) / convolution.Stride + 1);
        int columns = margin + Math.Max(Plane.Width, (convolution.Input.Width - 1 + convolution.Pad) / convolution.Stride + 1);
        int left = RoundUp(margin * Plane.Maps);
        RowLength = RoundUp(left + (columns - margin) * Plane.Maps);
        _origin = margin * RowLength + left;
        _columnsOfMaps = Plane.Width * Plane.Maps;
        _memory = new NativeBuffer<double>(checked((int)(rows * RowLength) + convolution.LongestRun + SpikeConvolution.Block));
    }

    public SpikePlane Plane { get; }

    /// <summary>Numbers from one row to the next.</summary>
    internal nint RowLength { get; }

    /// <summary>Where the potential of neuron (0, 0, 0) lies.</summary>
    internal double* Origin => _memory.Pointer + _origin;

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
            double* row = Origin + y * RowLength;
            for (int i = 0; i < _columnsOfMaps; i++)
                destination[y * _columnsOfMaps + i] = (float)row[i];
        }
    }

    /// <summary>Rounds every potential to float, and lists the neurons above the threshold with their potentials, in order of index.</summary>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int RoundAndFindAbove(float threshold, Span<int> neurons, Span<float> potentials)
    {
        int found = 0;
        var limit = Vector512.Create((double)threshold);
        for (int y = 0; y < Plane.Height; y++)
        {
            double* row = Origin + y * RowLength;
            int index = y * _columnsOfMaps;
            // What lies behind the row in its last vector is margin: rounding it does no harm, counting it would.
            for (int i = 0; i < _columnsOfMaps; i += Vector512<double>.Count)
            {
                var rounded = RoundToSingle(Vector512.Load(row + i));
                rounded.Store(row + i);
                ulong above = Vector512.GreaterThan(rounded, limit).ExtractMostSignificantBits();
                for (; above != 0; above &= above - 1)
                {
                    int at = i + System.Numerics.BitOperations.TrailingZeroCount(above);
                    if (at >= _columnsOfMaps)
                        break;
                    neurons[found] = index + at;
                    potentials[found++] = (float)row[at];
                }
            }
        }

        return found;
    }

    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> RoundToSingle(Vector512<double> values)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Double(Avx512F.ConvertToVector256Single(values));
        var singles = Vector256.Narrow(values.GetLower(), values.GetUpper());
        var (lower, upper) = Vector256.Widen(singles);
        return Vector512.Create(lower, upper);
    }

    private double* At(int neuron)
    {
        (int y, int inRow) = Math.DivRem(neuron, _columnsOfMaps);
        return Origin + y * RowLength + inRow;
    }

    private static int RoundUp(int length) => (length + SpikeConvolution.Block - 1) / SpikeConvolution.Block * SpikeConvolution.Block;
}
