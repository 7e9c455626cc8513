using BioLearn.ML.Spiking;

namespace BioLearn.ML.Tests.Spiking;

public class InputCodingTests
{
    [Fact]
    public void Coding_equals_the_original()
    {
        foreach (var item in Json.Cases("01_*.json"))
        {
            int width = item.Int("target_width"), height = item.Int("target_height"), bins = item.Int("T") - item.Int("num_layers");
            var options = new SpikingInputOptions
            {
                Width = width,
                Height = height,
                Border = item.Int("border"),
                Threshold = item.GetProperty("threshold").GetDouble(),
                Filters = [ContrastFilter.DifferenceOfGaussians(item.Int("dog_size"), item.GetProperty("std1").GetDouble(), item.GetProperty("std2").GetDouble())],
            };
            var encoder = new SpikeEncoder(options, item.Int("T"), bins);

            encoder.Encode(new GrayPicture(item.GetProperty("image")[0].GetArrayLength(), item.GetProperty("image").GetArrayLength(), item.Bytes("image")));

            Assert.Equal(item.Bytes("resized"), encoder.Resized.ToArray());
            Near(item.Doubles("kernel"), options.Filters[0].Kernel(), 1e-12);
            Near(item.Doubles("contrast"), encoder.Contrasts, 1e-9);
            Assert.Equal(item.Ints("spike_time"), encoder.Times.ToArray());
            Assert.Equal(item.Int("n_spikes"), encoder.Times.ToArray().Count(t => t >= 0));

            var maps = new ContrastMaps(options with { Border = 0, Threshold = double.Epsilon });
            maps.Compute(encoder.Resized);
            Near([.. item.Doubles("correlation").Select(c => Math.Max(0, c))], maps.Contrasts, 1e-9);
        }
    }

    [Fact]
    public void Equal_contrasts_fire_in_order_of_place()
    {
        double[] contrasts = [5, 0, 7, 5, 5, 7, 0, 5];
        int[] times = new int[8];

        Assert.Equal(6, new LatencyCode().Times(contrasts, 3, times));

        // ranks: 2, 5, 0, 3, 4, 7; two a bin after the first
        Assert.Equal([1, -1, 0, 2, 2, 1, -1, 3], times);
    }

    [Fact]
    public void Nothing_to_see_gives_no_spikes()
    {
        int[] times = [3, 3];
        Assert.Equal(0, new LatencyCode().Times([0, 0], 9, times));
        Assert.Equal([-1, -1], times);
    }

    [Fact]
    public void Radix_order_is_that_of_sorting()
    {
        var random = new Random(4);
        double[] contrasts = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(4) == 0 ? 0 : Math.Exp(40 * random.NextDouble() - 20))];
        int[] times = new int[contrasts.Length];
        int count = new LatencyCode().Times(contrasts, 9, times);

        int[] order = [.. Enumerable.Range(0, contrasts.Length).Where(i => contrasts[i] > 0).OrderByDescending(i => contrasts[i])];

        Assert.Equal(order.Length, count);
        for (int rank = 0; rank < count; rank++)
            Assert.Equal((int)Math.Ceiling(rank / (count / 9.0)), times[order[rank]]);
    }

    [Fact]
    public void Off_centre_sees_what_on_centre_does_not()
    {
        double[] on = ContrastFilter.DifferenceOfGaussians().Kernel(), off = ContrastFilter.DifferenceOfGaussians(offCenter: true).Kernel();

        // The kernels differ by sign and by the maximum that each is divided by.
        double ratio = on[24] / off[24];
        Assert.True(ratio < 0);
        for (int i = 0; i < on.Length; i++)
            Assert.Equal(on[i], ratio * off[i], 12);
    }

    [Fact]
    public void Gabor_answers_bars_of_its_orientation()
    {
        // Vertical bars of wavelength 5, then the same turned.
        byte[] vertical = [.. Enumerable.Range(0, 400).Select(i => (byte)(128 + 100 * Math.Cos(2 * Math.PI * (i % 20) / 5)))];
        byte[] horizontal = [.. Enumerable.Range(0, 400).Select(i => (byte)(128 + 100 * Math.Cos(2 * Math.PI * (i / 20) / 5)))];
        var options = new SpikingInputOptions { Width = 20, Height = 20, Filters = ContrastFilter.GaborBank(2) };
        var maps = new ContrastMaps(options);

        maps.Compute(vertical);
        double across = maps.Contrasts[..400].ToArray().Max(), along = maps.Contrasts[400..].ToArray().Max();
        maps.Compute(horizontal);

        Assert.True(across > 10 * along);
        Assert.Equal(along, maps.Contrasts[..400].ToArray().Max(), 9);
        Assert.Equal(across, maps.Contrasts[400..].ToArray().Max(), 9);
    }

    [Fact]
    public void Normalised_contrasts_do_not_depend_on_the_strength_of_light()
    {
        var random = new Random(1);
        byte[] bright = new byte[900];
        for (int i = 0; i < 900; i++)
            bright[i] = (byte)(2 * random.Next(120));
        byte[] dark = [.. bright.Select(b => (byte)(b / 2))];
        var maps = new ContrastMaps(new SpikingInputOptions { Width = 30, Height = 30, NormalizationRadius = 4, Threshold = 1.2 });
        maps.Compute(bright);
        double[] seen = maps.Contrasts.ToArray();
        maps.Compute(dark);

        Assert.Contains(seen, c => c > 0);
        Near(seen, maps.Contrasts, 1e-9);
    }

    private static void Near(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
