using System.Text.Json;
using BioLearn.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

public sealed class ExperimentCommandTests : IDisposable
{
    private readonly WalkFolder _walks = new();

    public void Dispose() => _walks.Dispose();

    [Fact]
    public async Task Run_does_what_is_missing_and_status_and_plan_tell()
    {
        var (exitCode, output) = await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("6 trials: 0 were done, 6 run", output, StringComparison.Ordinal);
        Assert.Contains("6 trials: 6 were done, 0 run", (await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output, StringComparison.Ordinal);
        using var status = JsonDocument.Parse((await WalkFolder.RunAsync("status", _walks["out"], "--json")).Output);
        Assert.Equal((6, 6, 0), (status.RootElement.GetProperty("trials").GetInt32(), status.RootElement.GetProperty("done").GetInt32(), status.RootElement.GetProperty("failed").GetInt32()));
        output = (await WalkFolder.RunAsync("plan", _walks.Grid, "--out", _walks["out"], "--first", "2")).Output;
        Assert.Contains("6 trials with 3 seeds; 6 done, 0 failed, 0 missing", output, StringComparison.Ordinal);
        Assert.Contains("and 4 more", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shares_of_a_folder_are_the_whole_grid()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["whole"]);
        new ResultsFolder(_walks["shared"]).Grids.Keep(_walks.Experiment.Grid);
        for (int i = 0; i < 4; i++)
            Assert.Equal(0, (await WalkFolder.RunAsync("work", _walks["shared"], "--index", $"{i}", "--of", "4")).ExitCode);
        Assert.Equal(_walks.Results("whole"), _walks.Results("shared"));
    }

    [Fact]
    public async Task A_trial_that_throws_ends_with_exit_code_3_and_can_be_retried()
    {
        File.WriteAllText(_walks.Grid, "name: walks\ntask: walk\ntrial: {throws: {grid: [true, false]}}\n");
        var (exitCode, output) = await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(3, exitCode);
        Assert.Contains("a trial that throws", output, StringComparison.Ordinal);
        Trial failed = _walks.Experiment.Trials[0];
        Assert.Contains($"{failed.Identity} failed", (await WalkFolder.RunAsync("why", _walks.Grid, failed.Identity[..8], "--out", _walks["out"])).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await WalkFolder.RunAsync("retry", _walks.Grid, "--failed", "--out", _walks["out"])).ExitCode);
        // Retried by name, a result is made anew.
        Trial done = _walks.Experiment.Trials[1];
        SortedDictionary<string, string> before = _walks.Results("out");
        Assert.Contains("1 trials: 0 were done, 1 run", (await WalkFolder.RunAsync("retry", _walks.Grid, done.Identity, "--out", _walks["out"])).Output, StringComparison.Ordinal);
        Assert.Equal(before, _walks.Results("out"));
    }

    [Fact]
    public async Task Why_names_what_differs_from_the_nearest_finished_trial()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        string output = (await WalkFolder.RunAsync("why", _walks.Grid, WalkTrial.Identity, "--out", _walks["out"])).Output;
        Assert.Contains($"nearest finished trial: {_walks.Experiment.Trials[1].Identity}", output, StringComparison.Ordinal);
        Assert.Matches(@"steps\s+2\s+3", output);
    }

    [Fact]
    public async Task Mistakes_in_a_grid_name_file_and_line()
    {
        File.WriteAllText(_walks.Grid, "name: walks\ntask: walk\ntrial:\n  step: 3\n");
        var (exitCode, output) = await WalkFolder.RunAsync("plan", _walks.Grid);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{_walks.Grid}, line 4: unknown setting of the task walk: 'step'; did you mean 'steps'?", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_writes_a_row_a_trial_and_iteration()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        Assert.Equal(0, (await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["out"], "--csv", _walks["records.csv"], "--parquet", _walks["records.parquet"])).ExitCode);
        string[] lines = File.ReadAllLines(_walks["records.csv"]);
        Assert.Equal("trial,seed,outcome,steps,iteration,walked", lines[0]);
        Assert.Equal(1 + (3 * (2 + 3)), lines.Length);
        TrialRow row = new ResultsFolder(_walks["out"]).Read(WalkTrial.Identity)!.Rows[1];
        Assert.Equal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{WalkTrial.Identity},0,finished,2,1,{row.Values[0].Value:R}"), lines[2]);
        Assert.Equal("PAR1"u8.ToArray(), File.ReadAllBytes(_walks["records.parquet"])[..4]);
    }

    [Fact]
    public async Task Submit_prints_a_script_of_what_is_missing()
    {
        await WalkFolder.RunAsync("work", Kept(), "--index", "0", "--of", "3");
        var (exitCode, output) = await WalkFolder.RunAsync("submit", _walks["out"], "--print", "--tasks", "3", "--workers", "2", "--command", "biolearn", "--option=--mem=2G", "--at-once", "2");
        Assert.Equal(0, exitCode);
        string name = Path.GetFileName(Assert.Single(Directory.GetDirectories(_walks["out/submissions"])));
        foreach (string line in (string[])["#!/bin/bash", "#SBATCH --array=0-2%2", "#SBATCH --cpus-per-task=2", "#SBATCH --mem=2G", "#SBATCH --job-name=walks",
            $"exec biolearn experiment work {_walks["out"]} --grid walks --submission {name} --of 3 --workers 2 --trials {WalkFolder.Assembly}"])
            Assert.Contains(line + "\n", output, StringComparison.Ordinal);
        Assert.Equal(_walks.Experiment.Trials.Select(t => t.Identity).Except(new TrialShare(0, 3).Of(_walks.Experiment.Trials).Select(t => t.Identity)), File.ReadAllLines(_walks[$"out/submissions/{name}/trials.txt"]));
        // Its tasks do the list, and then nothing is missing.
        for (int i = 0; i < 3; i++)
            await WalkFolder.RunAsync("work", _walks["out"], "--grid", "walks", "--submission", name, "--index", $"{i}", "--of", "3");
        Assert.Contains("nothing is missing: 6 of 6", (await WalkFolder.RunAsync("submit", _walks["out"])).Output, StringComparison.Ordinal);
    }

    private string Kept()
    {
        new ResultsFolder(_walks["out"]).Grids.Keep(_walks.Experiment.Grid);
        return _walks["out"];
    }
}
