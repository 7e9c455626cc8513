using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Remembering;

[Collection(BrowserCollection.Name)]
public class RememberPageTests(StudioBrowser studio)
{
    [Fact]
    public Task Drawn_pattern_is_stored_damaged_comes_back_step_by_step_and_the_link_opens_it_again() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("remember");
        var page = visit.Page;
        await page.GetByText("Step 0 of").WaitForAsync();
        await visit.ShootAsync("remember-1400-first");
        await page.GetByRole(AriaRole.Button, new() { Name = "Store this pattern" }).ClickAsync();
        await page.GetByText("The sheet is empty; fill some squares first.").WaitForAsync();

        // A bar by dragging, a square by the keyboard.
        var sheet = page.GetByRole(AriaRole.Group, new() { Name = "Sheet to draw on" });
        var from = await Middle(sheet.GetByLabel("row 2, column 1", new() { Exact = true }));
        var to = await Middle(sheet.GetByLabel("row 2, column 8", new() { Exact = true }));
        await page.Mouse.MoveAsync(from.X, from.Y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X, to.Y, new() { Steps = 30 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(sheet.Locator("[aria-pressed=true]")).ToHaveCountAsync(8);
        await sheet.GetByLabel("row 2, column 8", new() { Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(sheet.GetByLabel("row 4, column 8", new() { Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Store this pattern" }).ClickAsync();
        await page.GetByText("4 stored.").WaitForAsync();

        await page.GetByLabel("Kind of memory").SelectOptionAsync("pseudo-inverse");
        await page.GetByLabel("Damage:").FillAsync("30");
        await page.GetByText("19 of 64 squares damaged").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
        await page.GetByText("Step 1 of").WaitForAsync();
        await visit.ShootAsync("remember-1400-step");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play" }).ClickAsync();
        await page.GetByText("It came back whole.").WaitForAsync();
        await page.GetByLabel("row 1, column 1: ").ClickAsync();
        await page.GetByText("Step 0 of").WaitForAsync();
        string damaged = (await page.Locator("figcaption", new() { HasText = "squares damaged" }).TextContentAsync())!;
        string link = page.Url;

        await page.GetByRole(AriaRole.Button, new() { Name = "Add patterns until it fails" }).ClickAsync();
        await page.Locator(".capacity-plot polyline").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add patterns until it fails" }).WaitForAsync(); // it has ended by itself
        await page.GetByLabel("Kind of memory").SelectOptionAsync("hebb");
        await page.GetByLabel("Units of the memory").SelectOptionAsync("400");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add patterns until it fails" }).ClickAsync();
        // By the page's own hand: a quick machine has added all before a person's.
        await page.EvaluateAsync("() => new Promise(done => { const look = () => { const stop = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === 'Stop'); if (stop) { stop.click(); done(); } else requestAnimationFrame(look); }; look(); })");
        await page.GetByText("Stopped.").WaitForAsync();
        await visit.IsAccessibleAsync();
        await visit.FitsAsync();
        await visit.ShootAsync("remember-1400-capacity");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.ShootAsync("remember-1400-dark");

        await page.GotoAsync(link);
        await page.GetByText("4 stored.").WaitForAsync();
        Assert.Equal("pseudo-inverse", await page.GetByLabel("Kind of memory").InputValueAsync());
        Assert.Equal(damaged, await page.Locator("figcaption", new() { HasText = "squares damaged" }).TextContentAsync());
        Assert.Empty(visit.Complaints);
    });

    [Fact]
    public Task Plastic_network_on_a_telephone_fills_in_what_is_hidden() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("remember?kind=plastic&hide=50", 390, dark: true);
        var page = visit.Page;
        await page.GetByText("Step 0 of 6").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "To the end" }).ClickAsync();
        await page.GetByText("It came back whole.").WaitForAsync();
        await page.GetByLabel("flipped").CheckAsync();
        await page.GetByText("This kind believes what it is shown").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget heart" }).ClickAsync();
        await page.GetByText("2 stored.").WaitForAsync();
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync("remember-390-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await visit.ShootAsync("remember-390-light");
        await page.GetByRole(AriaRole.Button, new() { Name = "Empty it" }).ClickAsync();
        await page.GetByText("The memory is empty.").WaitForAsync();
        Assert.Empty(visit.Complaints);
    });

    private static async Task<(float X, float Y)> Middle(ILocator square)
    {
        await square.ScrollIntoViewIfNeededAsync();
        var box = (await square.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
