using System.Text.Json;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

public class ImagePreprocessingTests
{
    public static TheoryData<string> Files() => [.. FixtureFiles.Names("reconstruct", "preprocess*.json")];

    [Fact]
    public void Grey_values_in_colours_are_the_same_grey_values()
    {
        byte[] gray = [0, 100, 255, 7, 8, 9];
        var picture = PixelImage.FromGray(3, 2, gray);
        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal(gray, picture.ToGray());
        Assert.Contains("expected 2 x 2 = 4 values, found 6", Assert.Throws<ArgumentException>(() => PixelImage.FromGray(2, 2, gray)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Resize_crop_and_normalisation_equal_pillow_and_torchvision(string path)
    {
        foreach (var item in FixtureFiles.Read(FixtureFiles.Find("reconstruct", path)[0]).GetProperty("items").EnumerateArray())
        {
            var source = Picture(item.GetProperty("source_u8_hwc"));
            var resized = Picture(item.GetProperty("resized_u8_hwc"));
            var cropped = Picture(item.GetProperty("cropped_u8_hwc"));
            var size = item.GetProperty("size").GetInt32();
            Assert.Equal(resized.Rgb, ImageResampler.Resize(source, resized.Width, resized.Height).Rgb);

            var preprocessing = new ImagePreprocessing { Width = size, Height = size };
            var picture = preprocessing.ResizeAndCrop(source);
            Assert.Equal(cropped.Rgb, picture.Rgb);

            var input = new float[preprocessing.InputLength];
            preprocessing.Normalize(picture, input);
            var sample = item.GetProperty("normalized_chw_sample");
            var stride = sample.GetProperty("stride").GetInt32();
            var i = 0;
            foreach (var expected in sample.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()))
            {
                Assert.True(Math.Abs(expected - input[i * stride]) <= 1e-6 * Math.Max(1, Math.Abs(expected)),
                    $"value {i * stride}: expected {expected}, found {input[i * stride]}");
                i++;
            }
        }
    }

    [Theory]
    [InlineData(224, 224, 640, 480)]
    [InlineData(224, 224, 480, 640)]
    [InlineData(48, 32, 37, 90)]
    [InlineData(48, 32, 500, 20)]
    [InlineData(28, 28, 1, 1)]
    [InlineData(28, 28, 3, 50_000)]
    public void Any_picture_fills_the_input_of_a_network(int width, int height, int sourceWidth, int sourceHeight)
    {
        var preprocessing = new ImagePreprocessing { Width = width, Height = height, ResizeRatio = 256.0 / 224 };
        var picture = preprocessing.ResizeAndCrop(TestImages.Scene(sourceWidth, sourceHeight));
        Assert.Equal((width, height), (picture.Width, picture.Height));
    }

    [Fact]
    public void Channel_order_and_range_follow_the_network()
    {
        var image = new PixelImage(2, 1, [10, 20, 30, 40, 50, 60]);
        var caffe = new ImagePreprocessing
        {
            Width = 2,
            Height = 1,
            Channels = ChannelOrder.Bgr,
            Divisor = 1,
            Mean = [104, 117, 123],
            StandardDeviation = [1, 1, 1],
        };
        var input = new float[6];
        caffe.Normalize(image, input);
        Assert.Equal([30 - 104, 60 - 104, 20 - 117, 50 - 117, 10 - 123, 40 - 123], input);

        var digits = new ImagePreprocessing { Width = 2, Height = 1, Channels = ChannelOrder.Gray, Divisor = 1, Mean = [0], StandardDeviation = [1] };
        digits.Normalize(image, input.AsSpan(0, 2));
        Assert.Equal([18f, 48f], input[..2]);
    }

    [Fact]
    public void Wrong_settings_and_sizes_are_named()
    {
        var image = TestImages.Noise(8, 8, 1);
        Assert.Throws<ArgumentException>("Mean", () => new ImagePreprocessing { Mean = [0] }.ResizeAndCrop(image));
        Assert.Throws<ArgumentOutOfRangeException>("ResizeRatio", () => new ImagePreprocessing { ResizeRatio = double.NaN }.ResizeAndCrop(image));
        Assert.Throws<ArgumentException>("image", () => new ImagePreprocessing().Normalize(image, new float[3 * 224 * 224]));
        Assert.Throws<ArgumentException>("input", () => new ImagePreprocessing { Width = 8, Height = 8 }.Normalize(image, new float[5]));
    }

    private static PixelImage Picture(JsonElement rows)
    {
        var bytes = rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).SelectMany(pixel => pixel.EnumerateArray()).Select(v => v.GetByte());
        return new PixelImage(rows[0].GetArrayLength(), rows.GetArrayLength(), bytes.ToArray());
    }
}
