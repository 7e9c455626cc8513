using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Terminal;

public class InputFilesTests
{
    [Fact]
    public void Files_folders_and_patterns_are_expanded_in_order_and_once()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["b.png", "a.JPG", "notes.txt", "deep/er/c.webp", "deep/d.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], "");
        }
        Assert.Equal([folder["a.JPG"], folder["b.png"]], InputFiles.FindPictures([folder.Path]));
        Assert.Equal([folder["deep/d.png"], folder["b.png"], folder["a.JPG"]], InputFiles.FindPictures([folder["deep/d.png"], folder["b.png"], folder.Path]));
        Assert.Equal([folder["b.png"], folder["deep/d.png"]], InputFiles.FindPictures([folder["**/*.png"]]));
        Assert.Equal([folder["deep/er/c.webp"]], InputFiles.FindPictures([folder["deep/*/c.*"]]));
        Assert.Equal([folder["notes.txt"]], InputFiles.FindPictures([folder["notes.txt"]]));
        Assert.Throws<UsageException>(() => InputFiles.FindPictures([folder["absent"]]));
        Directory.CreateDirectory(folder["empty"]);
        Assert.Throws<UsageException>(() => InputFiles.FindPictures([folder["empty"]]));
    }

    [Fact]
    public async Task Pipeline_ends_at_the_first_error_and_tells_that_one()
    {
        using var pipeline = new Pipeline(CancellationToken.None);
        var completed = false;
        pipeline.Stage(2, () => Task.Delay(Timeout.Infinite, pipeline.Token), () => completed = true);
        pipeline.Stage(1, () => throw new IOException("disk full"));
        var error = await Assert.ThrowsAsync<IOException>(pipeline.WhenDone);
        Assert.Equal("disk full", error.Message);
        Assert.True(completed);
    }
}
