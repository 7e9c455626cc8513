using BioLearn.Studio.Gallery;
using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Recollecting;

/// <summary>Views of the page as files.</summary>
[Collection(BrowserCollection.Name)]
public sealed class GalleryTests(StudioBrowser studio) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gallery").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Exported_views_open_from_the_disk_and_their_sliders_move() => StudioBrowser.FlowAsync(async () =>
    {
        await using GalleryExport export = new();
        Assert.Equal(4, await export.WriteAsync(_folder,
        [
            "http://127.0.0.1:5080/recollect?picture=chelsea.png&model=alexnet&cue=class&model2=alexnet&cue2=class&variant2=random_switches",
            "recollect?picture=coffee.png&model=convpool&cue=S9",
            "name?teach=trouser-1~trouser&teach=bag-1~bag&ask=trouser-5",
            "remember?kind=hebb&patterns=3c7effffffff7e00-81c3663c3c66c381&ask=1&flip=10",
        ], (link, problem) => Assert.Null(problem)));
        foreach (var (width, dark) in ((int, bool)[])[(1400, false), (390, true)])
        {
            await using var visit = await studio.OpenFileAsync(Path.Combine(_folder, "index.html"), width, dark);
            var page = visit.Page;
            await Assertions.Expect(page.GetByText("Any cue draws this picture.").First).ToBeVisibleAsync();
            await visit.FitsAsync();
            await visit.ShootAsync($"gallery-{width}{(dark ? "-dark" : "-light")}");

            // The level slider, and the divider, which stays where it was.
            var views = page.Locator("#view-2");
            await Assertions.Expect(views.GetByText("Drawn from all of S9.")).ToBeVisibleAsync();
            await views.Locator("[data-level]:not([hidden])").GetByLabel("Draw the original across").FillAsync("80");
            await views.GetByLabel("Where the way back begins").FillAsync("0");
            var first = views.Locator("[data-level='0']");
            await Assertions.Expect(first).ToBeVisibleAsync();
            await Assertions.Expect(views.GetByText("Drawn from all of S9.")).ToBeHiddenAsync();
            Assert.Equal("80", await first.GetByLabel("Draw the original across").InputValueAsync());
            Assert.True(await first.Locator(".under").EvaluateAsync<bool>("image => image.naturalWidth === 224"));
            await Assertions.Expect(page.Locator("#view-3").GetByText("The cells say: trouser")).ToBeVisibleAsync();
            var memory = page.Locator("#view-4").GetByLabel("Step of the recollection");
            await memory.FillAsync(await memory.GetAttributeAsync("max") ?? "");
            await Assertions.Expect(page.Locator("#view-4 output")).ToContainTextAsync("It came back whole");
            Assert.Empty(visit.Complaints);
            await visit.IsAccessibleAsync(); // which reads the style sheet as a server's, so that the browser complains
        }
    });

    [Fact]
    public Task View_that_cannot_be_made_is_left_out_and_an_older_gallery_gives_way() => StudioBrowser.FlowAsync(async () =>
    {
        await using GalleryExport export = new();
        Directory.CreateDirectory(Path.Combine(_folder, "pictures"));
        string old = Path.Combine(_folder, "pictures", "0123456789abcdef.png"), own = Path.Combine(_folder, "pictures", "mine.png");
        await File.WriteAllTextAsync(old, "old");
        await File.WriteAllTextAsync(own, "own");
        Dictionary<string, string?> said = [];
        string[] links =
        [
            "recollect?picture=camera.png&model=alexnet&cue=class:unicorn", "recollect?picture=nobody.png&model=alexnet&cue=class", "recollect?picture=camera.png&model=nothing",
            "recollect?cue=x", "somewhere?else", "name?ask=bag-1", "remember?kind=slate", "recollect?picture=camera.png&model=alexnet&cue=S9:3",
        ];
        Assert.Equal(1, await export.WriteAsync(_folder, links, (link, problem) => said[link] = problem));
        Assert.Null(said[links[^1]]);
        Assert.All(((string, string)[])[(links[0], "unicorn"), (links[1], "nobody.png"), (links[2], "nothing"), (links[3], "link"), (links[4], "recollect?"), (links[5], "teach="), (links[6], "hebb")], one => Assert.Contains(one.Item2, said[one.Item1], StringComparison.Ordinal));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(own));
        string page = await File.ReadAllTextAsync(Path.Combine(_folder, "index.html"));
        Assert.Contains("channel 3 of S9 alone", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Equal(0, await export.WriteAsync(_folder, ["somewhere"]));
        Assert.Equal(page, await File.ReadAllTextAsync(Path.Combine(_folder, "index.html")));
    });

    [Fact]
    public Task Story_is_of_views_that_the_page_has() => StudioBrowser.FlowAsync(async () =>
    {
        await using GalleryExport export = new();
        Assert.Contains(export.Story(), link => link.Contains("random_switches", StringComparison.Ordinal));
        Assert.Contains(export.Story(), link => link.Contains("guided", StringComparison.Ordinal));
        Assert.All(export.Story(), link => Assert.NotEmpty(link));
    });

    [Fact]
    public void Tool_writes_a_gallery_and_says_what_is_left_out()
    {
        string said = KeptProgram.Shell(
            "biolearn studio export kept --view 'recollect?picture=camera.png&model=alexnet&cue=source10_top1' --view 'recollect?picture=camera.png&model=alexnet&cue=S99:7' && exit 1 || [ $? = 3 ]", _folder);
        Assert.Contains("left out", said, StringComparison.Ordinal);
        Assert.Contains("cue=S99:7", said, StringComparison.Ordinal);
        Assert.Contains("1 view", said, StringComparison.Ordinal);
        Assert.Equal(["gallery.css", "gallery.js", "index.html"], Directory.GetFiles(Path.Combine(_folder, "kept")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }
}
