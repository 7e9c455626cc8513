using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Tests.Tensors;

public class MatrixSpanTests
{
    [Fact]
    public void Rows_blocks_and_elements_share_the_memory()
    {
        int[] data = [.. Enumerable.Range(0, 23)];
        var m = new MatrixSpan<int>(data, 4, 5, 6);
        Assert.Equal(8, m[1, 2]);
        Assert.Equal([12, 13, 14, 15, 16], m.Row(2).ToArray());
        MatrixSpan<int> block = m.Block(1, 2, 3, 3);
        block[0, 0] = -1;
        Assert.Equal(-1, data[8]);
        Assert.Equal([20, 21, 22], block.Row(2).ToArray());
        ReadOnlyMatrixSpan<int> readOnly = m;
        Assert.Equal(-1, readOnly[1, 2]);
        Assert.Equal([20, 21, 22], readOnly.Block(1, 2, 3, 3).Row(2).ToArray());
        Assert.Equal(0, m.Block(4, 0, 0, 5).Rows);
    }

    [Fact]
    public void Wrong_shapes_and_positions_are_refused()
    {
        var data = new float[10];
        Assert.Throws<ArgumentException>(() => new MatrixSpan<float>(data, 3, 4).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<float>(data, -1, 4).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<float>(data, 1, -4, 0).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<float>(data, 2, 4, 3).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<float>(data, 2, 5)[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReadOnlyMatrixSpan<float>(data, 2, 5)[0, 5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<float>(data, 2, 5).Block(0, 3, 2, 3).Rows);
        Assert.Throws<ArgumentException>(() => new MatrixSpan<float>(data, int.MaxValue, int.MaxValue).Rows);
    }
}
