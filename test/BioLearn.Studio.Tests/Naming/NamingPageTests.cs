using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Naming;

[Collection(BrowserCollection.Name)]
public class NamingPageTests(StudioBrowser studio)
{
    private static readonly (string Picture, string Name)[] Things = [("bag 1", "handbag"), ("ankle boot 1", "boot"), ("trouser 1", "jeans")];

    [Fact]
    public Task Three_names_from_three_pictures_name_a_fourth_and_a_further_name_touches_none_of_them() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("name");
        var page = visit.Page;
        await Status(page, "Step 1 of 4: choose a picture of the first thing.");
        await visit.ShootAsync("name-1400-empty");
        await page.GetByRole(AriaRole.Button, new() { Name = "bag 1", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Teach this name" }).ClickAsync();
        await page.GetByText("Type the thing's name first.").WaitForAsync();
        foreach (var (picture, name) in Things)
            await TeachAsync(page, picture, name);
        await visit.ShootAsync("name-1400-taught");
        await Status(page, "The question: choose a picture that it has not seen.");

        await Choose(page, "trouser 2");
        await page.Locator(".said", new() { HasText = "jeans" }).WaitForAsync();
        Assert.Equal(3, await page.Locator(".potentials li").CountAsync());
        await page.GetByText("The support vector machine says").WaitForAsync();
        await page.Locator(".truth").GetByRole(AriaRole.Button, new() { Name = "jeans" }).ClickAsync();
        await page.GetByText("Of 1 that you told the truth about, the cells are right in 1").WaitForAsync();
        await visit.ShootAsync("name-1400-answer");

        await page.GetByLabel("A cell fires from").FillAsync("100");
        await page.Locator(".said", new() { HasText = "no name" }).WaitForAsync();
        await page.GetByText("the cells are right in 0").WaitForAsync();
        await page.GetByLabel("A cell fires from").FillAsync("20");

        await Choose(page, "sneaker 1");
        await page.GetByLabel("This is a").FillAsync("running shoe");
        await page.GetByRole(AriaRole.Button, new() { Name = "Teach this name" }).ClickAsync();
        await page.GetByText("connections of the other 3 cells were compared, and are the same to the last bit").WaitForAsync();
        await page.Locator(".said", new() { HasText = "running shoe" }).WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "What does it recall?" }).First.ClickAsync();
        await page.GetByAltText("What the cell of handbag recalls, from the name alone").WaitForAsync();
        await visit.ShootAsync("name-1400-recall");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.ShootAsync("name-1400-dark");

        await page.GetByLabel("Cell 2 is called").FillAsync("jeans");
        await page.GetByLabel("Cell 2 is called").BlurAsync();
        await page.GetByText("Another cell is called “jeans” already.").WaitForAsync();
        await page.GetByLabel("Cell 2 is called").FillAsync("<b>shoe</b>");
        await page.GetByLabel("Cell 2 is called").BlurAsync();
        await page.GetByText("A name begins with a letter or a digit.").WaitForAsync();
        await page.GetByLabel("Cell 2 is called").FillAsync("a <b>boot</b>");
        await page.GetByLabel("Cell 2 is called").BlurAsync();
        await page.Locator(".potentials").GetByText("a <b>boot</b>").WaitForAsync();
        await visit.IsAccessibleAsync();

        string link = page.Url;
        await page.GetByText("Keep this lesson").ClickAsync();
        Assert.Contains("biolearn naming teach handbag pictures/01-handbag.png --model lesson --network network.blsn", await page.Locator("#lesson-lines").TextContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pack pictures" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "lesson.zip" }).ClickAsync());
        Assert.Equal("lesson.zip", download.SuggestedFilename);
        await visit.FitsAsync();

        await page.GotoAsync(link);
        await page.Locator(".said", new() { HasText = "running shoe" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take sneaker 1 out of running shoe" }).ClickAsync();
        await Assertions.Expect(page.Locator(".taught")).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin anew" }).ClickAsync();
        await Status(page, "Step 1 of 4");
        Assert.Empty(visit.Complaints);
    });

    [Fact]
    public Task Drawings_are_named_on_a_telephone_and_what_cannot_be_read_is_told() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("name", 390, dark: true);
        var page = visit.Page;
        foreach (var (name, strokes) in (IEnumerable<(string, (int, int)[][])>)[("cross", Cross(40, 180)), ("corner", Corner(40, 180))])
        {
            await DrawAsync(page, strokes);
            await page.GetByLabel("What is it called?").FillAsync(name);
            await page.GetByRole(AriaRole.Button, new() { Name = "Teach this name" }).ClickAsync();
            await page.GetByLabel(new System.Text.RegularExpressions.Regex("Cell \\d is called")).Last.WaitForAsync();
            await Assertions.Expect(page.Locator(".taught input").Last).ToHaveValueAsync(name);
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Two are enough, ask now" }).ClickAsync();
        await DrawAsync(page, Cross(110, 200)); // smaller, and elsewhere
        await page.Locator(".said", new() { HasText = "cross" }).WaitForAsync();
        await page.Locator("#thing").SetInputFilesAsync(new FilePayload { Name = "broken.png", MimeType = "image/png", Buffer = [1, 2, 3] });
        await page.GetByText("broken.png").WaitForAsync();
        await page.Locator("#thing").SetInputFilesAsync(new FilePayload { Name = "nothing.png", MimeType = "image/png", Buffer = [] });
        await page.GetByText("nothing.png: the file is empty").WaitForAsync();
        await page.Locator(".said", new() { HasText = "cross" }).WaitForAsync(); // and nothing was lost
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync("name-390-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await visit.ShootAsync("name-390-light");
        Assert.Empty(visit.Complaints);
    });

    private static async Task TeachAsync(IPage page, string picture, string name)
    {
        await Choose(page, picture);
        await page.GetByLabel("What is it called?").FillAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".taught input").Last).ToHaveValueAsync(name);
    }

    private static Task Choose(IPage page, string picture) => page.Locator(".choice").GetByRole(AriaRole.Button, new() { Name = picture, Exact = true }).ClickAsync();

    private static Task Status(IPage page, string text) => page.Locator(".step", new() { HasText = text }).WaitForAsync();

    private static (int X, int Y)[][] Cross(int from, int to) => [[(from, from), (to, to)], [(to, from), (from, to)]];

    private static (int X, int Y)[][] Corner(int from, int to) => [[(from, from), (from, to), (to, to)]];

    private static async Task DrawAsync(IPage page, (int X, int Y)[][] strokes)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Wipe" }).ClickAsync();
        await page.Locator("#sheet").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator("#sheet").BoundingBoxAsync())!;
        foreach (var stroke in strokes)
        {
            await page.Mouse.MoveAsync(box.X + stroke[0].X, box.Y + stroke[0].Y);
            await page.Mouse.DownAsync();
            foreach (var (x, y) in stroke[1..])
                await page.Mouse.MoveAsync(box.X + x, box.Y + y, new() { Steps = 8 });
            await page.Mouse.UpAsync();
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Use this drawing" }).ClickAsync();
    }
}
