using BioLearn.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

/// <summary>Two dozen trials on a Slurm cluster of two nodes, of which one is lost midway.</summary>
[Collection("Alone")]
public sealed class SlurmTests : IDisposable
{
    private readonly WalkFolder _walks = new("name: walks\ntask: walk\nseeds: 12\ntrial: {steps: {grid: [2, 3]}, milliseconds: 250}\n");
    private readonly string? _before = Environment.GetEnvironmentVariable("SLURM_CONF");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("SLURM_CONF", _before);
        _walks.Dispose();
    }

    [Fact]
    public async Task A_node_lost_midway_costs_its_running_trials_and_a_second_submission_has_what_is_missing()
    {
        using SlurmCluster cluster = new(_walks["cluster"]);
        Environment.SetEnvironmentVariable("SLURM_CONF", cluster.Configuration);
        ResultsFolder results = new(_walks["out"]);
        string first = await Submit("6");
        // Both nodes are at work, and something is done.
        SlurmCluster.WaitUntil(() => cluster.ProcessesOf("n2").Length > 0 && results.Scan().Count is >= 2 and < 20, "no trial was run");
        Assert.True(cluster.Lose("n2") > 0);
        // The other node goes on with the tasks that are left; what n2 had begun stays missing.
        SlurmCluster.WaitUntil(() => cluster.Run("squeue", "-h", "-t", "PENDING", "-o", "%i").Trim().Length == 0 && cluster.ProcessesOf("n1").Length == 0, "the tasks of n1 did not end");
        int done = results.Scan().Count;
        Assert.InRange(done, 1, 23);
        string second = await Submit("2");
        Assert.Equal(24 - done, Submission.Read(results, second).Identities.Count);
        Assert.Equal(24, Submission.Read(results, first).Identities.Count);
        SlurmCluster.WaitUntil(() => results.Scan().Count == 24, "the second submission did not end");
        Assert.Equal(0, (await WalkFolder.RunAsync("run", _walks.Grid, "--out", _walks["local"], "--workers", "24")).ExitCode);
        Assert.Equal(_walks.Results("local"), _walks.Results("out"));
        Assert.Contains("nothing is missing", (await WalkFolder.RunAsync("submit", _walks.Grid, "--out", _walks["out"])).Output, StringComparison.Ordinal);
    }

    /// <returns>The submission's name.</returns>
    private async Task<string> Submit(string tasks)
    {
        HashSet<string> before = Directory.Exists(_walks["out/submissions"]) ? [.. Directory.GetDirectories(_walks["out/submissions"])] : [];
        var (exitCode, output) = await WalkFolder.RunAsync("submit", _walks.Grid, "--out", _walks["out"], "--tasks", tasks, "--command", string.Join(' ', WalkFolder.Command));
        Assert.True(exitCode == 0, output);
        return Path.GetFileName(Assert.Single(Directory.GetDirectories(_walks["out/submissions"]), folder => !before.Contains(folder)));
    }
}
