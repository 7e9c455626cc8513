using BioLearn.Cli.Learning.Data;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace BioLearn.Studio.Tests;

/// <summary>The page served by this process, and a headless Chromium of the system that looks at it; both serve all tests of the collection.</summary>
public sealed class StudioBrowser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    // Without these it calls its maker's hosts, and as root it needs to be told that its sandbox cannot be had.
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

    private const int Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The server.</summary>
    public StudioServer Server { get; private set; } = null!;

    /// <summary>Folder of the screenshots that the tests leave behind.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(Environment.GetEnvironmentVariable("BIOLEARN_SCREENSHOTS") is { Length: > 0 } folder
        ? folder : Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    public async Task InitializeAsync()
    {
        // The page teaches whatever pictures of clothes a machine has; the flows are timed for the bundled ones.
        Environment.SetEnvironmentVariable("BIOLEARN_FASHION_MNIST", null);
        Server = await StudioServer.StartAsync(new() { ReturnWithin = TimeSpan.FromMinutes(1), ReadTable = TableData.Source });
        if (Chromium() is not { } program)
            return;
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>
    /// A person's way through the page. If a wait in it runs out, it is gone once more from its beginning, in tabs of its own: a machine with other work may
    /// stall a browser for a minute. What fails twice, or fails otherwise, is a fault of the page.
    /// </summary>
    public static async Task FlowAsync(Func<Task> flow)
    {
        try
        {
            await flow();
        }
        catch (TimeoutException stalled)
        {
            Console.WriteLine($"tried again: {stalled.Message}");
            await flow();
        }
    }

    /// <summary>Opens a page of the studio in a tab of its own, and waits until it listens. Skips the test where there is no browser.</summary>
    /// <param name="path">Path and query, such as <c>recollect?level=S9</c>.</param>
    /// <param name="width">Width of the window: 1400 for a desk, 390 for a telephone.</param>
    /// <param name="dark">Whether the system prefers dark.</param>
    /// <param name="address">Another way to the server; null for the straight one.</param>
    public async Task<Visit> OpenAsync(string path, int width = 1400, bool dark = false, Uri? address = null)
    {
        var visit = await OpenTabAsync(width, dark);
        await visit.Page.GotoAsync(new Uri(address ?? Server.Address, path).ToString());
        await visit.ListensAsync();
        return visit;
    }

    /// <summary>Opens a file of the disk in a tab of its own.</summary>
    public async Task<Visit> OpenFileAsync(string path, int width = 1400, bool dark = false)
    {
        var visit = await OpenTabAsync(width, dark);
        await visit.Page.GotoAsync(new Uri(path).AbsoluteUri);
        return visit;
    }

    private async Task<Visit> OpenTabAsync(int width, bool dark)
    {
        if (_browser is null)
            throw SkipException.ForSkip($"there is no Chromium at {string.Join(", ", Places)}; BIOLEARN_CHROMIUM names another place");
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Permissions = ["camera", "clipboard-read", "clipboard-write"],
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience); // a machine that is busy is no failure
        return new(context, await context.NewPageAsync());
    }

    private static string? Chromium() => Environment.GetEnvironmentVariable("BIOLEARN_CHROMIUM") is { Length: > 0 } given ? given : Array.Find(Places, File.Exists);
}

/// <summary>All tests that need the browser share it, and run one after the other: they share two cores as well.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<StudioBrowser>
{
    public const string Name = "browser";
}
