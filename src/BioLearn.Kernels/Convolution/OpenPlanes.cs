using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Planes that follow each other in memory and are read where they lie, a little beyond their ends: those from which that would leave the
/// memory of all planes are copied between zeros.
/// </summary>
/// <param name="planes">The first plane.</param>
/// <param name="count">Planes.</param>
/// <param name="length">Numbers of a plane.</param>
/// <param name="before">Numbers that are read in front of a plane.</param>
/// <param name="behind">Numbers that are read behind it.</param>
/// <param name="use">Where copies lie.</param>
internal readonly unsafe struct OpenPlanes<T>(T* planes, int count, int length, int before, int behind, ScratchUse use)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A plane; one that was copied, until the next one is.</summary>
    public T* this[int index]
    {
        get
        {
            nint begin = (nint)index * length;
            return begin >= before && begin + length + behind <= (nint)count * length ? planes + begin : Copy(planes + begin);
        }
    }

    private T* Copy(T* plane)
    {
        int all = before + length + behind;
        T* copy = ScratchMemory<T>.Take(use, all);
        new Span<T>(copy, before).Clear();
        new ReadOnlySpan<T>(plane, length).CopyTo(new Span<T>(copy + before, length));
        new Span<T>(copy + before + length, behind).Clear();
        return copy + before;
    }
}
