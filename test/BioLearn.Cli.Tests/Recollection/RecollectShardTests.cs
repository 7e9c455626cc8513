using BioLearn.Cli.Recollection;

namespace BioLearn.Cli.Tests.Recollection;

public sealed class RecollectShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shares_merged_are_the_run_of_all()
    {
        string pictures = RecollectFixture.MakePictures(_folder, 7);
        Assert.Equal(0, (await Recollect(pictures, "--out", _folder["whole"])).ExitCode);
        for (int i = 2; i >= 0; i--)
            Assert.Equal(0, (await Recollect(pictures, "--out", _folder["shared"], "--index", $"{i}", "--of", "3")).ExitCode);
        // A share that is done is found done.
        Assert.Contains("3 already done, 0 to do", (await Recollect(pictures, "--out", _folder["shared"], "--index", "0", "--of", "3")).Output, StringComparison.Ordinal);
        var (exitCode, output) = await Tool.RunAsync("recollect", "--merge", "--out", _folder["shared"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("3 shares; report: ", output, StringComparison.Ordinal);
        SortedDictionary<string, string> whole = RecollectFixture.Contents(_folder["whole"]), shared = RecollectFixture.Contents(_folder["shared"]);
        // Only the report's command differs.
        Assert.Equal(whole.Keys, shared.Keys.Where(name => !name.StartsWith("shards", StringComparison.Ordinal)));
        foreach (string name in whole.Keys.Where(name => name != "report.html"))
            Assert.True(whole[name] == shared[name], name);
        using var manifest = ManifestFile.Read(_folder["shared/manifest.jsonl"]);
        Assert.Equal(7, manifest.Summary!.Pictures);
    }

    [Fact]
    public async Task Merge_names_shares_that_are_missing_or_were_made_otherwise()
    {
        string pictures = RecollectFixture.MakePictures(_folder, 4);
        Assert.Contains("--merge: there are no shares", (await Tool.RunAsync("recollect", "--merge", "--out", _folder["out"])).Output, StringComparison.Ordinal);
        await Recollect(pictures, "--out", _folder["out"], "--index", "0", "--of", "2");
        Assert.Contains("lacks the share 1 of 2", (await Tool.RunAsync("recollect", "--merge", "--out", _folder["out"])).Output, StringComparison.Ordinal);
        await Recollect(pictures, "--out", _folder["out"], "--index", "1", "--of", "2", "--seed", "3");
        Assert.Contains("was made with other options", (await Tool.RunAsync("recollect", "--merge", "--out", _folder["out"])).Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> Recollect(string pictures, params string[] options) =>
        Tool.RunAsync(["recollect", pictures, "--model", RecollectFixture.SmallModel, "--cue", "class", "--variant", "minmax_local", "--no-controls", .. options]);
}
