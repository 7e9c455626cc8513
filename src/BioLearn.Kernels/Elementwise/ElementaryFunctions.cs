using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>
/// tanh, the logistic function, exp and ln, lane by lane, to about three units in the last place of the result: tanh(0) is 0,
/// tanh(1e-30) is 1e-30, and tanh is exactly ±1 where the nearest number is, so that its derivative 1 - y² is exactly 0 there.
/// </summary>
/// <remarks>
/// e^x = 2^k (1 + p) with k = round(x / ln 2) and p = e^r - 1 for the rest r = x - k ln 2, |r| ≤ ln 2 / 2. p is r + r² q(r) with a polynomial
/// q of degree 5 (float) or 9 (double) that interpolates (e^r - 1 - r) / r² at Chebyshev nodes; its error is below 0.01 and 0.4 units in
/// the last place of p. The coefficients come from our own fit in 60-digit arithmetic.
/// </remarks>
internal static class ElementaryFunctions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>tanh x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : unmanaged, ILanes<V, T>
    {
        // With E = e^(2|x|) - 1: tanh|x| = E / (E + 2) = 1 - 2 / (E + 2). The first form is accurate near 0, the second saturates exactly.
        V twice = V.Abs(x), most = Constant<V>(20, 44);
        twice += twice;
        twice = V.Select(V.LessThan(most, twice), most, twice);
        SplitExp(twice, out V scale, out V p);
        V two = Constant<V>(2, 2), one = Constant<V>(1, 1);
        V e = V.MultiplyAdd(scale, p, scale - one);
        V small = V.LessThan(e, two);
        V quotient = V.Select(small, e, two) / (e + two);
        V magnitude = V.Select(small, quotient, one - quotient);
        return magnitude | (x & V.Create(T.NegativeZero));
    }

    /// <summary>The logistic function 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : unmanaged, ILanes<V, T>
    {
        V one = Constant<V>(1, 1);
        V e = ExpOfNegative(-V.Abs(x));
        return V.Select(V.LessThan(x, V.Zero), e, one) / (one + e);
    }

    /// <summary>e^x for x ≤ 0; 0 where the result would not be a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpOfNegative<V>(V x)
        where V : unmanaged, ILanes<V, T>
    {
        V least = Constant<V>(-87, -708), vanishes = V.LessThan(x, least);
        SplitExp(V.Select(vanishes, least, x), out V scale, out V p);
        return V.Select(vanishes, V.Zero, V.MultiplyAdd(scale, p, scale));
    }

    /// <summary>ln(1 + e) for 0 ≤ e ≤ 1, as 2 artanh(z) = 2 (z + z³/3 + z⁵/5 + ...) with z = e / (2 + e) ≤ 1/3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogOnePlus<V>(V e)
        where V : unmanaged, ILanes<V, T>
    {
        V z = e / (Constant<V>(2, 2) + e), square = z * z;
        // Terms until (1/9)^n vanishes behind the last place: 8 for float, 17 for double.
        V sum = V.Zero;
        for (int n = typeof(T) == typeof(float) ? 8 : 17; n >= 0; n--)
            sum = V.MultiplyAdd(square, sum, V.Create(T.One / T.CreateTruncating(2 * n + 1)));
        return (z + z) * sum;
    }

    // e^x = scale (1 + p)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitExp<V>(V x, out V scale, out V p)
        where V : unmanaged, ILanes<V, T>
    {
        // ln 2 in two parts, the first short enough that its product with k is exact.
        V k = V.Round(x * Constant<V>(1.44269504f, 1.4426950408889634));
        V r = V.SubtractProduct(k, Constant<V>(0.693359375f, 6.93147180369123816490e-01), x);
        r = V.SubtractProduct(k, Constant<V>(-2.12194440e-4f, 1.90821492927058770002e-10), r);
        scale = V.PowerOfTwo(k);
        p = V.MultiplyAdd(r * r, typeof(T) == typeof(float) ? FloatPolynomial(r) : DoublePolynomial(r), r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V FloatPolynomial<V>(V r)
        where V : unmanaged, ILanes<V, T>
    {
        V r2 = r * r;
        V low = V.MultiplyAdd(r, Constant<V>(0.16666666681623232f, 0), Constant<V>(0.5f, 0));
        V middle = V.MultiplyAdd(r, Constant<V>(0.0083333109254809f, 0), Constant<V>(0.041666464925285904f, 0));
        V high = V.MultiplyAdd(r, Constant<V>(0.00019890990824673654f, 0), Constant<V>(0.0013933649996309251f, 0));
        return V.MultiplyAdd(r2, V.MultiplyAdd(r2, high, middle), low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V DoublePolynomial<V>(V r)
        where V : unmanaged, ILanes<V, T>
    {
        V r2 = r * r, r4 = r2 * r2;
        V c01 = V.MultiplyAdd(r, Constant<V>(0, 0.16666666666666669), Constant<V>(0, 0.5000000000000001));
        V c23 = V.MultiplyAdd(r, Constant<V>(0, 0.008333333333330062), Constant<V>(0, 0.04166666666662413));
        V c45 = V.MultiplyAdd(r, Constant<V>(0, 0.00019841269863053618), Constant<V>(0, 0.0013888888917213717));
        V c67 = V.MultiplyAdd(r, Constant<V>(0, 2.7557268459997064e-06), Constant<V>(0, 2.4801521295954376e-05));
        V c89 = V.MultiplyAdd(r, Constant<V>(0, 2.510038549551032e-08), Constant<V>(0, 2.7620088445409746e-07));
        V low = V.MultiplyAdd(r2, c23, c01);
        V high = V.MultiplyAdd(r4, c89, V.MultiplyAdd(r2, c67, c45));
        return V.MultiplyAdd(r4, high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant<V>(float single, double @double)
        where V : unmanaged, ILanes<V, T> =>
        V.Create(typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(@double));
}
