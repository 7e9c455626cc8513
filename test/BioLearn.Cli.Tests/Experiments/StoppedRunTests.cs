using BioLearn.Cli.Terminal;
using BioLearn.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

/// <summary>What a run shows, and what is left of one that is stopped by a signal.</summary>
public sealed class StoppedRunTests : IDisposable
{
    private readonly WalkFolder _walks = new();

    public void Dispose() => _walks.Dispose();

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task Signal_ends_a_run_and_the_same_command_does_the_rest_to_the_same_bytes(string signal, int expected)
    {
        File.WriteAllText(_walks.Grid, "name: walks\ntask: walk\nseeds: 20\ntrial: {milliseconds: 20, steps: {grid: [1, 2]}}\n");
        string[] command = ["experiment", "run", _walks.Grid, "--trials", WalkFolder.Assembly, "--workers", "2", "--out"];
        using (var tool = RunningTool.Start([.. command, _walks["stopped"]]))
        {
            ResultsFolder results = new(_walks["stopped"]);
            await tool.Until(() => results.Scan().Count > 2);
            var (exitCode, output) = await tool.Signal(signal);
            Assert.True(exitCode == expected, output);
            Assert.InRange(results.Scan().Count, 3, 39);
            Assert.Empty(Directory.GetFiles(_walks["stopped"], "*.tmp", SearchOption.AllDirectories));
        }
        Assert.Equal(0, (await Tool.RunAsync([.. command, _walks["stopped"]])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync([.. command, _walks["whole"]])).ExitCode);
        Assert.Equal(_walks.Results("whole"), _walks.Results("stopped"));
    }

    [Fact]
    public async Task Table_has_a_row_a_setting_with_the_mean_of_its_seeds()
    {
        string output = (await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output;
        ResultsFolder results = new(_walks["out"]);
        foreach (var setting in _walks.Experiment.Trials.GroupBy(trial => trial.Settings["steps"]!.ToString()))
        {
            double mean = setting.Average(trial => results.Read(trial.Identity)!.Rows[^1].Find("walked")!.Value);
            Assert.Matches(FormattableString.Invariant($@"steps {setting.Key}\s+3/3\s+{mean.ToString("G5", System.Globalization.CultureInfo.InvariantCulture)}"), output);
        }
        Assert.Contains("6 of 6 trials done", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_that_checks_names_a_result_whose_bytes_have_changed()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(0, (await WalkFolder.RunAsync("status", _walks["out"], "--check")).ExitCode);
        string file = Directory.GetFiles(_walks["out/trials"], $"{WalkTrial.Identity}*", SearchOption.AllDirectories).Single();
        File.WriteAllText(file, File.ReadAllText(file).Replace("finished", "Finished", StringComparison.Ordinal));
        Assert.Equal(0, (await WalkFolder.RunAsync("status", _walks["out"])).ExitCode); // a listing opens nothing
        var (exitCode, output) = await WalkFolder.RunAsync("status", _walks["out"], "--check");
        Assert.Equal(ExitCodes.SomeFailed, exitCode);
        Assert.Contains($"{WalkTrial.Identity} is damaged", output, StringComparison.Ordinal);
        Assert.Contains("6 trials: 5 were done, 1 run", (await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output, StringComparison.Ordinal);
    }

    /// <summary>As on a full disk: not a trial's failure, which would be kept, but the run's.</summary>
    [Fact]
    public async Task A_result_that_cannot_be_written_ends_the_run()
    {
        Directory.CreateDirectory(_walks["out"]);
        File.WriteAllText(_walks["out/trials"], "in the way");
        var (exitCode, output) = await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(_walks["out/trials"], output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        File.Delete(_walks["out/trials"]);
        Assert.Contains("6 trials: 0 were done, 6 run", (await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_of_the_command_line_are_told_in_a_line()
    {
        foreach ((string[] words, string said) in ((string[], string)[])[
            (["--trials", _walks["nowhere.dll"]], "there is no such file; expected an assembly"),
            (["--trials", typeof(ResultsFolder).Assembly.Location, "--data", "walks=nowhere"], "expected NAME=FOLDER"),
            (["--trials", WalkFolder.Assembly, "--workers", "0"], "--workers 0: must lie between 1 and 4096")])
        {
            var (exitCode, output) = await Tool.RunAsync(["experiment", "run", _walks.Grid, .. words, "--out", _walks["out"]]);
            Assert.Equal(ExitCodes.Usage, exitCode);
            Assert.Contains(said, output, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(_walks["out"]));
    }
}
