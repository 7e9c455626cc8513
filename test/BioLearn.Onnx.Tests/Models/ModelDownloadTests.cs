using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Tests.Models;

public sealed class ModelDownloadTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly HttpListener _server = new();
    private readonly HttpClient _client = new();
    private readonly byte[] _file = new byte[300_000];
    private readonly Uri _url;

    public ModelDownloadTests()
    {
        new Random(3).NextBytes(_file);
        int port = FreePort();
        _url = new($"http://127.0.0.1:{port}/models/small-net.onnx?download=true");
        _server.Prefixes.Add($"http://127.0.0.1:{port}/");
        _server.Start();
    }

    private string Checksum => Convert.ToHexStringLower(SHA256.HashData(_file));

    public void Dispose()
    {
        _server.Close();
        _client.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Pull_with_the_right_checksum_keeps_the_file_and_reports_progress()
    {
        Task serving = Serve(response => response.ContentLength64 = _file.Length);
        var reports = new List<ModelDownload.Progress>();
        string path = await new ModelDownload(_client).PullAsync(_url, Checksum.ToUpperInvariant(), _folder, progress: new Direct(reports.Add));
        await serving;
        Assert.Equal(Path.Combine(_folder, "small-net.onnx"), path);
        Assert.Equal(_file, await File.ReadAllBytesAsync(path));
        Assert.Equal(new(_file.Length, _file.Length), reports[^1]);
        AssertNothingElse("small-net.onnx");
    }

    [Fact]
    public async Task Pull_with_another_checksum_keeps_nothing_and_leaves_the_old_file()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "small-net.onnx"), "old");
        Task serving = Serve(_ => { });
        var error = await Assert.ThrowsAsync<ModelDownloadException>(() => new ModelDownload(_client).PullAsync(_url, new string('0', 64), _folder));
        await serving;
        Assert.Contains(Checksum, error.Message, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_folder, "small-net.onnx")));
        AssertNothingElse("small-net.onnx");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_of_more_than_the_limit_stops(bool lengthKnown)
    {
        Task serving = Serve(response =>
        {
            response.SendChunked = !lengthKnown;
            if (lengthKnown) response.ContentLength64 = _file.Length;
        });
        var error = await Assert.ThrowsAsync<ModelDownloadException>(() => new ModelDownload(_client) { MaxBytes = 100_000 }.PullAsync(_url, Checksum, _folder));
        await serving;
        Assert.Contains("100000", error.Message, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public async Task Pull_of_an_absent_file_says_what_the_server_answered()
    {
        Task serving = Serve(response => response.StatusCode = 404);
        var error = await Assert.ThrowsAsync<ModelDownloadException>(() => new ModelDownload(_client).PullAsync(_url, Checksum, _folder));
        await serving;
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public async Task Pull_broken_off_keeps_nothing()
    {
        Task serving = Serve(response => response.ContentLength64 = _file.Length, send: 100_000);
        await Assert.ThrowsAsync<ModelDownloadException>(() => new ModelDownload(_client).PullAsync(_url, Checksum, _folder));
        await serving;
        AssertNothingElse();
    }

    [Fact]
    public async Task Pull_cancelled_keeps_nothing()
    {
        Task serving = Serve(response => response.ContentLength64 = _file.Length);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ModelDownload(_client).PullAsync(_url, Checksum, _folder, progress: new Direct(_ => stop.Cancel()), cancellationToken: stop.Token));
        await serving;
        AssertNothingElse();
    }

    [Fact]
    public async Task Pull_from_nowhere_or_under_a_name_outside_the_folder_is_refused()
    {
        var download = new ModelDownload(_client);
        await Assert.ThrowsAsync<ModelDownloadException>(() => download.PullAsync(new($"http://127.0.0.1:{FreePort()}/x.onnx"), Checksum, _folder));
        await Assert.ThrowsAsync<ArgumentException>(() => download.PullAsync(_url, Checksum, _folder, name: "../x"));
        await Assert.ThrowsAsync<ArgumentException>(() => download.PullAsync(new("file:///etc/passwd"), Checksum, _folder));
        await Assert.ThrowsAsync<ArgumentException>(() => download.PullAsync(_url, "abc", _folder));
    }

    private void AssertNothingElse(params string[] names) => Assert.Equal(names, Directory.Exists(_folder) ? Directory.GetFiles(_folder).Select(Path.GetFileName) : []);

    private async Task Serve(Action<HttpListenerResponse> configure, int? send = null)
    {
        HttpListenerContext context = await _server.GetContextAsync();
        try
        {
            configure(context.Response);
            if (context.Response.StatusCode == 200) await context.Response.OutputStream.WriteAsync(_file.AsMemory(0, send ?? _file.Length));
            if (send is null) context.Response.Close();
            else context.Response.Abort();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException)
        {
            // The client went away, as the test intends.
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Direct(Action<ModelDownload.Progress> action) : IProgress<ModelDownload.Progress>
    {
        public void Report(ModelDownload.Progress value) => action(value);
    }
}
