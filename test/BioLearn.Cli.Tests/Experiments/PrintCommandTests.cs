namespace BioLearn.Cli.Tests.Experiments;

/// <summary><c>biolearn experiment export --records</c> and <c>print</c>: a page from records that a repository keeps.</summary>
public sealed class PrintCommandTests : IDisposable
{
    private const string Marks = "# Walks\n\n<!-- records: walks -->\n<!-- end -->\n\nWords.\n";

    private readonly WalkFolder _walks = new("""
        name: walks
        task: walk
        seeds: 3
        trial: {steps: {grid: [2, 3]}}
        report:
          claims: [{claim: More steps lead farther, metric: {max: walked}, ascending: [{steps: 2}, {steps: 3}]}]
        """);

    public void Dispose() => _walks.Dispose();

    [Fact]
    public async Task Page_is_printed_from_kept_records_and_checked()
    {
        string page = await KeepAsync();
        Assert.Equal(1, (await PrintAsync(page, "--check")).ExitCode);
        Assert.Equal(Marks, File.ReadAllText(page));
        var (exitCode, output) = await PrintAsync(page);
        Assert.Equal(0, exitCode);
        Assert.Contains("1 grids; the page was printed anew", output, StringComparison.Ordinal);
        string printed = File.ReadAllText(page);
        Assert.Contains("`biolearn experiment run walks`; 6 trials; seeds 0 to 2;", printed, StringComparison.Ordinal);
        Assert.Contains("| More steps lead farther |", printed, StringComparison.Ordinal);
        Assert.EndsWith("\nWords.\n", printed, StringComparison.Ordinal);
        Assert.Equal(0, (await PrintAsync(page, "--check")).ExitCode);
    }

    [Fact]
    public async Task Records_of_a_grid_that_has_changed_since_are_refused()
    {
        string page = await KeepAsync();
        File.WriteAllText(_walks.Grid, File.ReadAllText(_walks.Grid).Replace("[2, 3]", "[2, 4]", StringComparison.Ordinal));
        var (exitCode, output) = await PrintAsync(page);
        Assert.Equal(1, exitCode);
        Assert.Contains("are no trials of walks.yaml", Said(output), StringComparison.Ordinal);
        Assert.Equal(Marks, File.ReadAllText(page));
    }

    [Theory]
    [InlineData("<!-- records: runs -->\n<!-- end -->", "there are no records of runs: expected")]
    [InlineData("a\n<!-- records: walks -->", "page.md, line 2: the records of walks have no '<!-- end -->'")]
    public async Task Page_that_cannot_be_printed_stays_and_the_message_says_why(string text, string expected)
    {
        string page = await KeepAsync();
        File.WriteAllText(page, text);
        var (exitCode, output) = await PrintAsync(page);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, Said(output), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(page));
    }

    [Fact]
    public async Task Records_of_a_bundled_grid_have_its_whole_name()
    {
        string[] grid = ["prospective/alignment.quick", "--out", _walks["alignment"]];
        Assert.Equal(0, (await Tool.RunAsync(["experiment", "run", .. grid])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync(["experiment", "export", .. grid, "--records", _walks["kept"]])).ExitCode);
        Assert.True(File.Exists(_walks["kept/prospective/alignment.quick.csv"]));
    }

    [Fact]
    public async Task Nothing_that_was_run_is_nothing_to_keep()
    {
        var (exitCode, output) = await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["none"], "--records", _walks["records"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("no trial of walks is done", Said(output), StringComparison.Ordinal);
    }

    /// <summary>Paths of any length break lines anywhere.</summary>
    private static string Said(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<string> KeepAsync()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(0, (await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["out"], "--records", _walks["records"])).ExitCode);
        Assert.True(File.Exists(Path.Combine(_walks["records"], "walks.csv")));
        File.WriteAllText(_walks["page.md"], Marks);
        return _walks["page.md"];
    }

    private Task<(int ExitCode, string Output)> PrintAsync(string page, params string[] words) => WalkFolder.RunAsync(["print", page, "--grids", Path.GetDirectoryName(_walks.Grid)!, .. words]);
}
