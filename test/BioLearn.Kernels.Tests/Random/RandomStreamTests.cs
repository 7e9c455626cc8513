using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Random;

[EveryWidth]
public class RandomStreamTests
{
    // Known answers published with the generator (Random123, kat_vectors: philox4x32 10).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint e0, uint e1, uint e2, uint e3)
    {
        Philox.Block(k0 | ((ulong)k1 << 32), c2 | ((ulong)c3 << 32), c0 | ((ulong)c1 << 32), out uint w0, out uint w1, out uint w2, out uint w3);
        Assert.Equal((e0, e1, e2, e3), (w0, w1, w2, w3));
    }

    [Fact]
    public void Philox_fill_equals_single_blocks()
    {
        var words = new uint[4 * 100];
        // The counter's low half crosses 2^32 on the way.
        Philox.Fill(0x123456789ABCDEF0, 0xFEDCBA9876543210, 0xFFFFFFF0, words);
        for (uint i = 0; i < 100; i++)
        {
            Philox.Block(0x123456789ABCDEF0, 0xFEDCBA9876543210, 0xFFFFFFF0 + (ulong)i, out uint w0, out uint w1, out uint w2, out uint w3);
            Assert.Equal([w0, w1, w2, w3], words[(int)(4 * i)..(int)((4 * i) + 4)]);
        }
    }

    [Fact]
    public void Stream_first_numbers_never_change()
    {
        var stream = new RandomStream(42, "weights/2");
        Assert.Equal((0x1fdded76u, 0xef521498u), (stream.NextUInt32(), stream.NextUInt32()));
        Assert.Equal(0.934846198215261, new RandomStream(42, "weights/2").NextDouble(), 1e-15);
        Assert.Equal(-0.26580604106800665, new RandomStream(42, "weights/2").NextNormal(), 1e-14);
    }

    [Fact]
    public void Bulk_fill_equals_one_by_one_from_any_position()
    {
        for (int start = 0; start < 70; start += 3)
        {
            RandomStream bulk = new RandomStream(7, "noise").At(start), single = new RandomStream(7, "noise").At(start);
            var floats = new float[1100];
            bulk.FillUniform(floats, 0f, 1f);
            Assert.All(floats, x => Assert.Equal(single.NextSingle(), x));
            var doubles = new double[600];
            bulk.FillUniform(doubles, 0.0, 1.0);
            Assert.All(doubles, x => Assert.Equal(single.NextDouble(), x));
            var normals = new double[333];
            bulk.FillNormal(normals, 0.0, 1.0);
            Assert.All(normals, x => Assert.Equal(single.NextNormal(), x));
            var coins = new float[1100];
            bulk.FillBernoulli(coins, 0.3);
            Assert.All(coins, x => Assert.Equal(single.NextBernoulli(0.3) ? 1f : 0f, x));
            Assert.Equal(single.Position, bulk.Position);
        }
    }

    [Fact]
    public void Normal_split_fills_equal_one_fill()
    {
        var whole = new float[1000];
        new RandomStream(3, "n").FillNormal(whole, 1f, 2f);
        var parts = new float[1000];
        var stream = new RandomStream(3, "n");
        int at = 0;
        foreach (int n in new[] { 1, 2, 31, 33, 500, 433 })
        {
            stream.FillNormal(parts.AsSpan(at, n), 1f, 2f);
            at += n;
        }
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Streams_of_other_names_and_seeds_are_unrelated()
    {
        const int n = 20000;
        var a = new float[n];
        new RandomStream(1, "weights/1").FillNormal(a, 0f, 1f);
        foreach (RandomStream other in new[] { new RandomStream(1, "weights/2"), new RandomStream(2, "weights/1"), new RandomStream(1, "weights").Derive("1/1") })
        {
            var b = new float[n];
            other.FillNormal(b, 0f, 1f);
            double correlation = a.Zip(b, (x, y) => (double)x * y).Sum() / n;
            Assert.InRange(correlation, -4.5 / Math.Sqrt(n), 4.5 / Math.Sqrt(n));
        }
    }

    [Fact]
    public void Uniform_moments_and_range_are_right()
    {
        const int n = 200000;
        var x = new float[n];
        new RandomStream(5, "u").FillUniform(x, -1f, 3f);
        Assert.All(x, v => Assert.InRange(v, -1f, 3f));
        Assert.InRange(x.Average(v => (double)v), 1 - (4.5 * 1.1547 / Math.Sqrt(n)), 1 + (4.5 * 1.1547 / Math.Sqrt(n)));
        // Chi-squared over 64 cells: mean 63, standard deviation sqrt(126).
        var cells = new int[64];
        foreach (float v in x)
            cells[Math.Min(63, (int)((v + 1) * 16))]++;
        double chi = cells.Sum(c => Math.Pow(c - (n / 64.0), 2) / (n / 64.0));
        Assert.InRange(chi, 63 - (4.5 * 11.2), 63 + (4.5 * 11.2));
    }

    [Fact]
    public void Normal_moments_and_tails_are_right()
    {
        const int n = 400000;
        var floats = new float[n];
        new RandomStream(6, "z").FillNormal(floats, 0f, 1f);
        var doubles = new double[n];
        new RandomStream(6, "z").FillNormal(doubles, 0, 1);
        foreach (double[] z in new[] { floats.Select(v => (double)v).ToArray(), doubles })
        {
            double s = Math.Sqrt(n);
            Assert.InRange(z.Average(), -4.5 / s, 4.5 / s);
            Assert.InRange(z.Average(v => v * v), 1 - (4.5 * 1.42 / s), 1 + (4.5 * 1.42 / s));
            Assert.InRange(z.Average(v => v * v * v), -4.5 * 3.88 / s, 4.5 * 3.88 / s);
            Assert.InRange(z.Average(v => v * v * v * v), 3 - (4.5 * 9.8 / s), 3 + (4.5 * 9.8 / s));
            Assert.InRange(z.Count(v => Math.Abs(v) > 3) / (double)n, 0.0027 - (4.5 * 0.052 / s), 0.0027 + (4.5 * 0.052 / s));
            // The two of a pair lie 16 apart and must not know each other.
            double pair = Enumerable.Range(0, n / 32).Average(g => z[g * 32] * z[(g * 32) + 16]);
            Assert.InRange(pair, -4.5 / Math.Sqrt(n / 32.0), 4.5 / Math.Sqrt(n / 32.0));
        }
    }

    [Fact]
    public void Integers_are_unbiased_and_permutations_complete()
    {
        var stream = new RandomStream(8, "i");
        var counts = new int[7];
        for (int i = 0; i < 70000; i++)
            counts[stream.NextInt(7)]++;
        Assert.All(counts, c => Assert.InRange(c, 10000 - 450, 10000 + 450));

        // All 24 orders of four things come equally often.
        var orders = new Dictionary<string, int>();
        var p = new int[4];
        for (int i = 0; i < 24000; i++)
        {
            stream.FillPermutation(p);
            string key = string.Join(",", p);
            orders[key] = orders.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(24, orders.Count);
        Assert.All(orders.Values, c => Assert.InRange(c, 1000 - 150, 1000 + 150));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 0)]
    [InlineData(7, 5)]
    [InlineData(1019, 1)]
    [InlineData(5000, 2)]
    public void Shuffled_order_and_what_comes_after_it_are_those_of_single_numbers(int count, int before)
    {
        var bulk = new RandomStream(3, "order");
        var single = new RandomStream(3, "order");
        bulk.Position = single.Position = before;
        var order = new int[count];
        bulk.FillPermutation(order);
        int[] expected = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = single.NextInt(i + 1);
            (expected[i], expected[j]) = (expected[j], expected[i]);
        }
        Assert.Equal(expected, order);
        Assert.Equal(single.Position, bulk.Position);
        Assert.Equal(single.NextUInt32(), bulk.NextUInt32());
    }

    [Fact]
    public void Bernoulli_frequency_is_right_and_certain_events_are_certain()
    {
        var x = new double[100000];
        new RandomStream(9, "b").FillBernoulli(x, 0.2);
        Assert.InRange(x.Average(), 0.2 - (4.5 * 0.4 / 316), 0.2 + (4.5 * 0.4 / 316));
        new RandomStream(9, "b").FillBernoulli(x, 1);
        Assert.All(x, v => Assert.Equal(1, v));
        new RandomStream(9, "b").FillBernoulli(x, 0);
        Assert.All(x, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var stream = new RandomStream(0, "x");
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextBernoulli(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextBernoulli(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.FillUniform(new float[1], 1f, 0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.FillNormal(new float[1], 1f, -1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Position = -1);
    }
}
