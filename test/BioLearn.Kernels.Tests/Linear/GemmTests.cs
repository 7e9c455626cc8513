using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Linear;

/// <summary>Products against the scalar reference, bit by bit: the order of every sum is part of the contract.</summary>
[EveryWidth]
public class GemmTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 1, 32, 32 }, { 2, 3, 4 }, { 5, 7, 3 }, { 6, 64, 9 }, { 7, 65, 10 }, { 8, 16, 8 }, { 13, 31, 17 }, { 12, 48, 33 },
        { 33, 33, 33 }, { 1, 200, 70 }, { 3, 130, 5 }, { 64, 64, 64 }, { 50, 100, 1 }, { 61, 129, 77 }, { 9, 5, 300 }, { 30, 70, 530 }, { 300, 200, 20 }, { 270, 150, 600 }, { 520, 40, 40 },
        { 1, 10, 256 }, { 1, 19, 23 }, { 2, 17, 12 }, { 2, 40, 9 }, { 3, 23, 31 }, { 4, 15, 33 }, { 6, 33, 14 }, { 7, 16, 11 }, { 8, 27, 18 }, { 8, 8, 4 }, { 5, 7, 20 },
        { 32, 40, 70 }, { 16, 10, 100 }, { 30, 70, 260 }, { 64, 300, 65 }, { 24, 1100, 64 }, { 72, 260, 300 }, { 100, 128, 32 }, { 70, 256, 40 }, { 280, 33, 9 },
        { 40, 33, 1 }, { 21, 35, 2 }, { 9, 50, 3 }, { 17, 41, 4 }, { 11, 37, 7 }, { 12, 66, 8 }, { 3, 45, 16 },
        { 0, 5, 5 }, { 5, 0, 5 }, { 5, 5, 0 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Products_equal_the_scalar_chain(int m, int n, int k)
    {
        foreach (string form in new[] { "NN", "NT", "TN" })
        {
            foreach ((double alpha, double beta) in new[] { (1.0, 0.0), (0.5, 1.0), (-0.3, 0.7), (1.0, 1.0) })
            {
                Check<float>(form, m, n, k, alpha, beta, pad: 0);
                Check<double>(form, m, n, k, alpha, beta, pad: 3);
            }
        }
    }

    [Theory]
    [InlineData(5, 20, 8)]
    [InlineData(40, 100, 60)]
    public void Epilogue_is_applied_once_after_the_sum(int m, int n, int k)
    {
        float[] a = Reference.Numbers<float>(m * k, "a"), b = Reference.Numbers<float>(k * n, "b"), c = new float[m * n];
        float[] bias = Reference.Numbers<float>(n, "bias"), gate = Reference.Numbers<float>(m * n, "gate");
        Gemm.NN<float, Relu>(new(a, m, k), new(b, k, n), new(c, m, n), 1, 0, new Epilogue<float>(bias, new(gate, m, n)));
        float[,] expected = Reference.Gemm(
            m, n, k, 1f, (i, q) => a[(i * k) + q], (q, j) => b[(q * n) + j], 0f, (_, _) => 0, x => MathF.Max(x, 0), j => bias[j], (i, j) => gate[(i * n) + j]);
        for (int i = 0; i < m * n; i++)
            Assert.Equal(expected[i / n, i % n], c[i]);
    }

    [Theory]
    [InlineData(1, 40, 30)]
    [InlineData(3, 21, 30)]
    [InlineData(7, 50, 2)]
    [InlineData(32, 70, 80)]
    public void Few_rows_shallow_and_exchanged_products_take_the_epilogue_too(int m, int n, int k)
    {
        float[] a = Reference.Numbers<float>(m * k, "a"), b = Reference.Numbers<float>(k * n, "b"), c = new float[m * n];
        float[] bias = Reference.Numbers<float>(n, "bias"), gate = Reference.Numbers<float>(m * n, "gate");
        float[,] Expected(Func<int, int, float> factor) => Reference.Gemm(
            m, n, k, 1f, (i, q) => a[(i * k) + q], factor, 0f, (_, _) => 0, x => MathF.Max(x, 0), j => bias[j], (i, j) => gate[(i * n) + j]);

        Gemm.NN<float, Relu>(new(a, m, k), new(b, k, n), new(c, m, n), 1, 0, new Epilogue<float>(bias, new(gate, m, n)));
        Assert.Equal(Expected((q, j) => b[(q * n) + j]).Cast<float>(), c);
        Gemm.NT<float, Relu>(new(a, m, k), new(b, n, k), new(c, m, n), 1, 0, new Epilogue<float>(bias, new(gate, m, n)));
        Assert.Equal(Expected((q, j) => b[(j * k) + q]).Cast<float>(), c);
    }

    [Fact]
    public void Rows_do_not_depend_on_the_number_of_rows_or_threads()
    {
        const int m = 100, n = 150, k = 210;
        float[] a = Reference.Numbers<float>(m * k, "a"), b = Reference.Numbers<float>(k * n, "b");
        float[] all = new float[m * n], one = new float[n], threaded = new float[m * n];
        Gemm.NN(new(a, m, k), new(b, k, n), new MatrixSpan<float>(all, m, n));
        Gemm.NN(new(a, m, k), new(b, k, n), new MatrixSpan<float>(threaded, m, n), threads: 3);
        Assert.Equal(all, threaded);
        for (int i = 0; i < m; i++)
        {
            Gemm.NN(new(a.AsSpan(i * k, k), 1, k), new(b, k, n), new MatrixSpan<float>(one, 1, n));
            Assert.Equal(all[(i * n)..((i + 1) * n)], one);
        }
    }

    // Shapes of every way through a product: few rows, few columns of a, the transpose, panels in place and copied, several portions of k.
    [Theory]
    [InlineData(1, 100, 37)]
    [InlineData(7, 333, 130)]
    [InlineData(2, 5, 1)]
    [InlineData(40, 300, 90)]
    [InlineData(130, 257, 5)]
    [InlineData(3, 1000, 12)]
    [InlineData(257, 131, 700)]
    [InlineData(80, 2100, 1100)]
    [InlineData(600, 70, 1300)]
    public void Product_has_the_same_bits_on_any_number_of_threads(int m, int n, int k)
    {
        Same<float>(m, n, k);
        Same<double>(m, n, k);
    }

    private static void Same<T>(int m, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Reference.Numbers<T>(m * k, "a"), b = Reference.Numbers<T>(k * n, "b"), bias = Reference.Numbers<T>(n, "bias"), start = Reference.Numbers<T>(m * n, "c");
        T alpha = T.CreateChecked(0.7), beta = T.CreateChecked(0.3);
        foreach (int threads in (int[])[2, 3, 16])
        {
            Check((c, t) => Gemm.NN<T, ReLU<T>>(new(a, m, k), new(b, k, n), c, alpha, beta, new Epilogue<T>(bias), t));
            Check((c, t) => Gemm.NT<T, Identity<T>>(new(a, m, k), new(b, n, k), c, T.One, T.Zero, new Epilogue<T>(bias), t));
            Check((c, t) => Gemm.TN<T, ReLU<T>>(new(a, k, m), new(b, k, n), c, T.One, beta, new Epilogue<T>(bias, new(start, m, n)), t));

            void Check(Product<T> product)
            {
                T[] one = [.. start], several = [.. start];
                product(new(one, m, n), 1);
                product(new(several, m, n), threads);
                Assert.Equal(one, several);
            }
        }
    }

    private delegate void Product<T>(MatrixSpan<T> c, int threads)
        where T : unmanaged;

    [Theory]
    [InlineData(1, 10, 7)]
    [InlineData(5, 64, 40)]
    [InlineData(30, 77, 600)]
    [InlineData(300, 500, 33)]
    public void Packed_factor_gives_the_same_product(int m, int n, int k)
    {
        float[] a = Reference.Numbers<float>(m * k, "a"), b = Reference.Numbers<float>(k * n, "b"), expected = new float[m * n], c = new float[m * n];
        Gemm.NN(new(a, m, k), new(b, k, n), new MatrixSpan<float>(expected, m, n));
        using (PackedMatrix<float> packed = PackedMatrix<float>.Pack(new(b, k, n)))
            Gemm.Packed(new(a, m, k), packed, new MatrixSpan<float>(c, m, n), threads: 2);
        Assert.Equal(expected, c);

        Gemm.NT(new(a, m, k), new(b, n, k), new MatrixSpan<float>(expected, m, n));
        using (PackedMatrix<float> packed = PackedMatrix<float>.PackTransposed(new(b, n, k)))
            Gemm.Packed(new(a, m, k), packed, new MatrixSpan<float>(c, m, n));
        Assert.Equal(expected, c);
    }

    [Fact]
    public void Beta_zero_ignores_nan_in_the_destination_and_nan_in_the_factors_comes_through()
    {
        float[] a = Reference.Numbers<float>(6 * 5, "a"), b = Reference.Numbers<float>(5 * 70, "b"), c = new float[6 * 70];
        Array.Fill(c, float.NaN);
        b[3] = float.NaN;
        Gemm.NN(new(a, 6, 5), new(b, 5, 70), new MatrixSpan<float>(c, 6, 70));
        for (int i = 0; i < c.Length; i++)
            Assert.Equal(i % 70 == 3, float.IsNaN(c[i]));
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var x = new float[100];
        Assert.Throws<ArgumentException>(() => Gemm.NN(new(x, 2, 3), new(x, 4, 5), new MatrixSpan<float>(x, 2, 5)));
        Assert.Throws<ArgumentException>(() => Gemm.NT(new(x, 2, 3), new(x, 5, 4), new MatrixSpan<float>(x, 2, 5)));
        Assert.Throws<ArgumentException>(() => Gemm.TN(new(x, 3, 2), new(x, 4, 5), new MatrixSpan<float>(x, 2, 5)));
        Assert.Throws<ArgumentException>(() => Gemm.NN(new(x, 2, 3), new(x, 3, 5), new MatrixSpan<float>(x, 2, 4)));
        Assert.Throws<ArgumentException>(() => Gemm.NN<float, Identity<float>>(new(x, 2, 3), new(x, 3, 5), new(x, 2, 5), 1, 0, new Epilogue<float>(new float[4])));
        Assert.Throws<ArgumentException>(() => Gemm.NN<float, Identity<float>>(new(x, 2, 3), new(x, 3, 5), new(x, 2, 5), 1, 0, Epilogue<float>.GatedBy(new(x, 1, 5))));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.NN(new(x, 2, 3), new(x, 3, 5), new MatrixSpan<float>(x, 2, 5), threads: 0));
    }

    private static void Check<T>(string form, int m, int n, int k, double alphaValue, double betaValue, int pad)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T alpha = T.CreateTruncating(alphaValue), beta = T.CreateTruncating(betaValue);
        (int ra, int ca) = form == "TN" ? (k, m) : (m, k);
        (int rb, int cb) = form == "NT" ? (n, k) : (k, n);
        int la = ca + pad, lb = cb + (2 * pad), lc = n + pad;
        T[] a = Reference.Numbers<T>((ra * la) + 1, "a"), b = Reference.Numbers<T>((rb * lb) + 1, "b"), c = Reference.Numbers<T>((m * lc) + 1, "c");
        T[] before = [.. c];
        ReadOnlyMatrixSpan<T> va = new(a, ra, ca, la), vb = new(b, rb, cb, lb);
        MatrixSpan<T> vc = new(c, m, n, lc);
        switch (form)
        {
            case "NN": Gemm.NN(va, vb, vc, alpha, beta); break;
            case "NT": Gemm.NT(va, vb, vc, alpha, beta); break;
            default: Gemm.TN(va, vb, vc, alpha, beta); break;
        }
        T[,] expected = Reference.Gemm(
            m, n, k, alpha,
            (i, q) => form == "TN" ? a[(q * la) + i] : a[(i * la) + q],
            (q, j) => form == "NT" ? b[(j * lb) + q] : b[(q * lb) + j],
            beta, (i, j) => before[(i * lc) + j]);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < lc && (i * lc) + j < c.Length; j++)
            {
                T e = j < n ? expected[i, j] : before[(i * lc) + j];
                Assert.True(e == c[(i * lc) + j], $"{form} {m}x{n}x{k} alpha {alpha} beta {beta}: [{i}, {j}] expected {e}, got {c[(i * lc) + j]}");
            }
        }
    }

    private readonly struct Relu : IUnaryOperator<float>
    {
        public static V Invoke<V>(V x)
            where V : unmanaged, ILanes<V, float> => V.Max(x, V.Zero);
    }
}
