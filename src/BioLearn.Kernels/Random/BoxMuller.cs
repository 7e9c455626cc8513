using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Random;

/// <summary>
/// Box and Muller's transform: u1, u2 uniform in (0, 1) give two independent normals sqrt(-2 ln u1) cos(2 pi u2) and
/// sqrt(-2 ln u1) sin(2 pi u2). In each group of 32 numbers the first 16 are u1 and become the cosines, the last 16 are u2 and become the sines.
/// </summary>
internal static unsafe class BoxMuller
{
    public const int Group = 32;

    /// <summary>Replaces whole groups of uniforms, multiples of 2^-24 (float) or 2^-53 (double) in [0, 1), by normals.</summary>
    public static void Transform<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* p = values)
        {
            var kernel = new Kernel<T> { Values = p, Groups = values.Length / Group };
            Hardware.Run<T, Kernel<T>>(ref kernel);
        }
    }

    private struct Kernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values;
        public int Groups;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T> => Sweep<T, V>(Values, Groups);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sweep<T, V>(T* p, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, ILanes<V, T>
    {
        // Half a step above the multiples keeps u1 off 0.
        V halfStep = V.Create(T.CreateTruncating(sizeof(T) == sizeof(float) ? 0.5 / 16777216 : 0.5 / 9007199254740992));
        V minusTwo = V.Create(T.CreateTruncating(-2.0));
        for (; groups > 0; groups--, p += Group)
        {
            for (int i = 0; i < Group / 2; i += V.Count)
            {
                V radius = V.Sqrt(minusTwo * V.Log(V.Load(p + i) + halfStep));
                SinCosTurns<T, V>(V.Load(p + Group / 2 + i), out V sine, out V cosine);
                V.Store(radius * cosine, p + i);
                V.Store(radius * sine, p + Group / 2 + i);
            }
        }
    }

    /// <summary>Sine and cosine of 2 pi <paramref name="turns"/>, for turns in [0, 1): quarter turns are taken out exactly, the rest is a Taylor series on [-pi/4, pi/4].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosTurns<T, V>(V turns, out V sine, out V cosine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, ILanes<V, T>
    {
        V quarter = V.Round(turns * C<T, V>(4));
        V x = V.SubtractProduct(quarter, C<T, V>(0.25), turns) * C<T, V>(2 * Math.PI);
        V x2 = x * x;
        V s = C<T, V>(-1.0 / 1307674368000);
        s = V.MultiplyAdd(s, x2, C<T, V>(1.0 / 6227020800));
        s = V.MultiplyAdd(s, x2, C<T, V>(-1.0 / 39916800));
        s = V.MultiplyAdd(s, x2, C<T, V>(1.0 / 362880));
        s = V.MultiplyAdd(s, x2, C<T, V>(-1.0 / 5040));
        s = V.MultiplyAdd(s, x2, C<T, V>(1.0 / 120));
        s = V.MultiplyAdd(s, x2, C<T, V>(-1.0 / 6));
        s = V.MultiplyAdd(s * x2, x, x);
        V c = C<T, V>(1.0 / 20922789888000);
        c = V.MultiplyAdd(c, x2, C<T, V>(-1.0 / 87178291200));
        c = V.MultiplyAdd(c, x2, C<T, V>(1.0 / 479001600));
        c = V.MultiplyAdd(c, x2, C<T, V>(-1.0 / 3628800));
        c = V.MultiplyAdd(c, x2, C<T, V>(1.0 / 40320));
        c = V.MultiplyAdd(c, x2, C<T, V>(-1.0 / 720));
        c = V.MultiplyAdd(c, x2, C<T, V>(1.0 / 24));
        c = V.MultiplyAdd(c, x2, C<T, V>(-0.5));
        c = V.MultiplyAdd(c, x2, C<T, V>(1));

        // quarter is 0 to 4: odd ones swap sine and cosine, 2 and 3 turn the sine, 1 and 2 the cosine.
        V one = C<T, V>(1), two = C<T, V>(2), three = C<T, V>(3);
        V odd = V.Equals(quarter, one) | V.Equals(quarter, three);
        V sineTurned = V.Equals(quarter, two) | V.Equals(quarter, three);
        V cosineTurned = V.Equals(quarter, one) | V.Equals(quarter, two);
        V a = V.Select(odd, c, s), b = V.Select(odd, s, c);
        sine = V.Select(sineTurned, -a, a);
        cosine = V.Select(cosineTurned, -b, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V C<T, V>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, ILanes<V, T> => V.Create(T.CreateTruncating(value));
}
