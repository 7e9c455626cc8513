using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Simd;

/// <summary>Lanes of one or two vectors in another order, as strides need them, for vectors of 512 and 256 bits.</summary>
internal static class LaneOrder<V, T>
    where V : unmanaged, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there are such vectors; ask before calling the rest.</summary>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(V) == typeof(Lanes512<T>) || typeof(V) == typeof(Lanes256<T>);
    }

    /// <summary>Every other number of the two vectors behind each other, from the first on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Even(V first, V second)
    {
        if (typeof(V) == typeof(Lanes512<float>))
            return Two(first, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), second);
        if (typeof(V) == typeof(Lanes512<double>))
            return Two(first, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), second);
        return typeof(V) == typeof(Lanes256<float>)
            ? Middle(Avx.Shuffle(To<Vector256<float>>(first), To<Vector256<float>>(second), 0b10_00_10_00).AsDouble())
            : Middle(Avx.UnpackLow(To<Vector256<double>>(first), To<Vector256<double>>(second)));
    }

    /// <summary>Every other number of the two vectors behind each other, from the second on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Odd(V first, V second)
    {
        if (typeof(V) == typeof(Lanes512<float>))
            return Two(first, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), second);
        if (typeof(V) == typeof(Lanes512<double>))
            return Two(first, Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), second);
        return typeof(V) == typeof(Lanes256<float>)
            ? Middle(Avx.Shuffle(To<Vector256<float>>(first), To<Vector256<float>>(second), 0b11_01_11_01).AsDouble())
            : Middle(Avx.UnpackHigh(To<Vector256<double>>(first), To<Vector256<double>>(second)));
    }

    /// <summary>The first half of: the first vector's first number, the second one's first, their second ones, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V InterleavedLow(V even, V odd)
    {
        if (typeof(V) == typeof(Lanes512<float>))
            return Two(even, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), odd);
        if (typeof(V) == typeof(Lanes512<double>))
            return Two(even, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), odd);
        return typeof(V) == typeof(Lanes256<float>)
            ? From(Avx.Permute2x128(Avx.UnpackLow(To<Vector256<float>>(even), To<Vector256<float>>(odd)), Avx.UnpackHigh(To<Vector256<float>>(even), To<Vector256<float>>(odd)), 0x20))
            : From(Avx.Permute2x128(Avx.UnpackLow(To<Vector256<double>>(even), To<Vector256<double>>(odd)), Avx.UnpackHigh(To<Vector256<double>>(even), To<Vector256<double>>(odd)), 0x20));
    }

    /// <summary>The second half of <see cref="InterleavedLow"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V InterleavedHigh(V even, V odd)
    {
        if (typeof(V) == typeof(Lanes512<float>))
            return Two(even, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), odd);
        if (typeof(V) == typeof(Lanes512<double>))
            return Two(even, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), odd);
        return typeof(V) == typeof(Lanes256<float>)
            ? From(Avx.Permute2x128(Avx.UnpackLow(To<Vector256<float>>(even), To<Vector256<float>>(odd)), Avx.UnpackHigh(To<Vector256<float>>(even), To<Vector256<float>>(odd)), 0x31))
            : From(Avx.Permute2x128(Avx.UnpackLow(To<Vector256<double>>(even), To<Vector256<double>>(odd)), Avx.UnpackHigh(To<Vector256<double>>(even), To<Vector256<double>>(odd)), 0x31));
    }

    /// <summary>Each lane gets the next one's number, the last lane the first one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Next(V value)
    {
        if (typeof(V) == typeof(Lanes512<float>))
            return From(Avx512F.AlignRight32(To<Vector512<int>>(value), To<Vector512<int>>(value), 1));
        if (typeof(V) == typeof(Lanes512<double>))
            return From(Avx512F.AlignRight64(To<Vector512<long>>(value), To<Vector512<long>>(value), 1));
        return typeof(V) == typeof(Lanes256<float>)
            ? From(Avx2.PermuteVar8x32(To<Vector256<float>>(value), Vector256.Create(1, 2, 3, 4, 5, 6, 7, 0)))
            : From(Avx2.Permute4x64(To<Vector256<double>>(value), 0b00_11_10_01));
    }

    /// <summary>The second half of the lanes as the first; what the second is then, is undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Upper(V value) => typeof(V) == typeof(Lanes512<T>)
        ? From(To<Vector512<T>>(value).GetUpper().ToVector512Unsafe())
        : From(To<Vector256<T>>(value).GetUpper().ToVector256Unsafe());

    // Quarters 0, 2, 1, 3: each half of the two vectors was ordered by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Middle(Vector256<double> halves) => From(Avx2.Permute4x64(halves, 0b11_01_10_00));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Two(V first, Vector512<int> order, V second) => From(Avx512F.PermuteVar16x32x2(To<Vector512<int>>(first), order, To<Vector512<int>>(second)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Two(V first, Vector512<long> order, V second) => From(Avx512F.PermuteVar8x64x2(To<Vector512<long>>(first), order, To<Vector512<long>>(second)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector To<TVector>(V value)
        where TVector : struct => Unsafe.BitCast<V, TVector>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V From<TVector>(TVector value)
        where TVector : struct => Unsafe.BitCast<TVector, V>(value);
}
