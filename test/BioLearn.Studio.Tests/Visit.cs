using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace BioLearn.Studio.Tests;

/// <summary>A tab: what the browser complained of in it must be nothing when it closes.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private static int _number;

    internal Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { IsLoopback: false, Scheme: "http" or "https" })
                _complaints.Add($"asked elsewhere: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors in the browser's console, and requests that left this machine.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Waits until the server answers to clicks.</summary>
    public Task ListensAsync() => Page.Locator("main[data-live=true]").WaitForAsync();

    /// <summary>Leaves a picture of the page.</summary>
    public Task ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(StudioBrowser.Screenshots, $"{name}.png"), FullPage = true });

    /// <summary>Fails if the rules of accessibility of WCAG 2 A and AA are broken.</summary>
    public async Task IsAccessibleAsync()
    {
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa") });
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => $"{one.Impact} {one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Take(4).Select(node => node.Html))}")));
    }

    /// <summary>Fails if the page is wider than its window.</summary>
    public async Task FitsAsync()
    {
        int over = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(over <= 0, $"the page is {over} pixels wider than its window");
    }

    public async ValueTask DisposeAsync()
    {
        // What a test that failed saw last.
        if (Environment.GetEnvironmentVariable("BIOLEARN_LAST") is not null)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(StudioBrowser.Screenshots, $"last-{Interlocked.Increment(ref _number)}.png") });
        await _context.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
