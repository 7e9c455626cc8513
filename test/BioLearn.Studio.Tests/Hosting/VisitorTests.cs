using System.Net;

namespace BioLearn.Studio.Tests.Hosting;

/// <summary>What the server answers without a browser: to other sites, to paths of the disk.</summary>
public class VisitorTests
{
    [Theory]
    [InlineData("Host", "elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Accept", "text/html", HttpStatusCode.OK)]
    public async Task Request_that_another_site_caused_is_refused(string header, string value, HttpStatusCode expected)
    {
        await using var server = await StudioServer.StartAsync();
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, server.Address);
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("photos/camera.png")]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("%2e%2e/biolearn.dll")]
    [InlineData("appsettings.json")]
    public async Task Path_of_the_disk_leads_nowhere(string path)
    {
        await using var server = await StudioServer.StartAsync();
        using HttpClient client = new();
        using var response = await client.GetAsync(new Uri($"{server.Address}{path}"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Server_ends_when_it_is_told_to()
    {
        await using var server = await StudioServer.StartAsync();
        using CancellationTokenSource stop = new();
        var running = server.RunAsync(stop.Token);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        using HttpClient client = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(server.Address));
    }

    [Fact]
    public async Task Port_that_is_taken_is_named()
    {
        await using var server = await StudioServer.StartAsync();
        var problem = await Assert.ThrowsAnyAsync<IOException>(() => StudioServer.StartAsync(new() { Port = server.Address.Port }));
        Assert.Contains($"{server.Address.Port}", problem.Message, StringComparison.Ordinal);
    }
}
