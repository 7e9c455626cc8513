using BioLearn.Studio.Tests.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Hosting;

[Collection(BrowserCollection.Name)]
public class ConnectionTests(StudioBrowser studio)
{
    [Fact]
    public Task Lost_connection_comes_back_to_what_was_there() => StudioBrowser.FlowAsync(async () =>
    {
        await using TcpRelay relay = new(studio.Server.Address);
        await using var visit = await studio.OpenAsync("learn?data=clouds&width=16", address: relay.Address);
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        await LearnTests.StepsAsync(page, 20);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByText("paused").WaitForAsync();
        int steps = await LearnTests.StepsAsync(page, 20);
        relay.Cut();
        await page.GetByText("The connection is gone").WaitForAsync();
        await visit.ShootAsync("connection-lost");
        relay.Mend();
        await page.GetByText("The connection is gone").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
        Assert.Equal(steps + 1, await LearnTests.StepsAsync(page, steps + 1));
    });

    [Fact]
    public Task Work_of_a_tab_ends_with_it() => StudioBrowser.FlowAsync(async () =>
    {
        var limit = studio.Server.Services.GetRequiredService<WorkLimit>();
        await using (var visit = await studio.OpenAsync("learn?data=clouds&width=16"))
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
            await LearnTests.StepsAsync(visit.Page, 50);
            await visit.Page.GotoAsync("about:blank");
        }
        await IdleAsync(limit);
    });

    [Fact]
    public Task Work_of_a_lost_tab_waits_for_it() => StudioBrowser.FlowAsync(async () =>
    {
        var limit = studio.Server.Services.GetRequiredService<WorkLimit>();
        await using TcpRelay relay = new(studio.Server.Address);
        await using var visit = await studio.OpenAsync("learn?data=clouds&width=16", address: relay.Address);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
        int steps = await LearnTests.StepsAsync(visit.Page, 20);
        relay.Cut();
        await IdleAsync(limit);
        relay.Mend();
        await LearnTests.StepsAsync(visit.Page, steps + 50);
    });

    [Fact]
    public Task Two_visitors_have_states_of_their_own() => StudioBrowser.FlowAsync(async () =>
    {
        await using var one = await studio.OpenAsync("learn?data=clouds&width=16");
        await using var other = await studio.OpenAsync("learn?data=rings&width=8");
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "One step" }).ClickAsync();
        Assert.Equal(1, await LearnTests.StepsAsync(one.Page, 1));
        await other.Page.GetByText("at the start").WaitForAsync();
        Assert.Equal("rings", await other.Page.GetByLabel("Data", new() { Exact = true }).InputValueAsync());
    });

    /// <summary>Waits until nothing was begun for half a second.</summary>
    private static async Task IdleAsync(WorkLimit limit)
    {
        for (int tries = 0; ; tries++)
        {
            long begun = limit.Begun;
            await Task.Delay(500);
            if (limit.Begun == begun)
                return;
            Assert.True(tries < 40, "what nobody looks at still works");
        }
    }
}
