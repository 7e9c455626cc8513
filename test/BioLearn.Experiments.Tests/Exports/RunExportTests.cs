using System.Globalization;
using BioLearn.Experiments.Exports;
using YamlDotNet.RepresentationModel;

namespace BioLearn.Experiments.Tests.Exports;

/// <summary>Folders of runs, read as MLflow's file store reads them: a folder an experiment, one a run, a file a parameter, metric and tag.</summary>
public sealed class RunExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mlflow_finds_experiment_runs_parameters_and_metrics()
    {
        (RecordTable table, Experiment experiment) = Ran("rate: {grid: [0.1, 1]}\nlabel: {grid: [a, 2]}\nsteps: 3");
        string store = _folder["mlruns"];
        Assert.Equal(4, MlflowStore.Write(table, experiment.Grid.Name, store, new Fixed()));
        string home = Assert.Single(Directory.GetDirectories(store));
        Assert.Matches("^[0-9]{18}$", Path.GetFileName(home));
        Dictionary<string, string> meta = Yaml(home);
        Assert.Equal((experiment.Grid.Name, Path.GetFileName(home), "active", "1700000000250"), (meta["name"], meta["experiment_id"], meta["lifecycle_stage"], meta["creation_time"]));
        string[] runs = Directory.GetDirectories(home);
        Assert.Equal(4, runs.Length);
        foreach (string run in runs)
        {
            Dictionary<string, string> about = Yaml(run);
            Assert.Matches("^[0-9a-f]{32}$", about["run_id"]);
            Assert.Equal((Path.GetFileName(run), about["run_id"], Path.GetFileName(home), "3", "active"), (about["run_id"], about["run_uuid"], about["experiment_id"], about["status"], about["lifecycle_stage"]));
            Assert.Equal(Path.Combine(run, "artifacts"), new Uri(about["artifact_uri"]).LocalPath);
            string trial = File.ReadAllText(Path.Combine(run, "tags", "trial"));
            RecordRow[] rows = [.. table.Rows.Where(row => row.Trial.Identity == trial)];
            Assert.Equal(["label", "rate", "seed", "steps"], Directory.GetFiles(Path.Combine(run, "params")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(rows[0].Setting("rate"), File.ReadAllText(Path.Combine(run, "params", "rate")));
            Assert.Equal(rows[0].Trial.Seed, File.ReadAllText(Path.Combine(run, "params", "seed")));
            Assert.Equal(rows[0].Trial.ToString(), File.ReadAllText(Path.Combine(run, "tags", "mlflow.runName")));
            string[][] lines = [.. File.ReadAllLines(Path.Combine(run, "metrics", "square")).Select(line => line.Split(' '))];
            Assert.Equal(rows.Select(row => ("1700000000250", row.Metric("square")!.Value, row.Row.Iteration)), lines.Select(line => (line[0], double.Parse(line[1], CultureInfo.InvariantCulture), int.Parse(line[2], CultureInfo.InvariantCulture))));
        }
        MlflowStore.Write(table, experiment.Grid.Name, store, new Fixed());
        Assert.Equal(runs.Order(), Directory.GetDirectories(home).Order()); // the same runs again
    }

    [Fact]
    public void TensorBoard_has_a_run_a_trial_named_by_what_differs_and_never_twice()
    {
        (RecordTable table, _) = Ran("rate: {grid: [0.1, 1]}\nsteps: 3");
        Assert.Equal(2, TrialEvents.Write(table, _folder["runs"], new Fixed()));
        Assert.Equal(table.Rows.Select(row => row.Trial.ToString()).Distinct().Order(StringComparer.Ordinal), Directory.GetDirectories(_folder["runs"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetDirectories(_folder["runs"]), run => Assert.Single(Directory.GetFiles(run, "*tfevents*")));
        // Again, and only once; what another program wrote there is left alone.
        Assert.Equal(2, TrialEvents.Write(table, _folder["runs"], new Fixed()));
        Assert.All(Directory.GetDirectories(_folder["runs"]), run => Assert.Single(Directory.GetFiles(run, "*tfevents*")));
        foreach (string run in Directory.GetDirectories(_folder["runs"]))
            File.Delete(Path.Combine(run, "biolearn-trial.txt"));
        Assert.Contains("holds events already", Assert.Throws<IOException>(() => TrialEvents.Write(table, _folder["runs"], new Fixed())).Message, StringComparison.Ordinal);
    }

    private (RecordTable Table, Experiment Experiment) Ran(string settings)
    {
        Experiment experiment = Toys.Of(settings);
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        return (RecordTable.Read(experiment, folder), experiment);
    }

    private static Dictionary<string, string> Yaml(string folder)
    {
        YamlStream yaml = [];
        using StringReader text = new(File.ReadAllText(Path.Combine(folder, "meta.yaml")));
        yaml.Load(text);
        return ((YamlMappingNode)yaml.Documents[0].RootNode).Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());
    }

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
    }
}
