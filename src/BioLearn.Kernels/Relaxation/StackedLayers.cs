using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Fully connected layers made ready for many steps of a relaxation; layer 1 is left out, because its clamped input gives a constant
/// drive. Small layers are copied, as they are and turned round, rows padded with zeros to whole cache lines, so that both directions are
/// sums of rows that stay in registers (<see cref="WeightedRows{T, V}"/>). Wide ones are read where they lie
/// (<see cref="TwoWayRows{T, V}"/>): there a copy costs as much as some steps, and two of them crowd each other out of the caches.
/// </summary>
/// <param name="widths">Units of layers 0 to L; index 0, the input, is not used.</param>
internal sealed unsafe class StackedLayers<T>(int[] widths) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements that every padded row or vector is a multiple of: a cache line of floats.</summary>
    public const int Line = 16;

    /// <summary>Weights up to which both copies, and a sample's vectors, fit the first-level cache.</summary>
    private const long MostBytesCopied = 8 << 10;

    private readonly bool _copied = Bytes(widths) <= MostBytesCopied;
    private readonly nint[] _weights = new nint[widths.Length];
    private readonly NativeBuffer<T>[] _up = Bytes(widths) > MostBytesCopied ? [] : [.. Upper(widths).Select(l => new NativeBuffer<T>(widths[l - 1] * Pad(widths[l])))];
    private readonly NativeBuffer<T>[] _down = Bytes(widths) > MostBytesCopied ? [] : [.. Upper(widths).Select(l => new NativeBuffer<T>(widths[l] * Pad(widths[l - 1])))];
    private readonly NativeBuffer<T>[] _biases = [.. Upper(widths).Select(l => new NativeBuffer<T>(Pad(widths[l])))];

    /// <summary>Number of layers with weights, L.</summary>
    public int Depth => widths.Length - 1;

    /// <summary>Whether there are copies: <see cref="Up"/> and <see cref="Down"/>; otherwise <see cref="Weights"/>.</summary>
    public bool AreCopied => _copied;

    /// <summary>Bytes of all weights above the first layer.</summary>
    public static long Bytes(ReadOnlySpan<int> widths)
    {
        long elements = 0;
        for (int l = 2; l < widths.Length; l++)
            elements += (long)widths[l - 1] * widths[l];
        return elements * sizeof(T);
    }

    public static int Pad(int width) => (width + Line - 1) / Line * Line;

    /// <summary>Units of layer l.</summary>
    public int Width(int l) => widths[l];

    /// <summary>W_l', [units below, padded units of l]: Σ_j h_j times row j is what layer l receives.</summary>
    public T* Up(int l) => _up[l - 2].Pointer;

    /// <summary>W_l, [units of l, padded units below]: Σ_i d_i times row i is what layer l − 1 gets back.</summary>
    public T* Down(int l) => _down[l - 2].Pointer;

    /// <summary>W_l itself, [units of l, units below].</summary>
    public T* Weights(int l) => (T*)_weights[l];

    /// <summary>b_l, padded.</summary>
    public T* Biases(int l) => _biases[l - 2].Pointer;

    /// <summary>Takes the present weights [units, units below] and biases of layer l ≥ 2.</summary>
    /// <param name="l">Layer l.</param>
    /// <param name="weights">Unmanaged memory; unless layers are copied it is read at every step, as it then is.</param>
    /// <param name="biases">Copied; empty for none.</param>
    public void Take(int l, ReadOnlySpan<T> weights, ReadOnlySpan<T> biases)
    {
        int rows = widths[l], columns = widths[l - 1];
        if (weights.Length != rows * columns || (!biases.IsEmpty && biases.Length != rows))
            throw new ArgumentException($"layer {l}: {weights.Length} weights and {biases.Length} biases, expected [{rows}, {columns}] and {rows} or none", nameof(weights));
        biases.CopyTo(_biases[l - 2].Span); // without biases it stays as it is made: zero
        T* w = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(weights));
        _weights[l] = (nint)w;
        if (!_copied)
            return;
        int padUp = Pad(rows), padDown = Pad(columns);
        Span<T> down = _down[l - 2].Span;
        for (int i = 0; i < rows; i++)
            weights.Slice(i * columns, columns).CopyTo(down[(i * padDown)..]);
        T* up = Up(l);
        for (int j = 0; j < columns; j++)
        {
            T* row = up + ((nint)j * padUp), column = w + j;
            for (int i = 0; i < rows; i++)
                row[i] = column[(nint)i * columns];
        }
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in _up.Concat(_down).Concat(_biases))
            buffer.Dispose();
    }

    private static IEnumerable<int> Upper(int[] widths) => Enumerable.Range(2, widths.Length - 2);
}
