using System.Text.Json;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

/// <summary>Pictures of every kind that Pillow and netpbm wrote, with the pixels that Pillow reads from them.</summary>
public class PillowFilesTests
{
    public static TheoryData<string, int> Files() => FixtureFiles.Cases("pictures", "*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Pixels_equal_those_of_Pillow(string file, int index) => Compare(ImageFiles.Codec, file, index);

    [Theory]
    [MemberData(nameof(Files))]
    public void Pixels_of_ImageSharp_equal_those_of_Pillow(string file, int index) => Compare(new ImageSharpCodec(), file, index);

    [Fact]
    public void Kinds_of_TIFF_that_are_not_read_are_refused_by_name()
    {
        foreach (JsonElement picture in FixtureFiles.Read(FixtureFiles.OwnFile("pictures", "pillow_files.json")).GetProperty("refused").EnumerateArray())
        {
            var error = Assert.Throws<InvalidImageException>(() => ImageFiles.Codec.Decode(picture.GetProperty("file").GetBytesFromBase64(), "page"));
            Assert.Contains("black and white", error.Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Part_of_a_file_ends_in_the_documented_error_or_a_picture(string file, int index)
    {
        JsonElement picture = FixtureFiles.Case("pictures", file, index);
        byte[] whole = picture.GetProperty("file").GetBytesFromBase64();
        for (int length = 0; length < whole.Length; length += 1 + whole.Length / 40)
        {
            try
            {
                PixelImage image = ImageFiles.Codec.Decode(whole.AsMemory(0, length), "cut");
                Assert.True(image.Width > 0 && image.Height > 0);
            }
            catch (InvalidImageException error)
            {
                Assert.StartsWith("cut: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    private static void Compare(IImageCodec codec, string file, int index)
    {
        JsonElement picture = FixtureFiles.Case("pictures", file, index);
        string name = picture.GetProperty("name").GetString()!;
        PixelImage image = codec.Decode(picture.GetProperty("file").GetBytesFromBase64(), name);
        Assert.Equal((picture.GetProperty("width").GetInt32(), picture.GetProperty("height").GetInt32()), (image.Width, image.Height));
        Assert.True(image.Rgb.AsSpan().SequenceEqual(picture.GetProperty("rgb").GetBytesFromBase64()), name);
    }
}
