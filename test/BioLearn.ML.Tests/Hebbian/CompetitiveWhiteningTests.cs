using System.Numerics.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>Whitening in front of competing units.</summary>
public class CompetitiveWhiteningTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1e-3)]
    public void Matrix_is_the_inverse_square_root_of_covariance_and_ridge(double ridge)
    {
        FloatRows rows = Skewed(width: 12, count: 3000); // more than a block
        double[] c = Covariance(rows);
        double variance = Enumerable.Range(0, 12).Average(i => c[(i * 12) + i]);
        float[] m = Whitening.Matrix(rows, ridge, threads: 1)!;
        for (int i = 0; i < 12; i++)
        {
            c[(i * 12) + i] += ridge * variance;
            for (int j = 0; j < 12; j++)
                Assert.Equal(m[(i * 12) + j], m[(j * 12) + i], 1e-5 * TensorPrimitives.Norm<float>(m));
        }
        for (int i = 0; i < 12; i++) // M C M = I
        {
            for (int j = 0; j < 12; j++)
            {
                double sum = 0;
                for (int k = 0; k < 12; k++)
                {
                    for (int l = 0; l < 12; l++)
                        sum += m[(i * 12) + k] * c[(k * 12) + l] * m[(l * 12) + j];
                }
                Assert.Equal(i == j ? 1 : 0, sum, 1e-4);
            }
        }
        Assert.Equal(m, Whitening.Matrix(rows, ridge, threads: 3));
    }

    [Fact]
    public void Directions_without_variance_and_rows_that_are_alike_do_no_harm()
    {
        FloatRows flat = new(3, 100), alike = new(3, 10);
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            float x = (float)random.NextDouble() - 0.5f;
            ((float[])[x, -x, 0]).CopyTo(flat.Add());
        }
        for (int i = 0; i < 10; i++)
            alike.Add().Clear();
        Assert.All(Whitening.Matrix(flat, 0.01, 1)!, x => Assert.True(float.IsFinite(x)));
        Assert.Null(Whitening.Matrix(alike, 0.01, 1));
    }

    [Fact]
    public void Layer_whitens_what_it_transforms_as_what_it_learned_from()
    {
        FloatRows rows = Skewed(width: 6, count: 400);
        CompetitiveOptions options = new() { OutputColumnName = "Made", InputColumnName = "X", NumberOfUnits = 5, NumberOfEpochs = 2, WhiteningRidge = 0.05, Activation = CompetitiveActivation.Linear, Seed = 2 };
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows.Count).Select(i => new Row { X = rows.Memory.Slice(i * 6, 6).ToArray() }));
        var model = ml.Transforms.CompetitiveLayer(options).Fit(data);
        float[] weights = model.Model.GetWeights();
        float[][] made = [.. model.Transform(data).GetColumn<float[]>("Made")];

        RowPreparation preparation = RowPreparation.Fit(options, rows); // rows are prepared now
        Assert.Equal(36, preparation.Whitening.Length);
        for (int r = 0; r < rows.Count; r++)
        {
            for (int u = 0; u < 5; u++)
                Assert.Equal(TensorPrimitives.Dot<float>(rows.Memory.Span.Slice(r * 6, 6), weights.AsSpan(u * 6, 6)), made[r][u], 1e-5);
        }
    }

    [Fact]
    public void Rows_too_long_for_a_matrix_of_their_directions_are_refused()
    {
        FloatRows rows = new(50_000, 1);
        rows.Add().Clear();
        Assert.Contains("WhiteningRidge asks for a matrix of 50000 x 50000", Assert.Throws<InvalidOperationException>(() => Whitening.Matrix(rows, 0.1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ridge_of_zero_is_refused()
        => Assert.Equal("WhiteningRidge", Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext().Transforms.CompetitiveLayer(new CompetitiveOptions { WhiteningRidge = 0 })).ParamName);

    // Columns that go together, of very different scales, with mean 0.
    private static FloatRows Skewed(int width, int count)
    {
        Random random = new(9);
        FloatRows rows = new(width, count);
        for (int r = 0; r < count; r++)
        {
            Span<float> row = rows.Add();
            float common = (float)random.NextDouble();
            for (int i = 0; i < width; i++)
                row[i] = (i + 1) * (common + (0.3f * (float)random.NextDouble()));
        }
        CentredRows.Subtract(rows.Memory.Span, CentredRows.Mean(rows), rows.Memory.Span);
        return rows;
    }

    private static double[] Covariance(FloatRows rows)
    {
        int n = rows.Width;
        double[] c = new double[n * n];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    c[(i * n) + j] += (double)rows.Memory.Span[(r * n) + i] * rows.Memory.Span[(r * n) + j] / rows.Count;
            }
        }
        return c;
    }

    private sealed class Row
    {
        [VectorType(6)]
        public float[] X { get; set; } = [];
    }
}
