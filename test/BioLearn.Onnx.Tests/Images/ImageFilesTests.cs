using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Tests.Images;

public class ImageFilesTests
{
    [Fact]
    public void Saved_file_appears_whole_or_not_at_all()
    {
        var folder = TestImages.TemporaryFolder();
        var image = TestImages.Scene(30, 20);
        var path = Path.Combine(folder, "a.png");
        ImageFiles.Save(image, path);
        Assert.Equal(image.Rgb, ImageFiles.Load(path).Rgb);
        using (var stream = File.OpenRead(path))
            Assert.Equal(image.Rgb, ImageFiles.Load(stream, "stream").Rgb);
        Assert.Throws<ArgumentException>(() => ImageFiles.Save(image, Path.Combine(folder, "a.tiff")));
        Assert.Throws<DirectoryNotFoundException>(() => ImageFiles.Save(image, Path.Combine(folder, "no", "a.png")));
        Assert.ThrowsAny<IOException>(() => ImageFiles.Load(Path.Combine(folder, "absent.png")));
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }
}
