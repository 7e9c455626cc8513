using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Tensors;

/// <summary>
/// A block of unmanaged memory that starts on a 64-byte boundary: outside the garbage collector's reach, never moved, freed by
/// <see cref="Dispose"/>. Access goes through <see cref="Span"/>, which checks bounds.
/// </summary>
/// <typeparam name="T">An unmanaged element type.</typeparam>
public sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private T* _pointer;

    /// <summary>Allocates <paramref name="length"/> elements, all zero.</summary>
    /// <param name="length">Number of elements, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has not that much memory.</exception>
    public NativeBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        _pointer = (T*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(_pointer, bytes);
        Length = length;
        GC.AddMemoryPressure(Math.Max((long)bytes, 1));
    }

    /// <summary>Frees the memory of a buffer that nobody disposed.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The elements.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been disposed.</exception>
    public Span<T> Span => new(Pointer, Length);

    /// <summary>Address of the first element, valid until <see cref="Dispose"/>.</summary>
    internal T* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_pointer == null, this);
            return _pointer;
        }
    }

    /// <summary>Frees the memory. Spans taken before must not be used any more.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer == null)
            return;
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        GC.RemoveMemoryPressure(Math.Max((long)Length * sizeof(T), 1));
    }
}
