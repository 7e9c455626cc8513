using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Kernels.Simd;

/// <summary>One number: processors without vector instructions, and the remainders that others leave.</summary>
internal readonly unsafe struct Lanes1<T> : ILanes<Lanes1<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes1(T v) => _v = v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static Lanes1<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Create(T value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Load(T* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes1<T> value, T* destination) => *destination = value._v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> LoadFirst(T* source, int count) => count > 0 ? new(*source) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Lanes1<T> value, T* destination, int count)
    {
        if (count > 0)
            *destination = value._v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator +(Lanes1<T> left, Lanes1<T> right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator -(Lanes1<T> left, Lanes1<T> right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator *(Lanes1<T> left, Lanes1<T> right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator /(Lanes1<T> left, Lanes1<T> right) => new(left._v / right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator -(Lanes1<T> value) => new(-value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator &(Lanes1<T> left, Lanes1<T> right) => FromBits(Bits(left) & Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> operator |(Lanes1<T> left, Lanes1<T> right) => FromBits(Bits(left) | Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> MultiplyAdd(Lanes1<T> left, Lanes1<T> right, Lanes1<T> addend) =>
        new(T.MultiplyAddEstimate(left._v, right._v, addend._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> SubtractProduct(Lanes1<T> left, Lanes1<T> right, Lanes1<T> addend) => MultiplyAdd(-left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Min(Lanes1<T> left, Lanes1<T> right) => new(T.Min(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Max(Lanes1<T> left, Lanes1<T> right) => new(T.Max(left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Abs(Lanes1<T> value) => new(T.Abs(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Sqrt(Lanes1<T> value) => new(T.Sqrt(value._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Round(Lanes1<T> value) => new(T.Round(value._v));

    // The vector function, not Math.Exp: the same bits as at every other width.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Exp(Lanes1<T> value) =>
        typeof(T) == typeof(float)
            ? new((T)(object)Vector128.Exp(Vector128.Create((float)(object)value._v)).ToScalar())
            : new((T)(object)Vector128.Exp(Vector128.Create((double)(object)value._v)).ToScalar());

    // The vector function, not Math.Log: the same bits as at every other width.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Log(Lanes1<T> value) =>
        typeof(T) == typeof(float)
            ? new((T)(object)Vector128.Log(Vector128.Create((float)(object)value._v)).ToScalar())
            : new((T)(object)Vector128.Log(Vector128.Create((double)(object)value._v)).ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> PowerOfTwo(Lanes1<T> exponent) => new(T.ScaleB(T.One, int.CreateTruncating(exponent._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Equals(Lanes1<T> left, Lanes1<T> right) => Mask(left._v == right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> LessThan(Lanes1<T> left, Lanes1<T> right) => Mask(left._v < right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> LessThanOrEqual(Lanes1<T> left, Lanes1<T> right) => Mask(left._v <= right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Select(Lanes1<T> mask, Lanes1<T> whenSet, Lanes1<T> otherwise) => Bits(mask) != 0 ? whenSet : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Lanes1<T> value) => value._v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Bits(Lanes1<T> value) => sizeof(T) == sizeof(float) ? *(int*)&value : *(long*)&value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes1<T> FromBits(long bits) => *(Lanes1<T>*)&bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes1<T> Mask(bool set) => FromBits(set ? -1L : 0L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Lanes1<T> a, Lanes1<T> b, Lanes1<T> c, Lanes1<T> d, T* destination) =>
        (destination[0], destination[1], destination[2], destination[3]) = (a._v, b._v, c._v, d._v);
}
