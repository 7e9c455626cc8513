using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Simd;

/// <summary>256 bits: AVX2 with fused multiply-add.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<Lanes256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Lanes256(Vector256<T> v) => _v = v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    public static Lanes256<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Create(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(T* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256<T> value, T* destination) => value._v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadFirst(T* source, int count) =>
        typeof(T) == typeof(float)
            ? new(Avx.MaskLoad((float*)source, FirstFloats(count)).As<float, T>())
            : new(Avx.MaskLoad((double*)source, FirstDoubles(count)).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Lanes256<T> value, T* destination, int count)
    {
        if (typeof(T) == typeof(float))
            Avx.MaskStore((float*)destination, FirstFloats(count), value._v.AsSingle());
        else
            Avx.MaskStore((double*)destination, FirstDoubles(count), value._v.AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FirstFloats(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> FirstDoubles(int count) => Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator +(Lanes256<T> left, Lanes256<T> right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> left, Lanes256<T> right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator *(Lanes256<T> left, Lanes256<T> right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator /(Lanes256<T> left, Lanes256<T> right) => new(left._v / right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> value) => new(-value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator &(Lanes256<T> left, Lanes256<T> right) => new(left._v & right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator |(Lanes256<T> left, Lanes256<T> right) => new(left._v | right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> left, Lanes256<T> right, Lanes256<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Vector256.MultiplyAddEstimate(left._v.AsSingle(), right._v.AsSingle(), addend._v.AsSingle()).As<float, T>())
            : new(Vector256.MultiplyAddEstimate(left._v.AsDouble(), right._v.AsDouble(), addend._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> SubtractProduct(Lanes256<T> left, Lanes256<T> right, Lanes256<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Fma.MultiplyAddNegated(left._v.AsSingle(), right._v.AsSingle(), addend._v.AsSingle()).As<float, T>())
            : new(Fma.MultiplyAddNegated(left._v.AsDouble(), right._v.AsDouble(), addend._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Min(Lanes256<T> left, Lanes256<T> right) => new(Vector256.Min(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Max(Lanes256<T> left, Lanes256<T> right) => new(Vector256.Max(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Abs(Lanes256<T> value) => new(Vector256.Abs(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Sqrt(Lanes256<T> value) => new(Vector256.Sqrt(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Round(Lanes256<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector256.Round(value._v.AsSingle()).As<float, T>())
            : new(Vector256.Round(value._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Exp(Lanes256<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector256.Exp(value._v.AsSingle()).As<float, T>())
            : new(Vector256.Exp(value._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Log(Lanes256<T> value) =>
        typeof(T) == typeof(float)
            ? new(Vector256.Log(value._v.AsSingle()).As<float, T>())
            : new(Vector256.Log(value._v.AsDouble()).As<double, T>());

    // Adding 1.5 * 2^52 (float: 1.5 * 2^23) puts the biased exponent into the lowest bits, from where it is shifted into its place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> PowerOfTwo(Lanes256<T> exponent) =>
        typeof(T) == typeof(float)
            ? new(((exponent._v.AsSingle() + Vector256.Create(12582912f + 127f)).AsInt32() << 23).As<int, T>())
            : new(((exponent._v.AsDouble() + Vector256.Create(6755399441055744.0 + 1023.0)).AsInt64() << 52).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Equals(Lanes256<T> left, Lanes256<T> right) => new(Vector256.Equals(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LessThan(Lanes256<T> left, Lanes256<T> right) => new(Vector256.LessThan(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LessThanOrEqual(Lanes256<T> left, Lanes256<T> right) => new(Vector256.LessThanOrEqual(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Select(Lanes256<T> mask, Lanes256<T> whenSet, Lanes256<T> otherwise) =>
        typeof(T) == typeof(float)
            ? new(Avx.BlendVariable(otherwise._v.AsSingle(), whenSet._v.AsSingle(), mask._v.AsSingle()).As<float, T>())
            : new(Avx.BlendVariable(otherwise._v.AsDouble(), whenSet._v.AsDouble(), mask._v.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes256<T> value) => Vector128.Sum(value._v.GetLower() + value._v.GetUpper());

    // Interleaves pairs of vectors and adds, until each 128 bits hold partial sums of all (float) or of two (double).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c, Lanes256<T> d, T* destination)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<float> w = a._v.AsSingle(), x = b._v.AsSingle(), y = c._v.AsSingle(), z = d._v.AsSingle();
            Vector256<double> ab = (Avx.UnpackLow(w, x) + Avx.UnpackHigh(w, x)).AsDouble(), cd = (Avx.UnpackLow(y, z) + Avx.UnpackHigh(y, z)).AsDouble();
            Vector256<float> all = Avx.UnpackLow(ab, cd).AsSingle() + Avx.UnpackHigh(ab, cd).AsSingle();
            (all.GetLower() + all.GetUpper()).Store((float*)destination);
        }
        else
        {
            Vector256<double> w = a._v.AsDouble(), x = b._v.AsDouble(), y = c._v.AsDouble(), z = d._v.AsDouble();
            Vector256<double> ab = Avx.UnpackLow(w, x) + Avx.UnpackHigh(w, x), cd = Avx.UnpackLow(y, z) + Avx.UnpackHigh(y, z);
            (ab.GetLower() + ab.GetUpper()).Store((double*)destination);
            (cd.GetLower() + cd.GetUpper()).Store((double*)destination + 2);
        }
    }
}
