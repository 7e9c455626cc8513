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
    public void Pattern_enters_no_folder_twice_by_links_but_follows_one_that_is_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["deep/er"]);
        foreach (var name in (string[])["deep/a.png", "deep/er/what?.png"])
            File.WriteAllText(folder[name], "");
        Directory.CreateSymbolicLink(folder["deep/a"], ".");
        Directory.CreateSymbolicLink(folder["deep/b"], ".");
        Directory.CreateSymbolicLink(folder["link"], folder["deep"]);
        Assert.Equal([folder["deep/a.png"], folder["deep/er/what?.png"]], InputFiles.FindPictures([folder["deep/**/*.png"]]));
        Assert.Equal([folder["link/a.png"]], InputFiles.FindPictures([folder["link/*.png"]]));
        Assert.Equal([folder["deep/er/what?.png"]], InputFiles.FindPictures([folder["deep/*/wh*t?.png"]]));
        Directory.Delete(folder["deep/a"]);
        Directory.Delete(folder["deep/b"]);
        Directory.Delete(folder["link"]);
    }

    [Theory]
    [InlineData("plain [name].png", "plain [[name]].png")]
    [InlineData("a\u001B]0;title\u0007.png", @"a\x1B]]0;title\x07.png")]
    [InlineData("two\nlines\u009B31m", @"two\x0Alines\x9B31m")]
    [InlineData("exe\u202Egnp", @"exe\u202Egnp")]
    public void Text_from_outside_is_shown_and_not_obeyed(string text, string expected) => Assert.Equal(expected, Printable.Escape(text));

    [Fact]
    public async Task Stop_ends_a_command_that_does_not_listen()
    {
        using var console = new Spectre.Console.Testing.TestConsole();
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        var running = Interruption.RunAsync(() => never.Task, console, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Contains("stopped", console.Output, StringComparison.Ordinal);
        Assert.Equal(7, await Interruption.RunAsync(() => Task.FromResult(7), console, CancellationToken.None));
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
