using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>An array of zeros that starts on a 64-byte boundary and never moves; the garbage collector owns it, so that nobody need dispose of a network.</summary>
internal sealed class AlignedArray<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] _array;
    private readonly int _start;

    public AlignedArray(int length)
    {
        Length = length;
        int slack = Alignment / Unsafe.SizeOf<T>();
        _array = GC.AllocateArray<T>(checked(length + slack), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)((Alignment - address % Alignment) % Alignment) / Unsafe.SizeOf<T>();
    }

    public int Length { get; }

    public Span<T> Span => _array.AsSpan(_start, Length);
}
