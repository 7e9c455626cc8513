using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace BioLearn.Studio.Tests.Hosting;

/// <summary>The page as the tool serves it, in a process of its own.</summary>
[Collection(BrowserCollection.Name)]
public partial class ToolTests(StudioBrowser studio)
{
    [Fact]
    public Task Ctrl_C_ends_the_tool_cleanly_while_a_tab_works() => StudioBrowser.FlowAsync(async () =>
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "biolearn.dll"), "studio", "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var clock = Stopwatch.StartNew();
        using var tool = Process.Start(start)!;
        try
        {
            string line = (await tool.StandardOutput.ReadLineAsync())!;
            Uri address = new(Address().Match(line).Value);
            Assert.True(address.IsLoopback, line);
            double answers = clock.Elapsed.TotalSeconds;
            await using (var first = await studio.OpenAsync("", address: address))
            {
                double painted = await first.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the address is told {answers:0.00} s after the start of the process, the first view painted {painted / 1000:0.00} s after the browser asked; clicks are heard after {clock.Elapsed.TotalSeconds:0.00} s in all"));
            }
            await using var visit = await studio.OpenAsync("learn?data=clouds", address: address);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Learn", Exact = true }).ClickAsync();
            await Learning.LearnTests.StepsAsync(visit.Page, 20);
            using var kill = Process.Start("kill", ["-s", "INT", $"{tool.Id}"]);
            string rest = await tool.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1)), errors = await tool.StandardError.ReadToEndAsync();
            await tool.WaitForExitAsync();
            Assert.Equal((0, "ended", ""), (tool.ExitCode, rest.Trim(), errors.Trim()));
            await visit.Page.GetByText("The connection is gone").WaitForAsync();
        }
        finally
        {
            if (!tool.HasExited)
                tool.Kill();
        }
    });

    [GeneratedRegex(@"http://\S+/")]
    private static partial Regex Address();
}
