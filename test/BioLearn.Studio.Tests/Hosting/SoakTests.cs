using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using Microsoft.Playwright;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace BioLearn.Studio.Tests.Hosting;

/// <summary>Twenty visitors for some minutes: does the page still answer, and does the server's memory come back? Minutes are for a lead's desk, so it runs where they are given.</summary>
[Collection(BrowserCollection.Name)]
public class SoakTests(StudioBrowser studio, ITestOutputHelper output)
{
    private const string Minutes = "BIOLEARN_SOAK_MINUTES";
    private const int Visitors = 20;

    private static readonly string[] Pages = ["recollect", "name", "learn?data=spirals&width=32", "remember", "learn/instructed"];

    [Fact]
    public async Task Twenty_visitors_are_served_and_leave_no_memory_behind()
    {
        if (!double.TryParse(Environment.GetEnvironmentVariable(Minutes), NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes))
            throw SkipException.ForSkip($"{Minutes} says for how many minutes");
        await using var server = await StudioServer.StartAsync(new() { ReadTable = TableData.Source });
        // What is kept for all visitors is loaded once, and is no leak.
        await VisitAsync(server, Pages.Length, TimeSpan.FromSeconds(20), []);
        long before = Memory();
        List<double> answers = [];
        await VisitAsync(server, Visitors, TimeSpan.FromMinutes(minutes), answers);
        await Task.Delay(TimeSpan.FromSeconds(5));
        long after = Memory();
        answers.Sort();
        string said = string.Create(CultureInfo.InvariantCulture,
            $"{Visitors} visitors, {minutes} min: managed memory {before / 1e6:0} MB before, {after / 1e6:0} MB after; {answers.Count} clicks of one more visitor answered in {answers[answers.Count / 2]:0} ms (median), {answers[^1]:0} ms (worst)");
        output.WriteLine(said);
        Console.WriteLine(said);
        Assert.True(after < before + 50_000_000, said);
    }

    private async Task VisitAsync(StudioServer server, int visitors, TimeSpan time, List<double> answers)
    {
        List<Visit> visits = [];
        try
        {
            for (int i = 0; i < visitors; i++)
            {
                var visit = await studio.OpenAsync(Pages[i % Pages.Length], address: server.Address);
                visits.Add(visit);
                if (visit.Page.Url.Contains("learn", StringComparison.Ordinal))
                    await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
            }
            await using var watcher = await studio.OpenAsync("remember", address: server.Address);
            var clock = Stopwatch.StartNew();
            for (int turn = 0; clock.Elapsed < time; turn++)
            {
                foreach (var slider in await visits[turn % visits.Count].Page.Locator("input[type=range]").AllAsync())
                    await slider.PressAsync(turn % 2 == 0 ? "ArrowLeft" : "ArrowRight");
                var answer = Stopwatch.StartNew();
                await watcher.Page.GetByRole(AriaRole.Link, new() { Name = turn % 2 == 0 ? "Learn" : "Remember", Exact = true }).ClickAsync();
                await watcher.Page.GetByRole(AriaRole.Heading, new() { Name = turn % 2 == 0 ? "Learn" : "Remember", Exact = true }).WaitForAsync();
                answers.Add(answer.Elapsed.TotalMilliseconds);
                await Task.Delay(500);
            }
        }
        finally
        {
            // As people leave: the browser tells the server.
            foreach (var visit in visits)
            {
                await visit.Page.GotoAsync("about:blank");
                await visit.DisposeAsync();
            }
        }
    }

    private static long Memory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
