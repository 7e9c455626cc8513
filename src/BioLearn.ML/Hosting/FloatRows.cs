using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BioLearn.ML.Hosting;

/// <summary>Rows of equal width in one contiguous matrix that starts on a 64-byte boundary and grows as rows are added, as far as memory allows.</summary>
internal sealed class FloatRows
{
    private const int Alignment = 64 / sizeof(float);

    private Memory<float> _memory;

    public FloatRows(int width, long rowCountHint)
    {
        Width = width;
        _memory = Allocate(Math.Max(16, rowCountHint));
    }

    public int Width { get; }

    public int Count { get; private set; }

    /// <summary>The rows so far, [Count, Width].</summary>
    public Memory<float> Memory => _memory[..(Count * Width)];

    /// <summary>A new row, to be filled.</summary>
    public Span<float> Add()
    {
        if ((Count + 1L) * Width > _memory.Length)
        {
            long most = Math.Max(Count + 1L, Array.MaxLength / Math.Max(1, Width) - 1), doubled = Math.Min(2L * Count, most);
            var larger = Allocate(MemoryLimit.Has(doubled * Width * sizeof(float)) ? doubled : Math.Min(Count + 1L + (Count / 8), most));
            Memory.CopyTo(larger);
            _memory = larger;
        }

        return _memory.Span.Slice(Count++ * Width, Width);
    }

    private Memory<float> Allocate(long rows)
    {
        long length = rows * Width + Alignment;
        if (length > Array.MaxLength)
            throw new InvalidOperationException($"{rows} rows of {Width} features are more than the {Array.MaxLength} values that one training set may hold.");
        MemoryLimit.Require(
            length * sizeof(float), $"{rows} dense rows of {Width} features",
            "Fewer features, fewer rows, or a learning rule that keeps sparse rows as they are (docs/mlnet.md, Memory) would do.");
        // Pinned, so that the boundary found now stays one.
        var array = GC.AllocateUninitializedArray<float>((int)length, pinned: true);
        int offset = (int)(Address(array) / sizeof(float) % Alignment);
        return array.AsMemory((Alignment - offset) % Alignment, (int)(rows * Width));
    }

    private static unsafe nuint Address(float[] pinned) => (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
