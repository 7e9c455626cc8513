using System.Numerics;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Tests.Simd;

/// <summary>Each lane operation against the same operation on one number.</summary>
[EveryWidth]
public unsafe class LanesTests
{
    [Fact]
    public void Float_operations_agree_with_one_number_at_a_time() => Check<float>(1e-6);

    [Fact]
    public void Double_operations_agree_with_one_number_at_a_time() => Check<double>(1e-15);

    [Fact]
    public void Masked_load_and_store_touch_nothing_behind_the_count()
    {
        Masked<float>();
        Masked<double>();
    }

    [Fact]
    public void Four_sums_equal_each_sum()
    {
        Sums<float>();
        Sums<double>();
    }

    private static void Sums<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kernel = new SumsKernel<T>();
        Hardware.Run<T, SumsKernel<T>>(ref kernel);
    }

    private struct SumsKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T* numbers = stackalloc T[4 * V.Count], sums = stackalloc T[5];
            for (int i = 0; i < 4 * V.Count; i++)
                numbers[i] = T.CreateTruncating((i * i) + 1);
            sums[4] = T.CreateTruncating(42);
            V.StoreSums(V.Load(numbers), V.Load(numbers + V.Count), V.Load(numbers + (2 * V.Count)), V.Load(numbers + (3 * V.Count)), sums);
            for (int k = 0; k < 4; k++)
                Assert.Equal(V.Sum(V.Load(numbers + (k * V.Count))), sums[k]);
            Assert.Equal(T.CreateTruncating(42), sums[4]);
        }
    }

    [Fact]
    public void Power_of_two_is_exact_over_the_normal_range()
    {
        Powers<float>(-126, 127);
        Powers<double>(-1022, 1023);
    }

    private static void Powers<T>(int least, int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kernel = new PowerKernel<T> { Least = least, Most = most };
        Hardware.Run<T, PowerKernel<T>>(ref kernel);
    }

    private struct PowerKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Least, Most;

        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T[] result = new T[V.Count];
            for (int k = Least; k <= Most; k++)
            {
                fixed (T* r = result)
                    V.Store(V.PowerOfTwo(V.Create(T.CreateTruncating(k))), r);
                Assert.All(result, value => Assert.Equal(T.ScaleB(T.One, k), value));
            }
        }
    }

    private static void Check<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = [.. new[] { 0.5, -2, 3.25, 0, -0.75, 1e3, double.NaN, 7, 0.1, -0.1, 2, 2.5, 3.5, -2.5, 1e-3, 9 }.Select(T.CreateTruncating)];
        T[] b = [.. new[] { 2, 4, -1.5, 5, 0.3, -2, 1, double.NaN, 0.1, 0.7, 2, 1e2, -1, 4, 6, -9 }.Select(T.CreateTruncating)];
        fixed (T* pa = a, pb = b)
        {
            var kernel = new Operations<T> { A = pa, B = pb, N = a.Length, Tolerance = tolerance };
            Hardware.Run<T, Operations<T>>(ref kernel);
        }
    }

    private static void Masked<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kernel = new MaskedKernel<T>();
        Hardware.Run<T, MaskedKernel<T>>(ref kernel);
    }

    private struct MaskedKernel<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int count = 0; count <= V.Count; count++)
            {
                T[] source = [.. Enumerable.Range(1, V.Count).Select(i => T.CreateTruncating(i))];
                T[] destination = new T[V.Count];
                fixed (T* s = source, d = destination)
                {
                    V v = V.LoadFirst(s, count);
                    Assert.Equal(T.CreateTruncating(count * (count + 1) / 2), V.Sum(v));
                    V.StoreFirst(V.Load(s), d, count);
                }
                for (int i = 0; i < V.Count; i++)
                    Assert.Equal(i < count ? source[i] : T.Zero, destination[i]);
            }
        }
    }

    private struct Operations<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* A, B;
        public int N;
        public double Tolerance;

        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < N; i += V.Count)
            {
                V a = V.Load(A + i), b = V.Load(B + i), three = V.Create(T.CreateTruncating(3));
                Same(i, a + b, (x, y) => x + y, 0);
                Same(i, a - b, (x, y) => x - y, 0);
                Same(i, a * b, (x, y) => x * y, 0);
                Same(i, a / b, (x, y) => x / y, 0);
                Same(i, -a, (x, _) => -x, 0);
                Same(i, V.MultiplyAdd(a, b, three), (x, y) => (x * y) + T.CreateTruncating(3), Tolerance);
                Same(i, V.SubtractProduct(a, b, three), (x, y) => T.CreateTruncating(3) - (x * y), Tolerance);
                Same(i, V.Min(a, b), T.Min, 0);
                Same(i, V.Max(a, b), T.Max, 0);
                Same(i, V.Abs(a), (x, _) => T.Abs(x), 0);
                Same(i, V.Sqrt(a), (x, _) => T.Sqrt(x), 0);
                Same(i, V.Round(a), (x, _) => T.Round(x), 0);
                Same(i, V.Exp(b), (_, y) => T.Exp(y), Tolerance);
                Same(i, V.Log(V.Abs(a)), (x, _) => T.Log(T.Abs(x)), Tolerance);
                Same(i, V.Select(V.Equals(a, b), a, b), (x, y) => x == y ? x : y, 0);
                Same(i, V.Select(V.LessThan(a, b), a, b), (x, y) => x < y ? x : y, 0);
                Same(i, V.Select(V.LessThanOrEqual(a, b), a, V.Zero), (x, y) => x <= y ? x : T.Zero, 0);
                Same(i, V.Select(V.LessThan(a, b) & V.LessThan(V.Zero, a), a, V.Zero), (x, y) => x < y && x > T.Zero ? x : T.Zero, 0);
                Same(i, V.Select(V.LessThan(a, b) | V.LessThan(V.Zero, a), a, V.Zero), (x, y) => x < y || x > T.Zero ? x : T.Zero, 0);
            }
        }

        private readonly void Same<V>(int i, V actual, Func<T, T, T> expected, double tolerance)
            where V : unmanaged, ILanes<V, T>
        {
            for (int lane = 0; lane < V.Count; lane++)
            {
                T x = A[i + lane], y = B[i + lane], e = expected(x, y), r = ((T*)&actual)[lane];
                bool equal = T.IsNaN(e) ? T.IsNaN(r) : e == r || double.CreateTruncating(T.Abs(e - r)) <= tolerance * double.CreateTruncating(T.Abs(e));
                Assert.True(equal, $"lane {lane} of ({x}, {y}): expected {e}, got {r}");
            }
        }
    }
}
