using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Linear;

/// <summary>Each thread's room for copied blocks; it grows to the largest product that the thread has computed and is then reused.</summary>
internal static unsafe class Scratch<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static NativeBuffer<T>? _a;

    [ThreadStatic]
    private static NativeBuffer<T>? _b;

    public static T* A(int length) => Grown(ref _a, length);

    public static T* B(int length) => Grown(ref _b, length);

    private static T* Grown(ref NativeBuffer<T>? buffer, int length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = new NativeBuffer<T>(length);
        }
        return buffer.Pointer;
    }
}
