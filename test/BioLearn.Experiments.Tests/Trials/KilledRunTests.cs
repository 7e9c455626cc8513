namespace BioLearn.Experiments.Tests;

/// <summary>What other processes, and kill -9, do to a folder of results: nothing.</summary>
[Collection("Processes")]
public sealed class KilledRunTests : IDisposable
{
    private const int Kills = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_at_a_hundred_random_moments_the_results_equal_an_undisturbed_run()
    {
        string grid = _folder.Write("toys.yaml", "name: toys\ntask: toy\nseeds: 400\ntrial: {rate: {grid: [0.1, 0.2]}, steps: 6, milliseconds: 1}\n");
        Experiment experiment = Experiment.Read(grid, Toys.Catalog);
        ResultsFolder killed = new(_folder["killed"]);
        // Any moment will do; which ones, the seed says, so that a failure can be seen again.
        Random moments = new(14);
        int started = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using var process = ToyProcess.Start(grid, killed.Path);
            // Every other process gets to its first result before its moment comes.
            int results = kill % 2 == 0 ? 0 : killed.Scan().Count;
            process.KillAfter(moments.Next(0, 40), () => kill % 2 == 0 || killed.Scan().Count > results);
            started += killed.Scan().Count < experiment.Trials.Count ? 1 : 0;
        }
        // Otherwise nothing was killed at work.
        Assert.Equal(Kills, started);
        Assert.True(killed.Scan().Count >= Kills / 2);
        new LocalRun(experiment, killed, new() { Workers = 16 }).Run();
        new LocalRun(experiment, new(_folder["undisturbed"]), new() { Workers = 16 }).Run();
        Assert.Equal(experiment.Trials.Count, Toys.Results(killed.Path).Count);
        Assert.Equal(Toys.Results(_folder["undisturbed"]), Toys.Results(killed.Path));
        Assert.Empty(killed.Checkpoints.Identities());
    }

    [Fact]
    public void Three_processes_in_one_folder_share_the_work_and_never_harm_each_other()
    {
        string grid = _folder.Write("toys.yaml", "name: toys\ntask: toy\nseeds: 150\ntrial: {rate: {grid: [0.1, 0.2]}, steps: 5, milliseconds: 1}\n");
        Experiment experiment = Experiment.Read(grid, Toys.Catalog);
        ResultsFolder shared = new(_folder["shared"]);
        ToyProcess[] processes = [.. Enumerable.Range(0, 3).Select(_ => ToyProcess.Start(grid, shared.Path))];
        foreach (ToyProcess process in processes)
        {
            process.WaitForEnd();
            process.Dispose();
        }
        new LocalRun(experiment, new(_folder["alone"]), new() { Workers = 16 }).Run();
        Assert.Equal(Toys.Results(_folder["alone"]), Toys.Results(shared.Path));
        Assert.Empty(shared.Scan().Contradicted);
    }
}

[CollectionDefinition("Processes", DisableParallelization = true)]
public sealed class ProcessesCollection;
