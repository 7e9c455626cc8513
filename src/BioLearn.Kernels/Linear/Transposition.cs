using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Linear;

/// <summary>Transposes matrices: in memory (weights become panels, planes of channels become pixels of channels, and back), and small ones in registers.</summary>
internal static unsafe class Transposition
{
    /// <summary>destination[j, i] = source[i, j].</summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="source">Source, rows <paramref name="sourcePitch"/> apart.</param>
    /// <param name="sourcePitch">Distance between rows of the source.</param>
    /// <param name="destination">Destination, rows <paramref name="destinationPitch"/> apart.</param>
    /// <param name="destinationPitch">Distance between rows of the destination.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(int rows, int columns, T* source, nint sourcePitch, T* destination, nint destinationPitch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated && Avx512F.IsSupported && rows >= 16 && columns >= 4)
        {
            // The last block of an uneven size overlaps the one before.
            for (int i = 0; i < rows; i += 16)
            {
                int row = Math.Min(i, rows - 16);
                for (int j = 0; j < columns; j += 4)
                {
                    int column = Math.Min(j, columns - 4);
                    Block16x4((float*)(source + row * sourcePitch + column), sourcePitch, (float*)(destination + column * destinationPitch + row), destinationPitch);
                }
            }
        }
        else if (typeof(T) == typeof(float) && Avx.IsSupported && rows >= 8 && columns >= 4)
        {
            for (int i = 0; i < rows; i += 8)
            {
                int row = Math.Min(i, rows - 8);
                for (int j = 0; j < columns; j += 4)
                {
                    int column = Math.Min(j, columns - 4);
                    Block8x4((float*)(source + row * sourcePitch + column), sourcePitch, (float*)(destination + column * destinationPitch + row), destinationPitch);
                }
            }
        }
        else if (typeof(T) == typeof(double) && Avx.IsSupported && rows >= 4 && columns >= 2)
        {
            for (int i = 0; i < rows; i += 4)
            {
                int row = Math.Min(i, rows - 4);
                for (int j = 0; j < columns; j += 2)
                {
                    int column = Math.Min(j, columns - 2);
                    double* to = (double*)(destination + column * destinationPitch + row);
                    TwoColumns((double*)(source + row * sourcePitch + column), sourcePitch, out Vector256<double> c0, out Vector256<double> c1);
                    c0.Store(to);
                    c1.Store(to + destinationPitch);
                }
            }
        }
        else if (typeof(T) == typeof(float) && Vector128.IsHardwareAccelerated && rows >= 4 && columns >= 4)
        {
            for (int i = 0; i < rows; i += 4)
            {
                int row = Math.Min(i, rows - 4);
                for (int j = 0; j < columns; j += 4)
                {
                    int column = Math.Min(j, columns - 4);
                    Block4x4((float*)(source + row * sourcePitch + column), sourcePitch, (float*)(destination + column * destinationPitch + row), destinationPitch);
                }
            }
        }
        else
        {
            for (int j = 0; j < columns; j++)
            {
                for (int i = 0; i < rows; i++) destination[j * destinationPitch + i] = source[i * sourcePitch + j];
            }
        }
    }

    /// <summary>Sixteen rows of four: the lanes of four quarter vectors are transposed side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block16x4(float* source, nint pitch, float* destination, nint destinationPitch)
    {
        var a = Quarters(source, pitch);
        var b = Quarters(source + pitch, pitch);
        var c = Quarters(source + 2 * pitch, pitch);
        var d = Quarters(source + 3 * pitch, pitch);
        var abLow = Avx512F.UnpackLow(a, b).AsDouble();
        var abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
        var cdLow = Avx512F.UnpackLow(c, d).AsDouble();
        var cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
        Avx512F.UnpackLow(abLow, cdLow).AsSingle().Store(destination);
        Avx512F.UnpackHigh(abLow, cdLow).AsSingle().Store(destination + destinationPitch);
        Avx512F.UnpackLow(abHigh, cdHigh).AsSingle().Store(destination + 2 * destinationPitch);
        Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle().Store(destination + 3 * destinationPitch);
    }

    /// <summary>Rows 0, 4, 8 and 12, four numbers each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* source, nint pitch) => Vector512.Create(
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + 4 * pitch)),
        Vector256.Create(Vector128.Load(source + 8 * pitch), Vector128.Load(source + 12 * pitch)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x4(float* source, nint pitch, float* destination, nint destinationPitch)
    {
        FourColumns(source, pitch, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
        c0.Store(destination);
        c1.Store(destination + destinationPitch);
        c2.Store(destination + 2 * destinationPitch);
        c3.Store(destination + 3 * destinationPitch);
    }

    /// <summary>Four columns of eight rows: the lanes of four half vectors are transposed side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourColumns(float* s, nint pitch, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        float* lower = s + 4 * pitch;
        nint third = 3 * pitch;
        Vector256<float> r0 = Halves(s, lower), r1 = Halves(s + pitch, lower + pitch), r2 = Halves(s + 2 * pitch, lower + 2 * pitch), r3 = Halves(s + third, lower + third);
        Vector256<double> a = Avx.UnpackLow(r0, r1).AsDouble(), b = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> e = Avx.UnpackLow(r2, r3).AsDouble(), f = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(a, e).AsSingle();
        c1 = Avx.UnpackHigh(a, e).AsSingle();
        c2 = Avx.UnpackLow(b, f).AsSingle();
        c3 = Avx.UnpackHigh(b, f).AsSingle();
    }

    /// <summary>Two columns of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TwoColumns(double* s, nint pitch, out Vector256<double> c0, out Vector256<double> c1)
    {
        Vector256<double> a = Avx.InsertVector128(Vector128.Load(s).ToVector256Unsafe(), Vector128.Load(s + 2 * pitch), 1);
        Vector256<double> b = Avx.InsertVector128(Vector128.Load(s + pitch).ToVector256Unsafe(), Vector128.Load(s + 3 * pitch), 1);
        c0 = Avx.UnpackLow(a, b);
        c1 = Avx.UnpackHigh(a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* upper, float* lower) => Avx.InsertVector128(Vector128.Load(upper).ToVector256Unsafe(), Vector128.Load(lower), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4x4(float* source, nint pitch, float* destination, nint destinationPitch)
    {
        var a = Vector128.Load(source);
        var b = Vector128.Load(source + pitch);
        var c = Vector128.Load(source + 2 * pitch);
        var d = Vector128.Load(source + 3 * pitch);
        var (abLow, abHigh) = (ZipLow(a, b), ZipHigh(a, b));
        var (cdLow, cdHigh) = (ZipLow(c, d), ZipHigh(c, d));
        Vector128.Create(abLow.GetLower(), cdLow.GetLower()).Store(destination);
        Vector128.Create(abLow.GetUpper(), cdLow.GetUpper()).Store(destination + destinationPitch);
        Vector128.Create(abHigh.GetLower(), cdHigh.GetLower()).Store(destination + 2 * destinationPitch);
        Vector128.Create(abHigh.GetUpper(), cdHigh.GetUpper()).Store(destination + 3 * destinationPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);
}
