using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Linear;

/// <summary>Copies a matrix with its rows as columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>destination[i, j] = source[j, i] for i below <paramref name="rows"/> and j below <paramref name="columns"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(int rows, int columns, T* source, nint sourceStride, T* destination, nint destinationStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int block = Avx.IsSupported ? 32 / sizeof(T) : int.MaxValue;
        int wholeRows = Avx.IsSupported ? rows / block * block : 0, wholeColumns = Avx.IsSupported ? columns / block * block : 0;
        for (int i = 0; i < wholeRows; i += 2 * block)
        {
            // Two blocks side by side, so that a cache line of the source is used up at once.
            bool two = i + block < wholeRows;
            for (int j = 0; j < wholeColumns; j += block)
            {
                T* from = source + (j * sourceStride) + i, to = destination + (i * destinationStride) + j;
                Block(from, sourceStride, to, destinationStride);
                if (two)
                    Block(from + block, sourceStride, to + (block * destinationStride), destinationStride);
            }
        }
        for (int i = 0; i < rows; i++)
        {
            for (int j = i < wholeRows ? wholeColumns : 0; j < columns; j++)
                destination[(i * destinationStride) + j] = source[(j * sourceStride) + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block<T>(T* source, nint sourceStride, T* destination, nint destinationStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            Block8x8((float*)source, sourceStride, (float*)destination, destinationStride);
        else
            Block4x4((double*)source, sourceStride, (double*)destination, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x8(float* s, nint ss, float* d, nint ds)
    {
        // Rows j and j + 4 share a vector from the load on, so that only shuffles inside 128-bit halves are left.
        Vector256<float> r0 = Halves(s, s + (4 * ss)), r1 = Halves(s + ss, s + (5 * ss)), r2 = Halves(s + (2 * ss), s + (6 * ss)), r3 = Halves(s + (3 * ss), s + (7 * ss));
        Quarter(r0, r1, r2, r3, d, ds);
        s += 4;
        r0 = Halves(s, s + (4 * ss));
        r1 = Halves(s + ss, s + (5 * ss));
        r2 = Halves(s + (2 * ss), s + (6 * ss));
        r3 = Halves(s + (3 * ss), s + (7 * ss));
        Quarter(r0, r1, r2, r3, d + (4 * ds), ds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* lower, float* upper) => Avx.InsertVector128(Vector128.Load(lower).ToVector256Unsafe(), Vector128.Load(upper), 1);

    /// <summary>Four columns of eight rows become four rows of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, float* d, nint ds)
    {
        Vector256<double> a = Avx.UnpackLow(r0, r1).AsDouble(), b = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> e = Avx.UnpackLow(r2, r3).AsDouble(), f = Avx.UnpackHigh(r2, r3).AsDouble();
        Avx.UnpackLow(a, e).AsSingle().Store(d);
        Avx.UnpackHigh(a, e).AsSingle().Store(d + ds);
        Avx.UnpackLow(b, f).AsSingle().Store(d + (2 * ds));
        Avx.UnpackHigh(b, f).AsSingle().Store(d + (3 * ds));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4x4(double* s, nint ss, double* d, nint ds)
    {
        for (int half = 0; half < 2; half++, s += 2, d += 2 * ds)
        {
            Vector256<double> a = Avx.InsertVector128(Vector128.Load(s).ToVector256Unsafe(), Vector128.Load(s + (2 * ss)), 1);
            Vector256<double> b = Avx.InsertVector128(Vector128.Load(s + ss).ToVector256Unsafe(), Vector128.Load(s + (3 * ss)), 1);
            Avx.UnpackLow(a, b).Store(d);
            Avx.UnpackHigh(a, b).Store(d + ds);
        }
    }
}
