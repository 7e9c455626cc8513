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

    [Fact]
    public async Task Hint_at_a_retry_is_the_whole_command_line()
    {
        File.WriteAllText(_walks.Grid, "name: walks\ntask: walk\ntrial: {throws: true}\n");
        string output = Said((await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output);
        Assert.Contains($"biolearn experiment retry {_walks.Grid} --failed --out {Path.GetRelativePath(Environment.CurrentDirectory, _walks["out"])} --trials {WalkFolder.Assembly} runs them again", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_damaged_or_missing_is_told_wherever_it_is_left_out()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        string file = Directory.GetFiles(_walks["out/trials"], $"{WalkTrial.Identity}*", SearchOption.AllDirectories)[0];
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^4] ^= 1; // another digit
        File.WriteAllBytes(file, bytes);
        File.Delete(Directory.GetFiles(_walks["out/trials"], $"{_walks.Experiment.Trials[1].Identity}*", SearchOption.AllDirectories)[0]);

        var (exitCode, status) = await WalkFolder.RunAsync("status", _walks.Grid, "--out", _walks["out"], "--check");
        Assert.Equal(3, exitCode);
        Assert.Contains("is damaged and will be run again", status, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing is left to do", Said(status), StringComparison.Ordinal);
        Assert.Contains(Squeezed(file), Squeezed(status), StringComparison.Ordinal);
        Assert.Contains($"{WalkTrial.Identity} damaged", (await WalkFolder.RunAsync("why", _walks.Grid, WalkTrial.Identity, "--out", _walks["out"])).Output, StringComparison.Ordinal);
        string export = (await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["out"], "--csv", _walks["records.csv"])).Output, report = (await WalkFolder.RunAsync("report", _walks["out"])).Output;
        foreach (string output in (string[])[export, report])
        {
            Assert.Contains("walks: 2 of 6 trials are not done and left out", Said(output), StringComparison.Ordinal);
            Assert.Contains(Squeezed(file), Squeezed(output), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Grid_of_another_experiment_makes_no_report_of_the_folder()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        File.WriteAllText(_walks["other.yaml"], WalkTrial.Grid.Replace("name: walks", "name: runs", StringComparison.Ordinal));
        var (exitCode, output) = await WalkFolder.RunAsync("report", _walks["out"], "-f", _walks["other.yaml"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("is of the experiment 'runs';", Said(output), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_walks["out/report"]));
        File.WriteAllText(_walks.Grid, File.ReadAllText(_walks["other.yaml"]));
        Assert.Contains("name: the experiment 'runs' would replace", Said((await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"])).Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_no_grid_has_is_refused()
    {
        Directory.CreateDirectory(_walks["pictures"]);
        Assert.Contains("the grid has no source 'fashion-mist'; it has none", Said((await WalkFolder.RunAsync("plan", _walks.Grid, "-d", $"fashion-mist={_walks["pictures"]}")).Output), StringComparison.Ordinal);
        var (exitCode, output) = await Tool.RunAsync("experiment", "plan", "credit/rules.quick", "-d", $"fashion-mist={_walks["pictures"]}");
        Assert.Equal(2, exitCode);
        Assert.Contains("the grid has no source 'fashion-mist'; did you mean 'fashion-mnist'?", Said(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_that_is_a_measured_number_is_no_class()
    {
        File.WriteAllLines(_walks["houses.csv"], ["area,price", .. Enumerable.Range(0, 60).Select(i => $"{i},{1000 + i}.5"), "60,"]);
        File.WriteAllText(_walks.Grid, $"name: t\ntask: credit\ndata: {{houses: {_walks["houses.csv"]}}}\ntrial: {{data: houses, epochs: 1}}\n");
        var (exitCode, output) = await Tool.RunAsync("experiment", "plan", _walks.Grid);
        Assert.Equal(1, exitCode);
        Assert.Contains("houses.csv, column 'price': more than 20 different numbers", Said(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_exported_again_in_the_place_of_the_old_ones()
    {
        await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["out"]);
        for (int i = 0; i < 2; i++)
            Assert.Equal(0, (await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["out"], "--tensorboard", _walks["runs"], "--mlflow", _walks["mlruns"])).ExitCode);
        Assert.Equal(6, Directory.GetFiles(_walks["runs"], "*tfevents*", SearchOption.AllDirectories).Length);
        foreach (string mark in Directory.GetFiles(_walks["runs"], "biolearn-trial.txt", SearchOption.AllDirectories))
            File.Delete(mark);
        Directory.Delete(_walks["mlruns"], recursive: true);
        Assert.Equal(1, (await WalkFolder.RunAsync("export", _walks.Grid, "--out", _walks["out"], "--tensorboard", _walks["runs"], "--mlflow", _walks["mlruns"])).ExitCode);
        Assert.Single(Directory.GetDirectories(_walks["mlruns"]));
    }

    /// <summary>Paths of any length break lines anywhere.</summary>
    private static string Said(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Squeezed(string output) => string.Concat(output.Where(c => !char.IsWhiteSpace(c)));

    private string Kept()
    {
        new ResultsFolder(_walks["out"]).Grids.Keep(_walks.Experiment.Grid);
        return _walks["out"];
    }
}
