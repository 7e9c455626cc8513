using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BioLearn.Benchmarks.Harness;

/// <summary>
/// What one core can do at most: twelve independent chains of fused multiply-adds at the widest vectors, nothing loaded
/// and nothing stored. Kernels are reported as a share of it.
/// </summary>
internal static class FmaPeak
{
    private const int Chains = 12;
    private const int Steps = 400_000;
    private const int Rounds = 25;

    private static readonly Lazy<double> LazyFloat = new(Measure<float>);
    private static readonly Lazy<double> LazyDouble = new(Measure<double>);

    /// <summary>GFLOP/s in single precision.</summary>
    public static double Float => LazyFloat.Value;

    /// <summary>GFLOP/s in double precision.</summary>
    public static double Double => LazyDouble.Value;

    private static double Measure<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector512.IsHardwareAccelerated ? Vector512<T>.Count
            : Vector256.IsHardwareAccelerated ? Vector256<T>.Count
            : Vector128<T>.Count;
        var seconds = new double[Rounds];
        T sink = T.Zero;
        for (int round = 0; round < Rounds; round++)
        {
            double start = CpuClock.Thread();
            sink += Vector512.IsHardwareAccelerated ? Run512<T>() : Vector256.IsHardwareAccelerated ? Run256<T>() : Run128<T>();
            seconds[round] = CpuClock.Thread() - start;
        }
        if (!T.IsFinite(sink))
            throw new InvalidOperationException("the chains of the peak measurement overflowed");
        // Not the best round: the clock of a virtual machine may jump.
        Array.Sort(seconds);
        return 2.0 * lanes * Chains * Steps / seconds[Rounds / 4] * 1e-9;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Run512<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> a = Vector512.Create(T.CreateChecked(0.999)), b = Vector512.Create(T.CreateChecked(1e-3));
        Vector512<T> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Steps; i++)
        {
            c0 = Fma(a, c0, b); c1 = Fma(a, c1, b); c2 = Fma(a, c2, b); c3 = Fma(a, c3, b);
            c4 = Fma(a, c4, b); c5 = Fma(a, c5, b); c6 = Fma(a, c6, b); c7 = Fma(a, c7, b);
            c8 = Fma(a, c8, b); c9 = Fma(a, c9, b); c10 = Fma(a, c10, b); c11 = Fma(a, c11, b);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Run256<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> a = Vector256.Create(T.CreateChecked(0.999)), b = Vector256.Create(T.CreateChecked(1e-3));
        Vector256<T> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Steps; i++)
        {
            c0 = Fma(a, c0, b); c1 = Fma(a, c1, b); c2 = Fma(a, c2, b); c3 = Fma(a, c3, b);
            c4 = Fma(a, c4, b); c5 = Fma(a, c5, b); c6 = Fma(a, c6, b); c7 = Fma(a, c7, b);
            c8 = Fma(a, c8, b); c9 = Fma(a, c9, b); c10 = Fma(a, c10, b); c11 = Fma(a, c11, b);
        }
        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Run128<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> a = Vector128.Create(T.CreateChecked(0.999)), b = Vector128.Create(T.CreateChecked(1e-3));
        Vector128<T> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Steps; i++)
        {
            c0 = Fma(a, c0, b); c1 = Fma(a, c1, b); c2 = Fma(a, c2, b); c3 = Fma(a, c3, b);
            c4 = Fma(a, c4, b); c5 = Fma(a, c5, b); c6 = Fma(a, c6, b); c7 = Fma(a, c7, b);
            c8 = Fma(a, c8, b); c9 = Fma(a, c9, b); c10 = Fma(a, c10, b); c11 = Fma(a, c11, b);
        }
        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    private static Vector512<T> Fma<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    private static Vector256<T> Fma<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    private static Vector128<T> Fma<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c) =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
