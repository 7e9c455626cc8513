using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace BioLearn.Studio.Tests.Recollecting;

/// <summary>The page as somebody uses it.</summary>
[Collection(BrowserCollection.Name)]
public class RecollectPageTests(StudioBrowser studio, ITestOutputHelper output)
{
    [Theory]
    [InlineData(1400, false)]
    [InlineData(390, true)]
    public Task Page_draws_and_asks_where_the_picture_comes_from(int width, bool dark) => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("recollect", width, dark);
        await visit.Page.GetByText("Does the cue matter?").WaitForAsync();
        await Assertions.Expect(visit.Page.GetByText("Any cue draws this picture.")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByText("It comes from the switches.")).ToBeVisibleAsync();
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync($"recollect-{width}{(dark ? "-dark" : "-light")}");
        Assert.Empty(visit.Complaints);
    });

    [Fact]
    public Task Slider_redraws_while_it_moves() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("recollect");
        await visit.Page.GetByText("Does the cue matter?").WaitForAsync();
        double[] milliseconds = await visit.Page.EvaluateAsync<double[]>("""
            async () => {
                const slider = document.getElementById("first-level"), image = document.querySelector(".divider .under"), found = [];
                const move = level => new Promise((resolve, reject) => {
                    const begin = performance.now();
                    const gone = setTimeout(() => reject(new Error(`level ${level} was not drawn`)), 15000);
                    image.addEventListener("load", () => { clearTimeout(gone); requestAnimationFrame(() => resolve(performance.now() - begin)); }, { once: true });
                    slider.value = level;
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                });
                for (let round = 0; round < 3; round++)
                    for (const level of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
                        found.push(await move(level));
                return found;
            }
            """);
        double[] first = [.. milliseconds.Take(11).Order()], later = [.. milliseconds.Skip(11).Order()];
        output.WriteLine($"AlexNet, from a move of the slider to the picture on the screen: median {later[later.Length / 2]:0} ms, worst {later[^1]:0} ms of {later.Length} moves; where a level is seen for the first time median {first[first.Length / 2]:0} ms, worst {first[^1]:0} ms");
        Assert.Equal(33, milliseconds.Length);
        Assert.Empty(visit.Complaints);
    });

    [Fact]
    public Task Somebody_compares_a_class_with_a_unit_and_sends_the_link() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("recollect");
        var page = visit.Page;
        await page.GetByText("Does the cue matter?").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "coffee" }).ClickAsync();
        await page.GetByText("Recollection of coffee.png").Or(page.GetByAltText("Recollection of coffee.png", new() { Exact = false })).First.WaitForAsync();

        // Another class, by typing its name.
        await page.GetByLabel("What runs backwards (the cue)").SelectOptionAsync(new SelectOptionValue { Label = "another class, by name" });
        await page.GetByLabel("Class (type to search)").FillAsync("grand_piano");
        await page.GetByLabel("Class (type to search)").PressAsync("Tab");
        await page.GetByText("Drawn from the class grand_piano.").WaitForAsync();

        // A channel, then a place in its map.
        await page.GetByLabel("Where the way back begins").FillAsync("1");
        await page.GetByText("Drawn from all of S9.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Channel ", Exact = false }).First.ClickAsync();
        await page.GetByText("of S9 alone.").WaitForAsync();
        await page.GetByAltText("Map of channel", new() { Exact = false }).ClickAsync(new() { Position = new() { X = 100, Y = 60 } });
        await page.GetByText("row 7, column 12").First.WaitForAsync();

        // Beside it the whole channel.
        await page.GetByLabel("Two settings side by side").CheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Another way" }).GetByText("Did learning help?")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "One way" }).GetByText("Did learning help?")).ToBeVisibleAsync();
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync("recollect-compare-1400-light");

        // The link is the view, in somebody else's browser.
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the link to this view" }).ClickAsync();
        string link = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        await using var other = await studio.OpenAsync(new Uri(link).PathAndQuery.TrimStart('/'), 390, true);
        await other.Page.GetByText("Did learning help?").Nth(1).WaitForAsync();
        await Assertions.Expect(other.Page.GetByText("Drawn from one unit of S9 alone (channel")).ToBeVisibleAsync();
        await Assertions.Expect(other.Page.GetByText("Drawn from channel")).ToBeVisibleAsync();
        Assert.Equal(await page.Locator(".under").First.GetAttributeAsync("src"), await other.Page.Locator(".under").First.GetAttributeAsync("src"));
        await other.FitsAsync();
        await other.ShootAsync("recollect-compare-390-dark");
        Assert.Empty(visit.Complaints);
        Assert.Empty(other.Complaints);
    });

    [Fact]
    public Task Dropped_pictures_are_drawn_downloaded_and_found_again() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("recollect");
        var page = visit.Page;
        await page.GetByText("Does the cue matter?").WaitForAsync();
        byte[] cat = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "photos", "rocket.jpg"));
        await page.Locator("#picture").SetInputFilesAsync(new FilePayload { Name = "my <b>rocket.jpg", MimeType = "image/jpeg", Buffer = cat });
        await page.GetByAltText("Recollection of my <b>rocket.jpg", new() { Exact = false }).WaitForAsync();
        await page.GetByText("Take it with you").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download as PNG").ClickAsync());
        Assert.StartsWith("my--b-rocket-alexnet-class-minmax_local", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Equal(224, BioLearn.Onnx.Images.ImageFiles.Codec.Decode(await File.ReadAllBytesAsync(await download.PathAsync()), "download").Width);

        // What cannot be read is told beside the field, and what is shown stays.
        await page.Locator("#picture").SetInputFilesAsync(new FilePayload { Name = "broken.png", MimeType = "image/png", Buffer = cat[..2000] });
        await page.Locator("#picture-word").GetByText("broken.png").WaitForAsync();
        await page.Locator("#picture").SetInputFilesAsync(new FilePayload { Name = "huge.png", MimeType = "image/png", Buffer = HundredMegapixels() });
        await page.Locator("#picture-word").GetByText("huge.png").WaitForAsync();
        await Assertions.Expect(page.GetByAltText("Recollection of my <b>rocket.jpg", new() { Exact = false })).ToBeVisibleAsync();
        string address = page.Url;

        // The same link, while the server has the picture; and one whose picture nobody has.
        await page.ReloadAsync();
        await page.GetByAltText("Recollection of my <b>rocket.jpg", new() { Exact = false }).WaitForAsync();
        await page.GotoAsync(address.Replace("picture=", "picture=0", StringComparison.Ordinal));
        await page.GetByText("This view is of my <b>rocket.jpg, which is not at hand any more").WaitForAsync();
        await page.Locator("#picture").SetInputFilesAsync(new FilePayload { Name = "again.jpg", MimeType = "image/jpeg", Buffer = cat });
        await page.GetByAltText("Recollection of again.jpg", new() { Exact = false }).WaitForAsync();
        Assert.Empty(visit.Complaints);
    });

    // A whole PNG of one colour, as small as its compression makes it.
    private static byte[] HundredMegapixels()
    {
        const int side = 10_000;
        using MemoryStream file = new();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 0);
        Chunk("IHDR"u8, header);
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int row = 0; row < side; row++)
                zip.Write(new byte[side + 1]);
        }
        Chunk("IDAT"u8, packed.ToArray());
        Chunk("IEND"u8, []);
        return file.ToArray();

        void Chunk(ReadOnlySpan<byte> kind, byte[] content)
        {
            byte[] body = [.. kind, .. content], length = new byte[4], sum = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
            uint crc = uint.MaxValue;
            foreach (byte one in body)
            {
                crc ^= one;
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
            }
            BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
            file.Write([.. length, .. body, .. sum]);
        }
    }

    [Fact]
    public Task What_cannot_be_drawn_is_said_in_a_sentence() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("recollect?picture=camera.png&model=alexnet&cue=class:unicorn");
        await visit.Page.GetByText("the model has no class of this name").WaitForAsync();
        await visit.Page.GetByText("In the words of the tool").ClickAsync();
        await visit.Page.GetByLabel("Variant", new() { Exact = true }).FillAsync("nonsense");
        await visit.Page.GetByLabel("Variant", new() { Exact = true }).PressAsync("Tab");
        await visit.Page.GetByText("'nonsense' is not known").WaitForAsync();
        await using var unknown = await studio.OpenAsync("recollect?model=..%2fsecret&cue=S1");
        await unknown.Page.GetByText("There is no network \"../secret\" here").WaitForAsync();
        await using var noCue = await studio.OpenAsync("recollect?model=alexnet&cue=nonsense");
        await noCue.Page.GetByText("\"nonsense\" is no cue of this page").WaitForAsync();
        Assert.Empty(visit.Complaints);
    });
}
