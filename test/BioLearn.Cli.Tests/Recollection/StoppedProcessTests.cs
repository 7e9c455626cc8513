using BioLearn.Cli.Recollection;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Recollection;

/// <summary>Runs that are stopped from outside and started again end with the files of an undisturbed run.</summary>
public class StoppedProcessTests
{
    // So many that none of the runs is over before it is stopped, on a fast machine too.
    private const int Pictures = 240;

    [Fact]
    public async Task Killed_run_goes_on_to_the_same_files()
    {
        using var folder = new TemporaryFolder();
        var command = Command(folder);
        await Tool.RunAsync([.. command, folder["whole"]]);

        // Killed before the first picture is done, while pictures are written, and once more in what was left over.
        foreach (var done in (int[])[0, 3, 12])
        {
            using var killed = RunningTool.Start([.. command, folder["killed"]]);
            await killed.Until(() => Done(folder["killed"]) is { } count && count >= done);
            await killed.Kill();
            Assert.False(File.Exists(Path.Combine(folder["killed"], "report.html")));
        }

        using var last = RunningTool.Start([.. command, folder["killed"]]);
        var (exitCode, output) = await last.End();
        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Contains("already done", output, StringComparison.Ordinal);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["killed"]));
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task Signal_stops_the_run_with_a_whole_manifest_and_it_goes_on_to_the_same_files(string signal, int expected)
    {
        using var folder = new TemporaryFolder();
        var command = Command(folder);
        await Tool.RunAsync([.. command, folder["whole"]]);

        using var stopped = RunningTool.Start([.. command, folder["stopped"]]);
        await stopped.Until(() => Done(folder["stopped"]) >= 2);
        var (exitCode, output) = await stopped.Signal(signal);
        Assert.True(exitCode == expected, $"{exitCode}: {output}");
        Assert.Contains("the same command goes on from here", output, StringComparison.Ordinal);
        var manifest = Path.Combine(folder["stopped"], Manifest.FileName);
        using (var journal = ManifestFile.Read(manifest))
            Assert.Equal((await File.ReadAllLinesAsync(manifest)).Length, 1 + journal.Pictures.Count);

        (exitCode, output) = await Tool.RunAsync([.. command, folder["stopped"]]);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("already done", output, StringComparison.Ordinal);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["stopped"]));
    }

    private static string[] Command(TemporaryFolder folder) =>
        ["recollect", RecollectFixture.MakePictures(folder, Pictures), "--model", RecollectFixture.SmallModel, "--batch", "2", "--threads", "1", "--out"];

    /// <summary>Pictures that the manifest names so far; null while there is none.</summary>
    private static int? Done(string results)
    {
        var manifest = Path.Combine(results, Manifest.FileName);
        if (!File.Exists(manifest))
            return null;
        using var file = new FileStream(manifest, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n').Count(line => line.StartsWith("{\"picture\"", StringComparison.Ordinal));
    }
}
