using System.Runtime.CompilerServices;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Tests.Tensors;

public unsafe class ScratchMemoryTests
{
    [Fact]
    public void Block_that_cannot_be_had_leaves_the_thread_able_to_take_others()
    {
        ScratchMemory<Page>.Take(ScratchUse.Sums, 1);
        Assert.ThrowsAny<OutOfMemoryException>(() => { ScratchMemory<Page>.Take(ScratchUse.Sums, int.MaxValue); }); // 2^47 bytes
        Assert.Throws<ArgumentOutOfRangeException>(() => { ScratchMemory<Page>.Take(ScratchUse.Sums, 1L + int.MaxValue); });
        Page* block = ScratchMemory<Page>.Take(ScratchUse.Sums, 2);
        block[1][0] = 7;
        Assert.Equal(7, block[1][0]);
    }

    [Theory]
    [InlineData(1 << 29, false)]
    [InlineData(int.MaxValue, true)]
    public void Pooling_with_one_window_takes_any_stride(int stride, bool ceiling)
    {
        var shape = PoolingShape.Forward(1, 4, 5, (2, 2), (stride, stride), (0, 0, 0, 0), (1, 1), ceiling);
        float[] input = [.. Enumerable.Range(0, 20).Select(i => (float)((i * 7) % 20))], output = new float[shape.OutputLength];
        MaxPooling.Forward<float>(shape, 1, input, output, new int[1]);
        Assert.Equal([15], output); // of 0, 7, 15, 2
    }

    [InlineArray(1 << 16)]
    private struct Page
    {
        private byte _first;
    }
}
