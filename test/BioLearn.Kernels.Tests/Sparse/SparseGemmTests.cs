using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Tests.Linear;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Sparse;

[EveryWidth]
public class SparseGemmTests
{
    [Theory]
    [InlineData(1, 1, 1, 1.0)]
    [InlineData(3, 17, 5, 0.5)]
    [InlineData(9, 100, 131, 0.1)]
    [InlineData(32, 784, 256, 0.2)]
    [InlineData(5, 40, 67, 0.0)]
    public void Multiply_gives_the_bits_of_the_dense_product(int rows, int features, int units, double share)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] dense = Thin<T>(rows * features, share);
            T[] b = Reference.Numbers<T>(features * units, "b"), bias = Reference.Numbers<T>(units, "bias");
            T[] expected = new T[rows * units], found = new T[rows * units];
            Gemm.NN<T, BioLearn.Kernels.Simd.Identity<T>>(new(dense, rows, features), new(b, features, units), new(expected, rows, units), T.One, T.Zero, new Epilogue<T>(bias));
            foreach (int threads in new[] { 1, 2 })
            {
                Array.Fill(found, T.NaN); // what was there is not read
                SparseGemm.Multiply(Compressed(dense, rows, features).Span, new ReadOnlyMatrixSpan<T>(b, features, units), new(found, rows, units), bias, threads);
                Assert.Equal(expected, found);
            }
        }
    }

    [Theory]
    [InlineData(4, 30, 5, 1.0, 0.3)]
    [InlineData(32, 784, 256, 1.0, 0.2)]
    [InlineData(7, 50, 131, 0.9, 0.2)]
    [InlineData(7, 50, 131, 0.0, 0.2)]
    public void AddTo_gives_named_rows_the_bits_of_the_dense_update_and_leaves_the_others(int batch, int features, int units, double beta, double share)
    {
        float[] x = Thin<float>(batch * features, share), post = Reference.Numbers<float>(batch * units, "post"), start = Reference.Numbers<float>(features * units, "w");
        (Lists<float> columns, int[] named) = ByColumn(x, batch, features);
        float[] found = [.. start];
        SparseGemm.AddTo(columns.Span, new ReadOnlyMatrixSpan<float>(post, batch, units), new(found, features, units), named, (float)beta, threads: 2);
        for (int f = 0; f < features; f++)
        {
            for (int u = 0; u < units; u++)
            {
                float e = start[(f * units) + u];
                if (named.Contains(f))
                {
                    e = beta == 0 ? 0 : (float)beta * e;
                    for (int s = 0; s < batch; s++)
                    {
                        if (x[(s * features) + f] != 0)
                            e = Reference.MultiplyAdd(post[(s * units) + u], x[(s * features) + f], e);
                    }
                }
                Assert.Equal(e, found[(f * units) + u]);
            }
        }
    }

    [Fact]
    public void Places_outside_a_factor_are_refused()
    {
        float[] b = new float[6], c = new float[4];
        Assert.Throws<ArgumentException>(() => SparseGemm.Multiply(new SparseSpan<float>([0, 1, 1], [3], [1f]), new ReadOnlyMatrixSpan<float>(b, 3, 2), new(c, 2, 2), []));
        Assert.Throws<ArgumentException>(() => SparseGemm.Multiply(new SparseSpan<float>([0, 1], [1], [1f]), new ReadOnlyMatrixSpan<float>(b, 3, 2), new(c, 2, 2), []));
        Assert.Throws<ArgumentException>(() => SparseGemm.AddTo(new SparseSpan<float>([0, 1], [1], [1f]), new ReadOnlyMatrixSpan<float>(b, 3, 2), new(c, 2, 2), [2], 1f));
        Assert.Throws<ArgumentException>(() => new SparseSpan<float>([0, 2], [1], [1f]).Rows);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(7, 0.5)]
    [InlineData(1000, 0.2)]
    [InlineData(3001, 1.0)]
    public void Set_numbers_are_counted_and_copied_as_the_scalar_loop_does(int length, double share)
    {
        double[] row = Thin<double>(length, share);
        if (length > 6)
            (row[3], row[5], row[6]) = (-0.0, double.NaN, double.Epsilon);
        int[] places = [.. Enumerable.Range(0, length).Where(i => row[i] != 0)], found = new int[places.Length];
        double[] values = new double[places.Length];
        Assert.Equal(places.Length, SetNumbers.Count<double>(row, length));
        Assert.Equal(places.Length, SetNumbers.Copy(row, found, values));
        Assert.Equal(places, found);
        Assert.Equal(places.Select(i => row[i]), values);
        if (places.Length > 0)
        {
            Assert.True(SetNumbers.Count<double>(row, places.Length - 1) > places.Length - 1);
            Assert.Throws<ArgumentException>(() => SetNumbers.Copy(row, new int[places.Length - 1], new double[places.Length]));
        }
    }

    private static T[] Thin<T>(int length, double share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = Reference.Numbers<T>(length, "x");
        double[] chance = new double[length];
        new RandomStream(2, "chance").FillUniform<double>(chance, 0, 1);
        for (int i = 0; i < length; i++)
            values[i] = chance[i] < share ? values[i] : T.Zero;
        return values;
    }

    private static Lists<T> Compressed<T>(T[] dense, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lists<T> lists = new();
        for (int i = 0; i < rows; i++)
            lists.Add(Enumerable.Range(0, columns).Select(j => (j, dense[(i * columns) + j])).Where(e => e.Item2 != T.Zero));
        return lists;
    }

    private static (Lists<T> Lists, int[] Named) ByColumn<T>(T[] dense, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Lists<T> lists = new();
        List<int> named = [];
        for (int j = columns - 1; j >= 0; j--) // any order serves
        {
            (int, T)[] set = [.. Enumerable.Range(0, rows).Select(i => (i, dense[(i * columns) + j])).Where(e => e.Item2 != T.Zero)];
            if (set.Length == 0)
                continue;
            lists.Add(set);
            named.Add(j);
        }
        return (lists, [.. named]);
    }

    private sealed class Lists<T>
    {
        private readonly List<int> _starts = [0], _indices = [];
        private readonly List<T> _values = [];

        public SparseSpan<T> Span => new(_starts.ToArray(), _indices.ToArray(), _values.ToArray());

        public void Add(IEnumerable<(int Index, T Value)> row)
        {
            foreach ((int index, T value) in row)
            {
                _indices.Add(index);
                _values.Add(value);
            }
            _starts.Add(_values.Count);
        }
    }
}
