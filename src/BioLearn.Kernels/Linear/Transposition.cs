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
        for (int half = 0; half < 2; half++, s += 4, d += 4 * ds)
        {
            FourColumns(s, ss, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
            c0.Store(d);
            c1.Store(d + ds);
            c2.Store(d + (2 * ds));
            c3.Store(d + (3 * ds));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4x4(double* s, nint ss, double* d, nint ds)
    {
        for (int half = 0; half < 2; half++, s += 2, d += 2 * ds)
        {
            TwoColumns(s, ss, out Vector256<double> c0, out Vector256<double> c1);
            c0.Store(d);
            c1.Store(d + ds);
        }
    }

    /// <summary>Four columns of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourColumns(float* s, nint ss, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        // Rows j and j + 4 share a vector from the load on, so that only shuffles inside 128-bit halves are left.
        float* lower = s + (4 * ss);
        nint ss3 = 3 * ss;
        Vector256<float> r0 = Halves(s, lower), r1 = Halves(s + ss, lower + ss), r2 = Halves(s + (2 * ss), lower + (2 * ss)), r3 = Halves(s + ss3, lower + ss3);
        Vector256<double> a = Avx.UnpackLow(r0, r1).AsDouble(), b = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> e = Avx.UnpackLow(r2, r3).AsDouble(), f = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(a, e).AsSingle();
        c1 = Avx.UnpackHigh(a, e).AsSingle();
        c2 = Avx.UnpackLow(b, f).AsSingle();
        c3 = Avx.UnpackHigh(b, f).AsSingle();
    }

    /// <summary>Two columns of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TwoColumns(double* s, nint ss, out Vector256<double> c0, out Vector256<double> c1)
    {
        Vector256<double> a = Avx.InsertVector128(Vector128.Load(s).ToVector256Unsafe(), Vector128.Load(s + (2 * ss)), 1);
        Vector256<double> b = Avx.InsertVector128(Vector128.Load(s + ss).ToVector256Unsafe(), Vector128.Load(s + (3 * ss)), 1);
        c0 = Avx.UnpackLow(a, b);
        c1 = Avx.UnpackHigh(a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* upper, float* lower) => Avx.InsertVector128(Vector128.Load(upper).ToVector256Unsafe(), Vector128.Load(lower), 1);
}
