using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Small fully connected layers made ready for many steps of a relaxation: weights as they are and turned round, rows padded with zeros
/// to whole cache lines, so that both directions are sums of rows. Layer 1 is left out: its clamped input gives a constant drive.
/// </summary>
/// <param name="widths">Units of layers 0 to L; index 0, the input, is not used.</param>
internal sealed unsafe class StackedLayers<T>(int[] widths) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements that every row is a multiple of: a cache line of floats.</summary>
    public const int Line = 16;

    private readonly NativeBuffer<T>[] _up = [.. Enumerable.Range(2, widths.Length - 2).Select(l => new NativeBuffer<T>(checked(widths[l - 1] * Pad(widths[l]))))];
    private readonly NativeBuffer<T>[] _down = [.. Enumerable.Range(2, widths.Length - 2).Select(l => new NativeBuffer<T>(checked(widths[l] * Pad(widths[l - 1]))))];
    private readonly NativeBuffer<T>[] _biases = [.. Enumerable.Range(2, widths.Length - 2).Select(l => new NativeBuffer<T>(Pad(widths[l])))];

    /// <summary>Number of layers with weights, L.</summary>
    public int Depth => widths.Length - 1;

    /// <summary>Bytes of all weights, both ways.</summary>
    public static long Bytes(ReadOnlySpan<int> widths)
    {
        long elements = 0;
        for (int l = 2; l < widths.Length; l++)
            elements += ((long)widths[l - 1] * Pad(widths[l])) + ((long)widths[l] * Pad(widths[l - 1]));
        return elements * sizeof(T);
    }

    public static int Pad(int width) => (width + Line - 1) / Line * Line;

    /// <summary>Units of layer l.</summary>
    public int Width(int l) => widths[l];

    /// <summary>W_l', [units below, padded units of l]: Σ_j h_j times row j is what layer l receives.</summary>
    public T* Up(int l) => _up[l - 2].Pointer;

    /// <summary>W_l, [units of l, padded units below]: Σ_i d_i times row i is what layer l − 1 gets back.</summary>
    public T* Down(int l) => _down[l - 2].Pointer;

    /// <summary>b_l, padded.</summary>
    public T* Biases(int l) => _biases[l - 2].Pointer;

    /// <summary>Takes the present weights [units, units below] and biases of layer l ≥ 2.</summary>
    public void Take(int l, ReadOnlySpan<T> weights, ReadOnlySpan<T> biases)
    {
        int rows = widths[l], columns = widths[l - 1], padUp = Pad(rows), padDown = Pad(columns);
        Span<T> down = _down[l - 2].Span;
        for (int i = 0; i < rows; i++)
            weights.Slice(i * columns, columns).CopyTo(down[(i * padDown)..]);
        fixed (T* w = weights)
        {
            T* up = Up(l);
            for (int j = 0; j < columns; j++)
            {
                T* row = up + ((nint)j * padUp), column = w + j;
                for (int i = 0; i < rows; i++)
                    row[i] = column[(nint)i * columns];
            }
        }
        biases.CopyTo(_biases[l - 2].Span);
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in _up.Concat(_down).Concat(_biases))
            buffer.Dispose();
    }
}
