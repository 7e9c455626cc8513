namespace BioLearn.Studio.Tests.Hosting;

[Collection(BrowserCollection.Name)]
public class FrontPageTests(StudioBrowser studio)
{
    [Theory]
    [InlineData(1400, false)]
    [InlineData(390, true)]
    public Task Front_page_leads_to_four_parts_and_breaks_no_rule_of_accessibility(int width, bool dark) => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("", width, dark);
        Assert.Equal(4, await visit.Page.Locator("ul.doors a").CountAsync());
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync($"front-{width}{(dark ? "-dark" : "")}");
        Assert.Empty(visit.Complaints);
    });

    [Fact]
    public Task Switch_of_the_theme_is_kept_for_the_next_visit() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("");
        string before = await Paper(visit);
        await visit.Page.ClickAsync("button[data-theme-switch]");
        string after = await Paper(visit);
        Assert.NotEqual(before, after);
        await visit.Page.ReloadAsync();
        Assert.Equal(after, await Paper(visit));

        static Task<string> Paper(Visit visit) => visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
    });

    [Fact]
    public Task Unknown_address_is_told_with_the_four_that_there_are() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("elsewhere");
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "There is no such page" }).WaitForAsync();
    });
}
