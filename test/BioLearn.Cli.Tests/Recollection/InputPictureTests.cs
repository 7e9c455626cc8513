using BioLearn.Cli.Recollection;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Recollection;

public class InputPictureTests
{
    [Fact]
    public void Pictures_with_equal_names_keep_apart_whatever_the_order()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["a/cat.png", "b/cat.jpg", "b/dog.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], "");
        }
        string[] paths = [folder["a/cat.png"], folder["b/cat.jpg"], folder["b/dog.png"]];
        var ids = InputPicture.Name(paths).ToDictionary(picture => picture.Path, picture => picture.Id);
        Assert.Equal(3, ids.Values.Distinct().Count());
        Assert.Equal("dog", ids[paths[2]]);
        Assert.All(InputPicture.Name([.. paths.Reverse()]), picture => Assert.Equal(ids[picture.Path], picture.Id));
    }

    [Theory]
    [InlineData('\u5B57', 79)]
    [InlineData('x', 250)]
    public void Id_of_a_long_name_leaves_room_for_a_column_in_a_files_name(char letter, int count)
    {
        using var folder = new TemporaryFolder();
        string[] paths = [folder[new string(letter, count) + ".png"], folder[new string(letter, count) + ".jpg"]];
        var column = new string('c', RecollectionColumn.MostLetters);
        foreach (var picture in InputPicture.Name(paths))
            File.WriteAllText(folder[$"{picture.Id}_{column}.png.{Guid.NewGuid():N}.tmp"], "");
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Contact_sheet_has_as_many_columns_as_a_program_opens()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.Save(new PixelImage(8, 8), folder["a.png"]);
        string[] ids = [.. Enumerable.Range(0, 1200).Select(i => $"c{i}")];
        var header = new ManifestHeader
        {
            Model = "m",
            ModelSha256 = "",
            Preprocessing = "",
            Seed = 0,
            Controls = false,
            Columns = [.. ids.Select(id => new ManifestColumn(id, id, "class", "v", "", UsesSwitches: false))],
        };
        var picture = new ManifestPicture
        {
            Id = "a",
            Source = "a.png",
            Bytes = 1,
            Modified = DateTime.UnixEpoch,
            Original = "a.png",
            Recollections = [.. ids.Select(id => new ManifestRecollection { Column = id, File = "a.png", EdgeCorrelation = 0, Pearson = 0, Ssim = 0 })],
        };
        SheetPicture.Write(folder.Path, header, [.. Enumerable.Repeat(picture, 20)]);
        Assert.InRange(ImageFiles.Load(folder[SheetPicture.FileName]).Width, 5_000, 10_000);
    }
}
