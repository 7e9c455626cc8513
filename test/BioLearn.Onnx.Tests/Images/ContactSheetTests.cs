using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

public class ContactSheetTests
{
    [Fact]
    public void Pictures_stand_in_their_cells_and_labels_leave_ink()
    {
        var sheet = new ContactSheet(["original", "recollection"], cellSize: 64);
        var picture = new PixelImage(64, 64);
        Array.Fill(picture.Rgb, (byte)77);
        sheet.AddRow([(picture, "left"), (null, "")]);
        sheet.AddRow([(TestImages.Scene(640, 320), "a caption that is far too long for its cell"), (picture, "E 0.55")]);
        var drawn = sheet.Draw();

        Assert.Equal((12 + 2 * 76, 12 + 18 + 2 * 94 + 6), (drawn.Width, drawn.Height));
        Assert.Equal(picture.Rgb, drawn.Crop(12, 30, 64, 64).Rgb);
        Assert.Equal(picture.Rgb, drawn.Crop(88, 124, 64, 64).Rgb);
        Assert.All(drawn.Crop(88, 30, 64, 64).Rgb, value => Assert.Equal(255, value));
        Assert.Contains(drawn.Crop(12, 6, 64, 16).Rgb, value => value < 100);

        // The wide picture keeps its shape: 64 x 32 in the middle of the cell, white above and below.
        Assert.All(drawn.Crop(12, 124, 64, 16).Rgb, value => Assert.Equal(255, value));
        Assert.DoesNotContain(drawn.Crop(12, 141, 64, 30).Rgb, value => value == 255);
    }

    [Fact]
    public void Wrong_number_of_cells_is_an_error()
    {
        var sheet = new ContactSheet(["a", "b"]);
        Assert.Throws<ArgumentException>("cells", () => sheet.AddRow([(null, "")]));
        Assert.Throws<ArgumentException>("headings", () => new ContactSheet([]));
    }
}
