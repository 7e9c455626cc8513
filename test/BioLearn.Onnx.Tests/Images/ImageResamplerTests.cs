using System.Text.Json;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

public class ImageResamplerTests
{
    public static TheoryData<string> Files() => [.. FixtureFiles.Find("naming", "*resize_lanczos*.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Lanczos_equals_pillow(string path)
    {
        foreach (var item in FixtureFiles.Read(path).GetProperty("cases").EnumerateArray())
        {
            var image = item.GetProperty("image");
            int width = item.GetProperty("target_width").GetInt32(), height = item.GetProperty("target_height").GetInt32();
            var resized = ImageResampler.ResizeGray(Bytes(image), image[0].GetArrayLength(), image.GetArrayLength(), width, height, ResampleFilter.Lanczos);
            Assert.Equal(Bytes(item.GetProperty("resized")), resized);
        }
    }

    [Theory]
    [InlineData(ResampleFilter.Bilinear)]
    [InlineData(ResampleFilter.Lanczos)]
    public void Vector_code_equals_the_scalar_definition(ResampleFilter filter)
    {
        var random = new Random(7);
        for (var trial = 0; trial < 60; trial++)
        {
            var source = TestImages.Noise(random.Next(1, 90), random.Next(1, 90), trial);
            int width = random.Next(1, 70), height = random.Next(1, 70);
            Assert.Equal(Reference(source.Rgb, source.Width, source.Height, 3, width, height, filter), ImageResampler.Resize(source, width, height, filter).Rgb);
            var gray = source.ToGray();
            Assert.Equal(Reference(gray, source.Width, source.Height, 1, width, height, filter),
                ImageResampler.ResizeGray(gray, source.Width, source.Height, width, height, filter));
        }
    }

    [Fact]
    public void Window_equals_the_crop_of_the_whole()
    {
        var source = TestImages.Noise(123, 77, 3);
        foreach (var (width, height) in new[] { (61, 40), (200, 77), (123, 150), (123, 77) })
        {
            var whole = ImageResampler.Resize(source, width, height);
            var window = new PixelWindow(5, 9, width - 17, height - 20);
            var part = ImageResampler.ResizeAndCrop(source, width, height, window, ResampleFilter.Bilinear);
            Assert.Equal(whole.Crop(5, 9, width - 17, height - 20).Rgb, part.Rgb);
        }
    }

    [Fact]
    public void Unchanged_size_is_the_same_picture()
    {
        var source = TestImages.Noise(31, 17, 2);
        Assert.Equal(source.Rgb, ImageResampler.Resize(source, 31, 17, ResampleFilter.Lanczos).Rgb);
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
