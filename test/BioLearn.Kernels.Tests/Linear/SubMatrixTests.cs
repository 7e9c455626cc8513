using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Tests.Linear;

public class SubMatrixTests
{
    private static readonly float[] Matrix = [.. Enumerable.Range(0, 20).Select(i => (float)i)]; // [4, 5]

    [Theory]
    [InlineData(new[] { 2, 0 }, new[] { 4, 1, 0 }, new[] { 14f, 11, 10, 4, 1, 0 })]
    [InlineData(new int[0], new[] { 3 }, new[] { 3f, 8, 13, 18 })]
    [InlineData(new[] { 1 }, new int[0], new[] { 5f, 6, 7, 8, 9 })]
    public void Gathered_part_holds_the_named_rows_and_columns(int[] rows, int[] columns, float[] expected)
    {
        int height = rows.Length == 0 ? 4 : rows.Length, width = columns.Length == 0 ? 5 : columns.Length;
        float[] part = new float[height * width];
        SubMatrix.Gather(new ReadOnlyMatrixSpan<float>(Matrix, 4, 5), rows, columns, new MatrixSpan<float>(part, height, width));
        Assert.Equal(expected, part);

        float[] sum = [.. Matrix];
        SubMatrix.ScatterAdd(new ReadOnlyMatrixSpan<float>(part, height, width), rows, columns, new MatrixSpan<float>(sum, 4, 5));
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                bool named = (rows.Length == 0 || rows.Contains(row)) && (columns.Length == 0 || columns.Contains(column));
                Assert.Equal(Matrix[(row * 5) + column] * (named ? 2 : 1), sum[(row * 5) + column]);
            }
        }
    }

    [Fact]
    public void Part_of_another_size_is_refused()
    {
        Assert.Contains("expected [2, 5]", Assert.Throws<ArgumentException>(() =>
            SubMatrix.Gather(new ReadOnlyMatrixSpan<float>(Matrix, 4, 5), [0, 1], [], new MatrixSpan<float>(new float[6], 2, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("expected [4, 1]", Assert.Throws<ArgumentException>(() =>
            SubMatrix.ScatterAdd(new ReadOnlyMatrixSpan<float>(new float[6], 2, 3), [], [0], new MatrixSpan<float>([.. Matrix], 4, 5))).Message, StringComparison.Ordinal);
    }
}
