using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Tests.Images;

namespace BioLearn.Onnx.Tests.Measures;

public class ImageMeasuresTests
{
    [Fact]
    public void Same_picture_scores_one()
    {
        var image = TestImages.Noise(60, 50, 1);
        var quality = ImageMeasures.Compare(image, image);
        Assert.Equal(1, quality.Pearson, 12);
        Assert.Equal(1, quality.Ssim, 12);
        Assert.Equal(1, quality.EdgeCorrelation, 12);
    }

    [Fact]
    public void Negative_has_opposite_grey_values_and_the_same_edges()
    {
        var image = Gray(40, 40, (x, y) => 60 + 3 * x % 100 + y);
        var negative = Gray(40, 40, (x, y) => 255 - (60 + 3 * x % 100 + y));
        Assert.Equal(-1, ImageMeasures.Pearson(image, negative), 12);
        Assert.Equal(1, ImageMeasures.EdgeCorrelation(image, negative), 12);
        Assert.True(ImageMeasures.Ssim(image, negative) < 0);
    }

    [Fact]
    public void Contrast_and_brightness_do_not_change_the_correlations()
    {
        var image = Gray(48, 40, (x, y) => (17 * x + 31 * y + x * y) % 100);
        var brighter = Gray(48, 40, (x, y) => 2 * ((17 * x + 31 * y + x * y) % 100) + 40);
        Assert.Equal(1, ImageMeasures.Pearson(image, brighter), 12);
        Assert.Equal(1, ImageMeasures.EdgeCorrelation(image, brighter), 10);
    }

    [Fact]
    public void Blank_picture_correlates_with_nothing_yet_has_ssim()
    {
        var image = TestImages.Noise(40, 40, 2);
        var blank = Gray(40, 40, (_, _) => 128);
        var quality = ImageMeasures.Compare(image, blank);
        Assert.Equal(0, quality.Pearson);
        Assert.Equal(0, quality.EdgeCorrelation);
        Assert.True(quality.Ssim > 0);
        Assert.Equal(0, ImageMeasures.EdgeCorrelation(blank, blank));
    }

    [Fact]
    public void Pearson_of_a_small_array_is_the_hand_computed_one()
    {
        // Interior of 8 x 8 behind the border: left half 10, right half 20 against upper half 10, lower half 20 in one quarter: covariance 0.
        var vertical = Gray(24, 24, (x, _) => x < 12 ? 10 : 20);
        var horizontal = Gray(24, 24, (_, y) => y < 12 ? 10 : 20);
        var quarter = Gray(24, 24, (x, y) => x >= 12 && y >= 12 ? 20 : 10);
        Assert.Equal(0, ImageMeasures.Pearson(vertical, horizontal), 12);

        // cov = 1/4 - 1/8 = 1/8, variances 1/4 and 3/16: r = (1/8) / sqrt(3/64) = 1/sqrt(3).
        Assert.Equal(1 / Math.Sqrt(3), ImageMeasures.Pearson(vertical, quarter), 12);
    }

    [Fact]
    public void Border_of_eight_pixels_is_ignored_by_the_correlations()
    {
        var image = TestImages.Noise(64, 48, 3);
        var framed = new PixelImage(64, 48, [.. image.Rgb]);
        for (var x = 0; x < 64; x++)
            framed.Rgb.AsSpan(3 * (7 * 64 + x), 3).Fill(255);
        Assert.Equal(1, ImageMeasures.Pearson(image, framed), 12);
        framed.Rgb.AsSpan(3 * (8 * 64 + 20), 3).Clear();
        Assert.True(ImageMeasures.Pearson(image, framed) < 0.99999);
    }

    [Fact]
    public void Ssim_equals_the_definition_window_by_window()
    {
        PixelImage a = TestImages.Noise(23, 19, 5), b = TestImages.Scene(23, 19);
        byte[] p = a.ToGray(), q = b.ToGray();
        double total = 0;
        for (var top = 0; top <= 19 - 7; top++)
        {
            for (var left = 0; left <= 23 - 7; left++)
            {
                var cells = Enumerable.Range(0, 49).Select(i => (top + i / 7) * 23 + left + i % 7).ToArray();
                double meanP = cells.Average(i => p[i] / 255.0), meanQ = cells.Average(i => q[i] / 255.0);
                var varianceP = cells.Sum(i => Math.Pow(p[i] / 255.0 - meanP, 2)) / 48;
                var varianceQ = cells.Sum(i => Math.Pow(q[i] / 255.0 - meanQ, 2)) / 48;
                var covariance = cells.Sum(i => (p[i] / 255.0 - meanP) * (q[i] / 255.0 - meanQ)) / 48;
                total += (2 * meanP * meanQ + 0.0001) * (2 * covariance + 0.0009)
                    / ((meanP * meanP + meanQ * meanQ + 0.0001) * (varianceP + varianceQ + 0.0009));
            }
        }
        Assert.Equal(total / (17 * 13), ImageMeasures.Ssim(a, b), 11);
    }

    [Theory]
    [InlineData(40, 33)]
    [InlineData(16, 28)]
    [InlineData(9, 9)]
    public void Edge_correlation_equals_the_definition_in_plain_loops(int width, int height)
    {
        PixelImage a = TestImages.Noise(width, height, 8), b = TestImages.Scene(width, height, 1);
        double[] edgesA = Edges(a), edgesB = Edges(b);
        double meanA = edgesA.Average(), meanB = edgesB.Average();
        var covariance = edgesA.Zip(edgesB, (x, y) => (x - meanA) * (y - meanB)).Sum();
        var expected = covariance / Math.Sqrt(edgesA.Sum(x => (x - meanA) * (x - meanA)) * edgesB.Sum(y => (y - meanB) * (y - meanB)));
        Assert.Equal(expected, ImageMeasures.EdgeCorrelation(a, b), 10);
    }

    [Fact]
    public void Original_is_cut_or_resized_to_the_recollection()
    {
        var original = TestImages.Scene(224, 224);
        Assert.Same(original, ImageMeasures.Align(original, new PixelImage(224, 224)));
        Assert.Equal(original.Crop(0, 0, 223, 223).Rgb, ImageMeasures.Align(original, new PixelImage(223, 223)).Rgb);
        Assert.Equal(ImageResampler.Resize(original, 195, 195).Rgb, ImageMeasures.Align(original, new PixelImage(195, 195)).Rgb);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(6, 5)]
    public void Pictures_smaller_than_a_window_are_measured_in_windows_of_their_own_side(int width, int height)
    {
        PixelImage scene = TestImages.Scene(width, height), black = new(width, height);
        Assert.Equal(1, ImageMeasures.Compare(scene, scene).Ssim, 12);
        Assert.InRange(ImageMeasures.Compare(scene, black).Ssim, -1, 0.99);
        // One window of the whole picture: the formula on its means, variances and covariance, here those of a constant picture.
        Assert.Equal(1e-4 / (1 + 1e-4), ImageMeasures.Ssim(black, Filled(width, height)), 9);

        static PixelImage Filled(int width, int height)
        {
            var image = new PixelImage(width, height);
            image.Rgb.AsSpan().Fill(255);
            return image;
        }
    }

    [Fact]
    public void Different_sizes_are_refused()
    {
        PixelImage a = new(20, 20), b = new(20, 21);
        Assert.Throws<ArgumentException>("b", () => ImageMeasures.Pearson(a, b));
        Assert.Throws<ArgumentException>("b", () => ImageMeasures.Ssim(a, b));
        Assert.Throws<ArgumentException>("b", () => ImageMeasures.EdgeCorrelation(a, b));
    }

    [Fact]
    public void Identification_counts_recollections_nearest_to_their_own_original()
    {
        var originals = Enumerable.Range(0, 4).Select(i => new EdgeMap(TestImages.Scene(64, 64, 1.5 * i))).ToArray();
        var blank = new EdgeMap(new PixelImage(64, 64));
        Assert.Equal(1, Identification.Rate(originals, originals));
        Assert.Equal(0.5, Identification.Rate(originals, [originals[0], originals[1], originals[3], originals[2]]));
        Assert.Equal(0.75, Identification.Rate(originals, [originals[0], originals[1], originals[2], blank]));
        Assert.False(Identification.IsIdentified(originals[0], [originals[0], originals[0]], 0));
    }

    private static PixelImage Gray(int width, int height, Func<int, int, int> value)
    {
        var pixels = Enumerable.Range(0, width * height).Select(i => (byte)value(i % width, i / width));
        return new PixelImage(width, height, pixels.SelectMany(v => new[] { v, v, v }).ToArray());
    }

    /// <summary>Two-dimensional Gaussian (radius 6), Sobel, magnitude; borders mirrored; outer pixels left out.</summary>
    private static double[] Edges(PixelImage image)
    {
        var gray = image.ToGray();
        int width = image.Width, height = image.Height;
        var kernel = Enumerable.Range(-6, 13).Select(i => Math.Exp(-i * i / (2 * 1.5 * 1.5))).ToArray();
        var norm = kernel.Sum();
        var smooth = new double[height, width];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var i = -6; i <= 6; i++)
                {
                    for (var j = -6; j <= 6; j++)
                        smooth[y, x] += kernel[i + 6] * kernel[j + 6] / norm / norm * gray[Mirror(y + i, height) * width + Mirror(x + j, width)] / 255.0;
                }
            }
        }
        int[,] sobel = { { 1, 0, -1 }, { 2, 0, -2 }, { 1, 0, -1 } };
        var border = Math.Min(8, (Math.Min(width, height) - 8) / 2);
        var edges = new List<double>();
        for (var y = border; y < height - border; y++)
        {
            for (var x = border; x < width - border; x++)
            {
                double across = 0, down = 0;
                for (var i = 0; i < 3; i++)
                {
                    for (var j = 0; j < 3; j++)
                    {
                        var value = smooth[Mirror(y + i - 1, height), Mirror(x + j - 1, width)];
                        across += sobel[i, j] * value;
                        down += sobel[j, i] * value;
                    }
                }
                edges.Add(Math.Sqrt(across * across + down * down));
            }
        }
        return [.. edges];
    }

    private static int Mirror(int i, int n)
    {
        while (i < 0 || i >= n)
            i = i < 0 ? -1 - i : 2 * n - 1 - i;
        return i;
    }
}
