using System.Globalization;
using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Learning;

[Collection(BrowserCollection.Name)]
public class LearnTests(StudioBrowser studio)
{
    [Fact]
    public Task Two_rules_learn_side_by_side_are_paused_stepped_and_swapped() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("learn?data=fashion-mnist&depth=2&width=32");
        var page = visit.Page;
        await page.GetByText("at the start").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        await StepsAsync(page, 100);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByText("paused").WaitForAsync();
        int before = await StepsAsync(page, 100);
        await page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
        Assert.Equal(before + 1, await StepsAsync(page, before + 1));

        await page.GetByLabel("Learning rate").Last.FillAsync("-1");
        await page.GetByText("0.1 times the usual").WaitForAsync();
        await page.GetByLabel("Right rule").SelectOptionAsync("sign-symmetry");
        await page.GetByRole(AriaRole.Region, new() { Name = "sign symmetry" }).WaitForAsync();
        Assert.Contains("right=sign-symmetry", page.Url, StringComparison.Ordinal);
        Assert.Equal(before + 1, await StepsAsync(page, before + 1));
        Assert.Equal(2, await page.Locator("img.weights").CountAsync());
        await visit.ShootAsync("learn-1400");
        await visit.IsAccessibleAsync();
        Assert.Empty(visit.Complaints);
    });

    [Theory]
    [InlineData(1400, true)]
    [InlineData(390, false)]
    public Task Spirals_are_drawn_as_maps(int width, bool dark) => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("learn?data=spirals&depth=2&width=64&right=predictive-coding", width, dark);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        await StepsAsync(visit.Page, 200);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        Assert.Equal(2, await visit.Page.Locator("img.plane").CountAsync());
        await visit.ShootAsync($"learn-spirals-{width}{(dark ? "-dark" : "")}");
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        Assert.Empty(visit.Complaints);
    });

    [Theory]
    [InlineData(1400, false)]
    [InlineData(390, true)]
    public Task Question_opens_units_and_the_other_question_others(int width, bool dark) => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("learn/instructed", width, dark);
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        await StepsAsync(page, 150);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "What is on the left?" }).ClickAsync();
        await page.Locator("button[aria-pressed=true]", new() { HasText = "left" }).WaitForAsync();
        string left = await Gates();
        await page.GetByRole(AriaRole.Button, new() { Name = "What is on the right?" }).ClickAsync();
        await page.Locator("button[aria-pressed=true]", new() { HasText = "right" }).WaitForAsync();
        Assert.Contains("open", left, StringComparison.Ordinal);
        Assert.NotEqual(left, await Gates());
        await visit.ShootAsync($"learn-instructed-{width}{(dark ? "-dark" : "")}");
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        Assert.Empty(visit.Complaints);

        Task<string> Gates() => page.EvaluateAsync<string>("[...document.querySelectorAll('.gates i')].map(gate => gate.className || '.').join(' ')");
    });

    [Fact]
    public Task Dropped_table_is_learned_and_a_broken_one_is_told_beside_its_field() => StudioBrowser.FlowAsync(async () =>
    {
        await using var visit = await studio.OpenAsync("learn?width=16&depth=1");
        var page = visit.Page;
        await page.GetByText("at the start").WaitForAsync();
        await page.Locator("#table").SetInputFilesAsync(new FilePayload { Name = "broken<b>.csv", MimeType = "text/csv", Buffer = "a,b,label\n1,2,x\n3,y\n"u8.ToArray() });
        string problem = (await page.GetByRole(AriaRole.Alert).First.TextContentAsync())!;
        Assert.Contains("broken<b>.csv", problem, StringComparison.Ordinal);
        Assert.Contains("line 3", problem, StringComparison.Ordinal);
        string rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 2},{(i % 2 == 0 ? "red" : "blue")},{i % 7},{(i % 2 == 0 ? "even" : "odd")}\n"));
        await page.Locator("#table").SetInputFilesAsync(new FilePayload { Name = "parity.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes($"a,colour,b,label\n{rows}") });
        await page.WaitForFunctionAsync("() => document.getElementById('data').value === 'table'");
        await page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        await page.GetByText("backpropagation 100").WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Alert).CountAsync());
        Assert.Empty(visit.Complaints);
    });

    internal static async Task<int> StepsAsync(IPage page, int atLeast)
    {
        await page.WaitForFunctionAsync("least => parseInt(document.querySelector('[role=status]').textContent) >= least", atLeast);
        return int.Parse((await page.GetByRole(AriaRole.Status).First.TextContentAsync())!.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
