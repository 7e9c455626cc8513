using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Simd;

/// <summary>512 bits: AVX-512.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<Lanes512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<T> v) => _v = v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    public static Lanes512<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Create(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512<T> value, T* destination) => value._v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LoadFirst(T* source, int count) =>
        typeof(T) == typeof(float)
            ? new(Avx512F.MaskLoad((float*)source, FirstFloats(count), Vector512<float>.Zero).As<float, T>())
            : new(Avx512F.MaskLoad((double*)source, FirstDoubles(count), Vector512<double>.Zero).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Lanes512<T> value, T* destination, int count)
    {
        if (typeof(T) == typeof(float))
            Avx512F.MaskStore((float*)destination, FirstFloats(count), value._v.AsSingle());
        else
            Avx512F.MaskStore((double*)destination, FirstDoubles(count), value._v.AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FirstFloats(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> FirstDoubles(int count) => Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator +(Lanes512<T> left, Lanes512<T> right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> left, Lanes512<T> right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator *(Lanes512<T> left, Lanes512<T> right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator /(Lanes512<T> left, Lanes512<T> right) => new(left._v / right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> value) => new(-value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator &(Lanes512<T> left, Lanes512<T> right) => new(left._v & right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator |(Lanes512<T> left, Lanes512<T> right) => new(left._v | right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> left, Lanes512<T> right, Lanes512<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Vector512.MultiplyAddEstimate(left._v.AsSingle(), right._v.AsSingle(), addend._v.AsSingle()).As<float, T>())
            : new(Vector512.MultiplyAddEstimate(left._v.AsDouble(), right._v.AsDouble(), addend._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> SubtractProduct(Lanes512<T> left, Lanes512<T> right, Lanes512<T> addend) => MultiplyAdd(-left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Min(Lanes512<T> left, Lanes512<T> right) => new(Vector512.Min(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Max(Lanes512<T> left, Lanes512<T> right) => new(Vector512.Max(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Abs(Lanes512<T> value) => new(Vector512.Abs(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Sqrt(Lanes512<T> value) => new(Vector512.Sqrt(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Round(Lanes512<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector512.Round(value._v.AsSingle()).As<float, T>())
            : new(Vector512.Round(value._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Exp(Lanes512<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector512.Exp(value._v.AsSingle()).As<float, T>())
            : new(Vector512.Exp(value._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Log(Lanes512<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector512.Log(value._v.AsSingle()).As<float, T>())
            : new(Vector512.Log(value._v.AsDouble()).As<double, T>());

    // Adding 1.5 * 2^52 (float: 1.5 * 2^23) puts the biased exponent into the lowest bits, from where it is shifted into its place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> PowerOfTwo(Lanes512<T> exponent) =>
        typeof(T) == typeof(float)
            ? new(((exponent._v.AsSingle() + Vector512.Create(12582912f + 127f)).AsInt32() << 23).As<int, T>())
            : new(((exponent._v.AsDouble() + Vector512.Create(6755399441055744.0 + 1023.0)).AsInt64() << 52).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Equals(Lanes512<T> left, Lanes512<T> right) => new(Vector512.Equals(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LessThan(Lanes512<T> left, Lanes512<T> right) => new(Vector512.LessThan(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LessThanOrEqual(Lanes512<T> left, Lanes512<T> right) => new(Vector512.LessThanOrEqual(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Select(Lanes512<T> mask, Lanes512<T> whenSet, Lanes512<T> otherwise) =>
        new(Vector512.ConditionalSelect(mask._v, whenSet._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes512<T> value)
    {
        // Halving is a third of the instructions of Vector512.Sum, which adds each 128 bits by themselves.
        Vector256<T> half = value._v.GetLower() + value._v.GetUpper();
        return Vector128.Sum(half.GetLower() + half.GetUpper());
    }

    // Interleaves pairs of vectors and adds, until each 128 bits hold partial sums of all (float) or of two (double).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c, Lanes512<T> d, T* destination)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> w = a._v.AsSingle(), x = b._v.AsSingle(), y = c._v.AsSingle(), z = d._v.AsSingle();
            Vector512<double> ab = (Avx512F.UnpackLow(w, x) + Avx512F.UnpackHigh(w, x)).AsDouble(), cd = (Avx512F.UnpackLow(y, z) + Avx512F.UnpackHigh(y, z)).AsDouble();
            Vector512<float> all = Avx512F.UnpackLow(ab, cd).AsSingle() + Avx512F.UnpackHigh(ab, cd).AsSingle();
            Vector256<float> half = all.GetLower() + all.GetUpper();
            (half.GetLower() + half.GetUpper()).Store((float*)destination);
        }
        else
        {
            Vector512<double> w = a._v.AsDouble(), x = b._v.AsDouble(), y = c._v.AsDouble(), z = d._v.AsDouble();
            Vector512<double> ab = Avx512F.UnpackLow(w, x) + Avx512F.UnpackHigh(w, x), cd = Avx512F.UnpackLow(y, z) + Avx512F.UnpackHigh(y, z);
            Vector256<double> abHalf = ab.GetLower() + ab.GetUpper(), cdHalf = cd.GetLower() + cd.GetUpper();
            (abHalf.GetLower() + abHalf.GetUpper()).Store((double*)destination);
            (cdHalf.GetLower() + cdHalf.GetUpper()).Store((double*)destination + 2);
        }
    }
}
