using System.IO.Compression;
using System.Security.Cryptography;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Instructed;

/// <summary>An instructed training that was stopped and goes on ends with the model of one that was not.</summary>
public sealed class ResumedInstructionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--weights", "shared")]
    [InlineData("--weights", "separate")]
    public async Task Killed_training_goes_on_to_the_same_model_and_curve(string option, string value)
    {
        string[] command = Command(option, value, "--epochs", "40", "--single-task", "no");
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--out", _folder["whole"]])).ExitCode);
        foreach (int epochs in (int[])[2, 12])
        {
            using var killed = RunningTool.Start([.. command, "--checkpoint-every", "0", "--out", _folder["killed"], .. epochs > 2 ? (string[])["--resume"] : []]);
            await killed.Until(() => Epochs() >= epochs);
            await killed.Kill();
        }
        Assert.InRange(Epochs(), 12, 39);
        var (exitCode, output) = await Tool.RunAsync([.. command, "--resume", "--threads", "2", "--out", _folder["killed"]]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("of 40 epochs already done", output, StringComparison.Ordinal);
        Assert.Equal(Entries("whole"), Entries("killed"));
        Assert.Equal(Curve("whole"), Curve("killed"));
        Assert.Equal(Directory.GetFiles(_folder["whole"]).Select(Path.GetFileName).Order(), Directory.GetFiles(_folder["killed"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Stopped_training_says_what_is_saved_and_leaves_nothing_half_written()
    {
        using var running = RunningTool.Start([.. Command("--epochs", "100000", "--checkpoint-every", "0"), "--out", _folder["killed"]]);
        await running.Until(() => Epochs() >= 2);
        var (exitCode, output) = await running.Signal("INT");
        Assert.Equal(ExitCodes.Interrupted, exitCode);
        // On a busy machine it may be told by what runs every command, which does not wait for the end of a step.
        Assert.Contains("stopped", output, StringComparison.Ordinal);
        Assert.Equal(["curves.csv", "instructions.json", "model.zip", "training.json"], Directory.GetFiles(_folder["killed"]).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("--seed", "7")]
    [InlineData("--weights", "separate")]
    [InlineData("--learning-rate", "0.1")]
    public async Task Training_does_not_go_on_with_other_settings(string option, string value)
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Command("--epochs", "1", "--single-task", "no"), "--out", _folder["run"]])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync([.. Command("--epochs", "2", "--single-task", "no"), option, value, "--resume", "--out", _folder["run"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("has other settings", output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync([.. Command("--epochs", "1"), "--out", _folder["run"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("--overwrite begins anew", output, StringComparison.Ordinal);
    }

    private static string[] Command(params string[] more) => ["instruct", "train", "--rows", "60", "--network", "fc", "--hidden", "16", .. more];

    private int Epochs() => File.Exists(_folder["killed/model.zip"]) && File.Exists(_folder["killed/curves.csv"]) ? File.ReadAllLines(_folder["killed/curves.csv"]).Length - 1 : 0;

    private SortedDictionary<string, string> Entries(string run)
    {
        SortedDictionary<string, string> entries = new(StringComparer.Ordinal);
        using var archive = ZipFile.OpenRead(_folder[$"{run}/model.zip"]);
        foreach (var entry in archive.Entries)
        {
            using var content = entry.Open();
            entries[entry.FullName] = Convert.ToHexString(SHA256.HashData(content));
        }
        return entries;
    }

    /// <summary>A curve without its column of seconds.</summary>
    private string[] Curve(string run) => [.. File.ReadAllLines(_folder[$"{run}/curves.csv"]).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != 2)))];
}
