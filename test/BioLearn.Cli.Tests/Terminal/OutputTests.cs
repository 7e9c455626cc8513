using BioLearn.Cli.Naming;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Terminal;

/// <summary>Results are written whole, where they can be, by one process at a time; nothing of an earlier or a killed run is taken for them.</summary>
public sealed class OutputTests : IDisposable
{
    private static readonly string[] Plastic = ["plastic", "train", "--pattern-size", "8", "--patterns", "2", "--updates", "5", "--out"];

    /// <summary>Commands whose --out is a folder of results that they read.</summary>
    private static readonly string[] Readers = ["experiment plan", "experiment status", "experiment why", "experiment retry", "experiment submit", "experiment export"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_with_an_output_refuses_one_that_cannot_be_written_before_it_works()
    {
        File.WriteAllText(_folder["file"], "mine");
        Assert.Equal(0, (await Tool.RunAsync("instruct", "train", "--network", "fc", "--hidden", "8", "--epochs", "1", "--rows", "40", "--single-task", "no", "--test-questions", "20", "--out", _folder["asked"])).ExitCode);
        File.WriteAllText(_folder["walks.yaml"], Experiments.WalkTrial.Grid);
        Assert.Equal(0, (await Tool.RunAsync("experiment", "run", _folder["walks.yaml"], "--trials", Experiments.WalkFolder.Assembly, "--out", _folder["ran"])).ExitCode);
        foreach (var command in await ModelCommand.AllAsync())
        {
            foreach (var option in command.Options.Where(option => (option.Name == "--out" && !Readers.Contains(command.ToString())) || option.Name is "--onnx" or "--export" or "--parquet" or "--tensorboard" or "--mlflow" or "--to" or "--activations" || (option.Name == "--csv" && command.ToString() != "instruct train"))) // that one reads it
            {
                string[] line = [.. command.Words, .. Needed(command), option.Name, Path.Combine(_folder["file"], option.Name is "--export" or "--to" or "--activations" ? "below.npz" : option.Name == "--onnx" ? "below.onnx" : "below.png"), .. option.Name == "--csv" && command.ToString() == "compare" ? (string[])["--baselines", _folder["file"]] : option.Name == "--activations" ? (string[])["--rows", _folder["file"]] : []];
                var (exitCode, output) = await Tool.RunAsync(line);
                Assert.True(exitCode == ExitCodes.Failure, $"{command}: {exitCode} {output}");
                Assert.Contains($"{option.Name} ", output, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
            }
        }
        Assert.Equal("mine", File.ReadAllText(_folder["file"]));
    }

    [Fact]
    public async Task Second_process_in_a_folder_is_refused_and_a_killed_one_leaves_no_lock()
    {
        string[] command = ["plastic", "train", "--updates", "100000000", "--pattern-size", "8", "--patterns", "2", "--out", _folder["run"]];
        using var first = RunningTool.Start(command);
        await first.Until(() => File.Exists(Path.Combine(_folder["run"], OutputFolder.LockFile)));
        var (exitCode, output) = await Tool.RunAsync([.. Plastic, _folder["run"]]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("another biolearn is writing in this folder", output, StringComparison.Ordinal);

        await first.Kill();
        File.WriteAllText(Path.Combine(_folder["run"], $"network.blpn.{Guid.NewGuid():N}.tmp"), "half");
        (exitCode, output) = await Tool.RunAsync([.. Plastic, _folder["run"], "--overwrite"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(["curve.png", "network.blpn", "training.json"], Directory.GetFiles(_folder["run"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Folder_that_stays_empty_goes_and_one_that_was_there_stays()
    {
        Directory.CreateDirectory(_folder["there"]);
        OutputFolder.Take("--out", _folder["there"]).Dispose();
        OutputFolder.Take("--out", _folder["made/deep"]).Dispose();
        Assert.True(Directory.Exists(_folder["there"]));
        Assert.False(Directory.Exists(_folder["made"]));
        using (var kept = OutputFolder.Take("--out", _folder["made/deep"]))
            File.WriteAllText(kept["result"], "");
        Assert.Equal([_folder["made/deep/result"]], Directory.GetFiles(_folder["made/deep"]));
    }

    [Fact]
    public void File_in_the_place_of_a_folder_a_folder_in_that_of_a_file_what_is_read_only_and_devices_are_refused()
    {
        Directory.CreateDirectory(_folder["out/model.zip"]);
        File.WriteAllText(_folder["locked"], "");
        File.SetAttributes(_folder["locked"], FileAttributes.ReadOnly);
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => OutputFolder.Take("--out", _folder["out"], "model.zip")).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<IOException>(() => OutputFolder.Take("--out", _folder["locked"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => OutputFile.Check("--csv", _folder["out"])).Message, StringComparison.Ordinal);
        Assert.Contains("is read-only", Assert.Throws<IOException>(() => OutputFile.Check("--csv", _folder["locked"])).Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Throws<IOException>(() => OutputFile.Check("--csv", _folder["nowhere/x.csv"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a device", Assert.Throws<IOException>(() => OutputFile.Check("--csv", "/dev/null")).Message, StringComparison.Ordinal);
        Assert.Contains("this file is read", Assert.Throws<UsageException>(() => OutputFile.Check("--csv", _folder["x.csv"], _folder["out/../x.csv"])).Message, StringComparison.Ordinal);
        File.SetAttributes(_folder["locked"], FileAttributes.Normal);
    }

    [Fact]
    public void What_a_killed_process_left_of_a_file_goes_and_other_files_stay()
    {
        string left = _folder[$"x.csv.{Guid.NewGuid():N}.tmp"], other = _folder[$"y.csv.{Guid.NewGuid():N}.tmp"], own = _folder["x.csv.mine.tmp"];
        foreach (string file in (string[])[left, other, own])
            File.WriteAllText(file, "");
        OutputFile.Check("--csv", _folder["x.csv"]);
        Assert.Equal([other, own], new[] { left, other, own }.Where(File.Exists));
    }

    [Fact]
    public async Task Comparison_begun_anew_and_stopped_leaves_no_results_of_the_old_one()
    {
        string[] command = ["compare", "--rules", "backpropagation", "--rows", "200", "--layers", "8", "--seeds", "1", "--out", _folder["c"]];
        string[] Seen() => [.. Directory.GetFiles(_folder["c"]).Where(file => !Path.GetFileName(file).StartsWith('.'))];
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--epochs", "1"])).ExitCode);
        using (var stopped = RunningTool.Start([.. command, "--epochs", "100000"]))
        {
            await stopped.Until(() => Seen().Length == 0 && TextOf(_folder["c/grids/compare.yaml"]).Contains("100000", StringComparison.Ordinal));
            await stopped.Kill();
        }
        Assert.Empty(Seen());
        var (exitCode, output) = await Tool.RunAsync([.. command, "--epochs", "2"]);
        Assert.True(exitCode == 0, output);
    }

    // Another process may just be replacing it.
    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Comparison_runs_again_on_other_data_of_the_same_name()
    {
        string Table(int shift) => "x,y,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{(i + shift) % 3},{(i % 2 == 0 ? "a" : "b")}\n"));
        File.WriteAllText(_folder["t.csv"], Table(0));
        string[] command = ["compare", "--data", _folder["t.csv"], "--rules", "backpropagation", "--layers", "4", "--epochs", "1", "--seeds", "1", "--out", _folder["c"]];
        int Trials() => Directory.GetFiles(_folder["c/trials"], "*", SearchOption.AllDirectories).Length;
        Assert.Equal(0, (await Tool.RunAsync(command)).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync(command)).ExitCode);
        Assert.Equal(1, Trials());
        File.WriteAllText(_folder["t.csv"], Table(1));
        Assert.Equal(0, (await Tool.RunAsync(command)).ExitCode);
        Assert.Equal(2, Trials());
    }

    [Fact]
    public async Task Plastic_training_goes_on_with_its_command_and_refuses_other_options()
    {
        Assert.Equal(0, (await Tool.RunAsync([.. Plastic, _folder["run"], "--seed", "3"])).ExitCode);
        byte[] before = File.ReadAllBytes(_folder["run/network.blpn"]);
        foreach (string[] other in (string[][])[["--seed", "9"], ["--rule", "oja"], ["--learning-rate", "5"], ["--pattern-size", "12"], ["--no-plasticity"]])
        {
            var (exitCode, output) = await Tool.RunAsync(["plastic", "train", "--resume", "--updates", "9", "--out", _folder["run"], .. other]);
            Assert.Equal(ExitCodes.Usage, exitCode);
            Assert.Contains($"{other[0]}: with --resume", output, StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllBytes(_folder["run/network.blpn"]));
        Assert.Equal(0, (await Tool.RunAsync([.. Plastic, _folder["run"], "--seed", "3", "--resume", "--updates", "7"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("plastic", "train", "--resume", "--updates", "9", "--out", _folder["run"])).ExitCode);
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task Signal_is_heard_in_the_middle_of_an_epoch(string signal, int expected)
    {
        File.WriteAllText(_folder["t.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i % 2},{i % 3},{(i % 2 == 0 ? "a" : "b")}\n")));
        using var tool = RunningTool.Start("train", "--data", _folder["t.csv"], "--rule", "equilibrium-propagation:FreeSteps=100000000", "--layers", "500", "--diagnostics-every", "0", "--out", _folder["run"]);
        await tool.Until(() => File.Exists(Path.Combine(_folder["run"], OutputFolder.LockFile)));
        await Task.Delay(1500);
        // Of hours: a command that is deaf to the signal does not end.
        var (exitCode, output) = await tool.Signal(signal);
        Assert.True(exitCode == expected, $"{exitCode}: {output}");
        Assert.False(Directory.Exists(_folder["run"]));
    }

    private string[] Needed(ModelCommand command) => command.ToString() switch
    {
        "plastic complete" => [Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn"), _folder["file"], _folder["file"]],
        "memory complete" => [_folder["file"], _folder["file"]],
        "export" or "look" => [_folder["file"]],
        "predict" or "evaluate" => [_folder["file"], _folder["file"]],
        "naming sweep" => ["--range", "shots=1"],
        "plastic feedforward" => ["oneshot"],
        "experiment run" or "experiment export" => [_folder["walks.yaml"], "--trials", Experiments.WalkFolder.Assembly],
        "experiment report" => [_folder["ran"], "--trials", Experiments.WalkFolder.Assembly],
        "naming name" => [Path.Combine(AppContext.BaseDirectory, "photos")],
        "instruct ask" => [Path.Combine(AppContext.BaseDirectory, "photos"), "--model", _folder["asked"]],
        "instruct gates" => ["--model", _folder["asked"]],
        _ => [],
    };
}
