using System.IO.Compression;
using System.Security.Cryptography;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Learning;

/// <summary>A training that was stopped and goes on ends with the model of one that was not.</summary>
public sealed class ResumedTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ResumedTrainingTests() =>
        File.WriteAllText(_folder["t.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, 80).Select(i => $"{i % 2},{i % 7},{(i % 2 == 0 ? "a" : "b")}\n")));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("target-propagation")]
    [InlineData("node-perturbation")]
    public async Task Killed_training_goes_on_to_the_same_model_curve_and_diagnostics(string rule)
    {
        string[] command = Command(rule, "70");
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--out", _folder["whole"]])).ExitCode);
        foreach (int epochs in (int[])[2, 20])
        {
            using var killed = RunningTool.Start([.. command, "--checkpoint-every", "0", "--out", _folder["killed"], .. epochs > 2 ? (string[])["--resume"] : []]);
            await killed.Until(() => Epochs() >= epochs);
            await killed.Kill();
        }
        Assert.InRange(Epochs(), 20, 69);
        var (exitCode, output) = await Tool.RunAsync([.. command, "--resume", "--out", _folder["killed"]]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("of 70 epochs already done", output, StringComparison.Ordinal);
        Assert.Equal(Entries("whole"), Entries("killed"));
        Assert.Equal(Without("whole/curves.csv"), Without("killed/curves.csv"));
        Assert.Equal(File.ReadAllText(_folder["whole/diagnostics.csv"]), File.ReadAllText(_folder["killed/diagnostics.csv"]));
        Assert.Equal(Directory.GetFiles(_folder["whole"]).Select(file => Path.GetFileName(file)).Order(), Directory.GetFiles(_folder["killed"]).Select(file => Path.GetFileName(file)).Order());
    }

    [Fact]
    public async Task Finished_training_takes_more_epochs_as_if_they_had_been_asked_for_at_once()
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Command("feedback-alignment", "9"), "--learning-rate-decay", "0.9", "--diagnostics-every", "3", "--out", _folder["whole"]])).ExitCode);
        foreach (string epochs in (string[])["4", "9"])
            Assert.Equal(0, (await Tool.RunAsync([.. Command("feedback-alignment", epochs), "--learning-rate-decay", "0.9", "--diagnostics-every", "3", "--out", _folder["killed"], .. epochs == "9" ? (string[])["--resume"] : []])).ExitCode);
        Assert.Equal(Entries("whole"), Entries("killed"));
        Assert.Equal(File.ReadAllText(_folder["whole/diagnostics.csv"]), File.ReadAllText(_folder["killed/diagnostics.csv"]));
        var (exitCode, output) = await Tool.RunAsync([.. Command("feedback-alignment", "3"), "--learning-rate-decay", "0.9", "--resume", "--out", _folder["killed"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("has 9 epochs", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed", "7")]
    [InlineData("--learning-rate", "0.1")]
    [InlineData("--rule", "backpropagation")]
    [InlineData("--layers", "9")]
    public async Task Training_does_not_go_on_with_other_settings(string option, string value)
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Command("feedback-alignment", "2"), "--out", _folder["run"]])).ExitCode);
        string[] other = ["train", "--data", _folder["t.csv"], "--out", _folder["run"], "--resume", "--epochs", "4", "--batch", "16", option, value];
        foreach (string[] own in (string[][])[["--rule", "feedback-alignment"], ["--layers", "8"]])
            other = own[0] == option ? other : [.. other, .. own];
        var (exitCode, output) = await Tool.RunAsync(other);
        Assert.Equal(ExitCodes.Usage, exitCode);
        string before = option switch { "--seed" => "0", "--rule" => "feedback-alignment", "--layers" => "8", _ => "unset" };
        Assert.Contains($"training.json has other settings: {option} {before} (here {value}); only", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_does_not_go_on_with_a_network_file_that_has_changed()
    {
        File.WriteAllText(_folder["net.yaml"], "layers: [{kind: dense, units: 5}]");
        string[] command = ["train", "--rows", "100", "--network", _folder["net.yaml"], "--out", _folder["run"], "--epochs"];
        Assert.Equal(0, (await Tool.RunAsync([.. command, "1"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync([.. command, "2", "--resume"])).ExitCode);
        File.WriteAllText(_folder["net.yaml"], "layers: [{kind: dense, units: 6}]");
        var (exitCode, output) = await Tool.RunAsync([.. command, "3", "--resume"]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("training.json has other settings: --network ", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("net.yaml of SHA-256 ", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Films_of_a_training_in_parts_are_those_of_one()
    {
        string[] command = ["train", "--layers", "4", "--rows", "100", "--diagnostics-every", "3", "--film", "--out"];
        Assert.Equal(0, (await Tool.RunAsync([.. command, _folder["whole"], "--epochs", "3"])).ExitCode);
        foreach (string epochs in (string[])["1", "2", "3", "3"])
        {
            var (exitCode, output) = await Tool.RunAsync([.. command, _folder["parts"], "--epochs", epochs, .. Directory.Exists(_folder["parts"]) ? (string[])["--resume"] : []]);
            Assert.True(exitCode == 0, output);
            Assert.Contains("weights-film.png", output, StringComparison.Ordinal); // of a finished one, too
        }
        foreach (string film in (string[])["angles-film.png", "weights-film.png"])
            Assert.Equal(File.ReadAllBytes(_folder[$"whole/{film}"]), File.ReadAllBytes(_folder[$"parts/{film}"]));
    }

    [Fact]
    public async Task Training_does_not_go_on_with_data_that_have_changed()
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Command("feedback-alignment", "2"), "--out", _folder["run"]])).ExitCode);
        File.AppendAllText(_folder["t.csv"], "1,1,b\n");
        var (exitCode, output) = await Tool.RunAsync([.. Command("feedback-alignment", "4"), "--resume", "--out", _folder["run"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains($"has other data: the files of {_folder["t.csv"]} have changed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curve_that_is_ahead_of_the_model_is_cut_back_to_it()
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Command("feedback-alignment", "3"), "--out", _folder["run"]])).ExitCode);
        File.AppendAllText(_folder["run/curves.csv"], "feedback-alignment,0,4,9,9,0,9\n");
        var (exitCode, output) = await Tool.RunAsync([.. Command("feedback-alignment", "4"), "--resume", "--out", _folder["run"]]);
        Assert.True(exitCode == 0, output);
        Assert.Equal([1, 2, 3, 4], CurveFile.Read(_folder["run/curves.csv"])[0].Epochs.Select(epoch => epoch.Epoch));
        Assert.DoesNotContain(",9,9,0,9", File.ReadAllText(_folder["run/curves.csv"]), StringComparison.Ordinal);
    }

    private string[] Command(string rule, string epochs) => ["train", "--data", _folder["t.csv"], "--rule", rule, "--layers", "8", "--batch", "16", "--epochs", epochs];

    private int Epochs() => File.Exists(_folder["killed/model.zip"]) && File.Exists(_folder["killed/curves.csv"]) ? File.ReadAllLines(_folder["killed/curves.csv"]).Length - 1 : 0;

    /// <summary>What is in a model's archive, which itself carries the time at which it was written.</summary>
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

    /// <summary>A curve without its last column, the seconds.</summary>
    private string[] Without(string path) => [.. File.ReadAllLines(_folder[path]).Select(line => line[..line.LastIndexOf(',')])];
}
