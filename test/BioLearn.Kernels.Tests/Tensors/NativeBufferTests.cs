using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Tests.Tensors;

public unsafe class NativeBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Buffer_is_aligned_zeroed_and_writable(int length)
    {
        using var buffer = new NativeBuffer<double>(length);
        Assert.Equal(0, (nint)buffer.Pointer % 64);
        Assert.Equal(length, buffer.Span.Length);
        foreach (double x in buffer.Span)
            Assert.Equal(0, x);
        buffer.Span.Fill(2);
        Assert.Equal(2.0 * length, buffer.Span.ToArray().Sum());
    }

    [Fact]
    public void Disposed_buffer_refuses_access()
    {
        var buffer = new NativeBuffer<float>(4);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }

    [Fact]
    public void Negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer<float>(-1));
}
