using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

/// <summary>What every codec does; the classes below name the codecs.</summary>
public abstract class ImageCodecTests(IImageCodec codec)
{
    private const int Width = 13;
    private const int Height = 7;

    [Fact]
    public void Png_round_trip_keeps_every_pixel()
    {
        var image = TestImages.Noise(61, 33, 1);
        var back = codec.Decode(TestImages.Encode(image, ImageFormat.Png, codec), "noise");
        Assert.Equal((image.Width, image.Height), (back.Width, back.Height));
        Assert.Equal(image.Rgb, back.Rgb);
    }

    [Fact]
    public void Jpeg_round_trip_stays_close()
    {
        var image = TestImages.Scene(160, 120);
        var back = codec.Decode(TestImages.Encode(image, ImageFormat.Jpeg, codec), "scene");
        var error = image.Rgb.Zip(back.Rgb, (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.True(10 * Math.Log10(255 * 255 / error) > 32, $"mean squared error {error}");
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    public void Same_pixels_give_the_same_bytes(ImageFormat format)
    {
        var image = TestImages.Scene(80, 60);
        Assert.Equal(TestImages.Encode(image, format, codec), TestImages.Encode(new PixelImage(80, 60, [.. image.Rgb]), format, codec));
    }

    [Fact]
    public void Grey_becomes_equal_channels()
    {
        var gray = Samples(1);
        var image = codec.Decode(PngWriter.Write(Width, Height, 8, 0, gray), "gray");
        Assert.Equal(gray.SelectMany(v => new[] { v, v, v }), image.Rgb);
        Assert.Equal(gray, image.ToGray());
    }

    [Fact]
    public void One_bit_grey_becomes_black_and_white()
    {
        var image = codec.Decode(PngWriter.Write(8, 2, 1, 0, [0b1010_0000, 0b0000_1111]), "bits");
        Assert.Equal(new byte[] { 255, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255 }, image.ToGray());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Png_is_turned_upright_by_its_exif_chunk(bool prefix, bool bigEndian)
    {
        var samples = Samples(3);
        byte[] tiff = bigEndian
            ? [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
            : [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        var stored = codec.Decode(PngWriter.Write(Width, Height, 8, 2, samples), "stored");
        var turned = codec.Decode(PngWriter.Write(Width, Height, 8, 2, samples, exif: prefix ? [.. "Exif\0\0"u8, .. tiff] : tiff), "turned");
        Assert.Equal((Height, Width), (turned.Width, turned.Height));
        Assert.Equal(ExifOrientation.Apply(stored, 6).Rgb, turned.Rgb);
        Assert.Equal(samples, codec.Decode(PngWriter.Write(Width, Height, 8, 2, samples, exif: tiff[..20]), "cut").Rgb);
    }

    [Fact]
    public void Exif_chunk_of_webp_is_read_with_and_without_prefix()
    {
        byte[] tiff = [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];
        foreach (byte[] exif in (byte[][])[tiff, [.. "Exif\0\0"u8, .. tiff]])
        {
            byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
            Assert.Equal(8, ExifTag.OrientationOf(file));
            Assert.Equal(1, ExifTag.OrientationOf(file.AsSpan(0, file.Length - 1)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Transparent_parts_of_a_gif_have_the_colour_of_the_palette(byte transparent)
    {
        // 2 x 1 pixels of indices 0 and 1 (codes: clear, 0, 1, end, of 3 bits each), one of them transparent.
        byte[] file = [.. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 250, 240, 230, 10, 20, 30, 0x21, 0xF9, 4, 1, 0, 0, transparent, 0,
            0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0b01_000_100, 0b0000_1010, 0, 0x3B];
        Assert.Equal([250, 240, 230, 10, 20, 30], codec.Decode(file, "gif").Rgb);
    }

    [Fact]
    public void Alpha_is_dropped_and_colour_under_it_survives()
    {
        var rgba = Samples(4);
        for (var i = 3; i < rgba.Length; i += 4)
            rgba[i] = (byte)(i % 3 == 0 ? 0 : rgba[i]);
        var image = codec.Decode(PngWriter.Write(Width, Height, 8, 6, rgba), "rgba");
        Assert.Equal(rgba.Where((_, i) => i % 4 != 3), image.Rgb);

        var grayAlpha = Samples(2);
        image = codec.Decode(PngWriter.Write(Width, Height, 8, 4, grayAlpha), "gray and alpha");
        Assert.Equal(grayAlpha.Where((_, i) => i % 2 == 0).SelectMany(v => new[] { v, v, v }), image.Rgb);
    }

    [Fact]
    public void Palette_is_looked_up_with_and_without_transparency()
    {
        byte[] palette = [10, 20, 30, 40, 50, 60, 200, 100, 0];
        var indices = Samples(1).Select(v => (byte)(v % 3)).ToArray();
        var expected = indices.SelectMany(i => palette.AsSpan(3 * i, 3).ToArray());
        Assert.Equal(expected, codec.Decode(PngWriter.Write(Width, Height, 8, 3, indices, palette), "palette").Rgb);
        Assert.Equal(expected, codec.Decode(PngWriter.Write(Width, Height, 8, 3, indices, palette, [0, 128, 255]), "transparent").Rgb);
    }

    [Fact]
    public void Sixteen_bit_samples_keep_their_upper_byte_and_those_of_grey_are_cut_at_255()
    {
        var samples = Samples(6);
        var image = codec.Decode(PngWriter.Write(Width, Height, 16, 2, samples), "16 bit");
        Assert.Equal(samples.Where((_, i) => i % 2 == 0), image.Rgb);

        var gray = Samples(2);
        image = codec.Decode(PngWriter.Write(Width, Height, 16, 0, gray), "16 bit grey");
        Assert.Equal(gray.Chunk(2).Select(v => (byte)Math.Min(255, (v[0] << 8) + v[1])).SelectMany(v => new[] { v, v, v }), image.Rgb);
        image = codec.Decode(PngWriter.Write(Width, Height, 16, 0, [.. gray.Select((v, i) => i % 2 == 0 ? (byte)0 : v)]), "dark grey");
        Assert.Equal(gray.Where((_, i) => i % 2 == 1).SelectMany(v => new[] { v, v, v }), image.Rgb);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Exif_orientation_is_honoured(int orientation)
    {
        // What the eight values mean: where the stored first row and first column belong in the upright picture.
        string[] stored = ["abc", "def"];
        var upright = orientation switch
        {
            1 => "abc/def",
            2 => "cba/fed",
            3 => "fed/cba",
            4 => "def/abc",
            5 => "ad/be/cf",
            6 => "da/eb/fc",
            7 => "fc/eb/da",
            _ => "cf/be/ad",
        };
        var letters = stored.SelectMany(row => row).SelectMany(letter => new[] { (byte)letter, (byte)letter, (byte)letter }).ToArray();
        var turned = ExifOrientation.Apply(new PixelImage(3, 2, letters), orientation);
        var found = string.Join('/', turned.ToGray().Select(v => (char)v).Chunk(turned.Width).Select(row => new string(row)));
        Assert.Equal(upright, found);

        var jpeg = TestImages.Encode(TestImages.Scene(40, 24), ImageFormat.Jpeg, codec);
        var plain = codec.Decode(jpeg, "plain");
        var tagged = codec.Decode(WithOrientation(jpeg, orientation), "tagged");
        Assert.Equal(ExifOrientation.Apply(plain, orientation).Rgb, tagged.Rgb);
    }

    [Theory]
    [InlineData(ImageFormat.Png, 0.99)]
    [InlineData(ImageFormat.Png, 0.5)]
    [InlineData(ImageFormat.Jpeg, 0.9)]
    [InlineData(ImageFormat.Jpeg, 0.3)]
    [InlineData(ImageFormat.Jpeg, 0.01)]
    public void Truncated_picture_is_an_error_that_names_the_file(ImageFormat format, double keep)
    {
        var bytes = TestImages.Encode(TestImages.Noise(120, 90, 4), format, codec);
        var error = Assert.Throws<InvalidImageException>(() => codec.Decode(bytes.AsMemory(0, (int)(keep * bytes.Length)), "holiday.jpg"));
        Assert.Equal("holiday.jpg", error.ImageName);
        Assert.StartsWith("holiday.jpg: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("This is a letter, not a picture.")]
    public void Other_files_are_refused(string content)
    {
        var error = Assert.Throws<InvalidImageException>(() => codec.Decode(System.Text.Encoding.UTF8.GetBytes(content), "letter.txt"));
        Assert.StartsWith("letter.txt: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(1, 100_000_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Huge_claims_are_refused_before_memory_is_taken(int width, int height)
    {
        var bomb = PngWriter.Write(width, height, 8, 2, []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidImageException>(() => codec.Decode(bomb, "bomb.png"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    private static byte[] Samples(int bytesPerPixel)
    {
        var samples = new byte[Width * Height * bytesPerPixel];
        new Random(bytesPerPixel).NextBytes(samples);
        return samples;
    }

    /// <summary>Puts an EXIF segment with nothing but the orientation behind the JPEG's first marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] tiff = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        byte[] segment = [0xFF, 0xE1, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];
        return [.. jpeg.AsSpan(0, 2), .. segment, .. jpeg.AsSpan(2)];
    }
}

public class BuildsCodecTests() : ImageCodecTests(ImageFiles.Codec);

public class ImageSharpCodecTests() : ImageCodecTests(new ImageSharpCodec());
