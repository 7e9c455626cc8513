using BioLearn.Kernels.Linear;

namespace BioLearn.Kernels.Tests.Linear;

public class WeightedRowSumTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(1, 448, 1029)]
    [InlineData(5, 19, 2048)]
    [InlineData(16, 101, 448)]
    public void Sum_equals_its_definition(int count, int inner, int columns)
    {
        var random = new System.Random(inner);
        float[] rows = Draw(random, inner * columns), coefficients = Draw(random, count * inner);
        for (int i = 0; i < coefficients.Length; i += 3)
            coefficients[i] = 0;
        foreach (bool positive in (bool[])[false, true])
        {
            var results = new float[count * columns];
            WeightedRowSum.Run(rows, count, coefficients, positive, results, threads: 1);
            for (int n = 0; n < count; n++)
            {
                // Alone, on other threads: the same bits.
                var alone = new float[columns];
                WeightedRowSum.Run(rows, 1, coefficients.AsSpan(n * inner, inner), positive, alone, threads: 3);
                Assert.Equal(alone, results[(n * columns)..((n + 1) * columns)]);
                for (int j = 0; j < columns; j += 13)
                {
                    double expected = Enumerable.Range(0, inner).Sum(i => (double)(positive ? Math.Max(0, coefficients[n * inner + i]) : coefficients[n * inner + i]) * rows[i * columns + j]);
                    Assert.Equal(expected, alone[j], 1e-5 * inner);
                }
            }
        }
    }

    [Fact]
    public void Sum_without_any_coefficient_is_zero()
    {
        float[] results = [1, 2, 3, 4];
        WeightedRowSum.Run([5, 6, 7, 8], 2, new float[4], false, results, threads: 2);
        Assert.Equal(new float[4], results);
    }

    private static float[] Draw(System.Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
