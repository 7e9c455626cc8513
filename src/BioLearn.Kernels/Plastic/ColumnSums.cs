using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// Sums over the rows of a sweep. Each piece of rows has its own, and they are added in order, so that threads change no bit.
/// </summary>
internal static unsafe class ColumnSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static NativeBuffer<T>? _partial;

    /// <summary>Room for the sums of every piece, all zero, on the calling thread's account; null where one piece can add to the result itself.</summary>
    public static T* Begin(int pieces, int columns)
    {
        if (pieces <= 1)
            return null;
        int length = checked(pieces * columns);
        if (_partial is null || _partial.Length < length)
        {
            _partial?.Dispose();
            _partial = new NativeBuffer<T>(length);
        }
        _partial.Span[..length].Clear();
        return _partial.Pointer;
    }

    /// <summary>Adds the sums of every piece, in order: their first columns to <paramref name="result"/>, those behind to <paramref name="behind"/>.</summary>
    public static void End(T* partial, int pieces, Span<T> result, Span<T> behind = default)
    {
        for (int piece = 0; piece < pieces && partial != null; piece++)
        {
            Add(partial, result);
            Add(partial + result.Length, behind);
            partial += result.Length + behind.Length;
        }
    }

    private static void Add(T* partial, Span<T> result) =>
        TensorPrimitives.Add(result, new ReadOnlySpan<T>(partial, result.Length), result);
}
