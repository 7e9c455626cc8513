using BioLearn.Kernels.Elementwise;
using Xunit;

namespace BioLearn.Kernels.Tests.Elementwise;

public class HalfPrecisionTests
{
    [Fact]
    public void Every_half_becomes_the_float_of_the_same_value()
    {
        // An odd number, so that the last ones take the way of single values.
        ushort[] halves = [.. Enumerable.Range(0, 65536).Select(bits => (ushort)bits), 1, 0x8001, 0x7C00];
        var floats = new float[halves.Length];
        HalfPrecision.Widen(halves, floats);
        for (int i = 0; i < halves.Length; i++)
        {
            var expected = (float)BitConverter.UInt16BitsToHalf(halves[i]);
            if (float.IsNaN(expected)) Assert.True(float.IsNaN(floats[i]));
            else Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(floats[i]));
        }
    }
}
