using System.Text.Json;
using BioLearn.Kernels.Images;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Images;

[EveryWidth]
public class PixelResamplerTests
{
    public static TheoryData<string> Files() => [.. FixtureFiles.Names("naming", "*resize_lanczos*.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Lanczos_equals_pillow(string file)
    {
        foreach (var item in FixtureFiles.Read(FixtureFiles.Find("naming", file)[0]).GetProperty("cases").EnumerateArray())
        {
            var image = item.GetProperty("image");
            int width = item.GetProperty("target_width").GetInt32(), height = item.GetProperty("target_height").GetInt32();
            var resized = Resize(Bytes(image), image[0].GetArrayLength(), image.GetArrayLength(), 1, width, height, ResampleFilter.Lanczos);
            Assert.Equal(Bytes(item.GetProperty("resized")), resized);
        }
    }

    [Theory]
    [InlineData(ResampleFilter.Bilinear)]
    [InlineData(ResampleFilter.Lanczos)]
    public void Vector_code_equals_the_scalar_definition(ResampleFilter filter)
    {
        var random = new System.Random(7);
        for (var trial = 0; trial < 60; trial++)
        {
            int sourceWidth = random.Next(1, 90), sourceHeight = random.Next(1, 90);
            int width = random.Next(1, 70), height = random.Next(1, 70);
            foreach (var channels in new[] { 1, 3 })
            {
                var source = Noise(sourceWidth * sourceHeight * channels, trial);
                Assert.Equal(Reference(source, sourceWidth, sourceHeight, channels, width, height, filter),
                    Resize(source, sourceWidth, sourceHeight, channels, width, height, filter));
            }
        }
    }

    [Fact]
    public void Window_equals_the_crop_of_the_whole()
    {
        var source = Noise(123 * 77 * 3, 3);
        foreach (var (width, height) in new[] { (61, 40), (200, 77), (123, 150), (123, 77) })
        {
            var whole = Resize(source, 123, 77, 3, width, height, ResampleFilter.Bilinear);
            var window = new PixelWindow(5, 9, width - 17, height - 20);
            var part = new byte[3 * window.Width * window.Height];
            PixelResampler.Resize(source, 123, 77, 3, width, height, window, ResampleFilter.Bilinear, part);
            for (var y = 0; y < window.Height; y++)
            {
                var row = whole.AsSpan(3 * ((y + 9) * width + 5), 3 * window.Width);
                Assert.Equal(row, part.AsSpan(3 * y * window.Width, 3 * window.Width));
            }
        }
    }

    [Fact]
    public void Unchanged_size_is_the_same_picture()
    {
        var source = Noise(31 * 17 * 3, 2);
        Assert.Equal(source, Resize(source, 31, 17, 3, 31, 17, ResampleFilter.Lanczos));
    }

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new System.Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Resize(byte[] source, int sourceWidth, int sourceHeight, int channels, int width, int height, ResampleFilter filter)
    {
        var result = new byte[width * height * channels];
        PixelResampler.Resize(source, sourceWidth, sourceHeight, channels, width, height, new PixelWindow(0, 0, width, height), filter, result);
        return result;
    }

    private static byte[] Bytes(JsonElement rows) =>
        rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetByte()).ToArray();

    /// <summary>The definition, pass by pass, in plain loops.</summary>
    private static byte[] Reference(byte[] source, int sourceWidth, int sourceHeight, int channels, int width, int height, ResampleFilter filter)
    {
        var narrowed = sourceWidth == width ? source : Columns(source, sourceWidth, sourceHeight, channels, width, filter);
        if (sourceHeight == height)
            return narrowed;

        // Rows are columns of the transposed picture.
        var turned = Columns(Transpose(narrowed, width, sourceHeight, channels), sourceHeight, width, channels, height, filter);
        return Transpose(turned, height, width, channels);
    }

    private static byte[] Transpose(byte[] image, int width, int height, int channels)
    {
        var turned = new byte[image.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width * channels; x++)
                turned[(x / channels * height + y) * channels + x % channels] = image[y * width * channels + x];
        }
        return turned;
    }

    private static byte[] Columns(byte[] source, int inputs, int lines, int channels, int outputs, ResampleFilter filter)
    {
        var result = new byte[lines * outputs * channels];
        double scale = (double)inputs / outputs, stretch = Math.Max(1, scale), support = stretch * (filter == ResampleFilter.Bilinear ? 1 : 3);
        for (var i = 0; i < outputs; i++)
        {
            var center = (i + 0.5) * scale;
            int low = Math.Max(0, (int)(center - support + 0.5)), high = Math.Min(inputs, (int)(center + support + 0.5));
            var weights = Enumerable.Range(low, high - low).Select(k => Weight((k - center + 0.5) / stretch)).ToArray();
            var sum = weights.Sum();
            var quantized = weights.Select(w => (long)Math.Truncate(w / sum * (1 << 22) + (w / sum < 0 ? -0.5 : 0.5))).ToArray();
            for (var line = 0; line < lines; line++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var total = 1L << 21;
                    for (var k = low; k < high; k++)
                        total += quantized[k - low] * source[(line * inputs + k) * channels + c];
                    result[(line * outputs + i) * channels + c] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
            }
        }
        return result;

        double Weight(double u)
        {
            if (filter == ResampleFilter.Bilinear)
                return Math.Max(0, 1 - Math.Abs(u));
            if (u == 0)
                return 1;
            return Math.Abs(u) < 3 ? Math.Sin(Math.PI * u) / (Math.PI * u) * Math.Sin(Math.PI * u / 3) / (Math.PI * u / 3) : 0;
        }
    }
}
