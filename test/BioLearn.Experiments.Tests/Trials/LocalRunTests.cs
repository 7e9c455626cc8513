namespace BioLearn.Experiments.Tests;

public sealed class LocalRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_are_the_same_bytes_for_any_number_of_workers()
    {
        Experiment experiment = Toys.Of("rate: {grid: [0.1, 0.2, 0.3]}", "seeds: 5");
        Assert.Equal(new RunSummary(15, 0, 15, 0, 0), new LocalRun(experiment, new(_folder["one"]), Toys.OneByOne).Run());
        Assert.Equal(new RunSummary(15, 0, 15, 0, 0), new LocalRun(experiment, new(_folder["many"]), new() { Workers = 4 }).Run());
        Assert.Equal(15, Toys.Results(_folder["one"]).Count);
        Assert.Equal(Toys.Results(_folder["one"]), Toys.Results(_folder["many"]));
    }

    [Fact]
    public void What_killed_processes_left_half_written_goes_and_what_may_be_alive_stays()
    {
        Experiment experiment = Toys.Of("rate: 0.1");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder, Toys.OneByOne).Run();
        string digits = "0123456789abcdef0123456789abcdef";
        string old = _folder.Write($"out/trials/ab/x.jsonl.{digits}.tmp", "half"), checkpoint = _folder.Write($"out/checkpoints/y.bin.{digits}.tmp", "half");
        string fresh = _folder.Write($"out/trials/ab/z.jsonl.{digits}.tmp", "half"), open = _folder.Write($"out/trials/ab/w.jsonl.{digits}.tmp", "half"), other = _folder.Write("out/trials/ab/mine.tmp", "");
        using (FileStream live = new(open, FileMode.Open, FileAccess.Write))
        {
            foreach (string file in (string[])[old, checkpoint, open, other])
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-2));
            Assert.Equal(new RunSummary(1, 1, 0, 0, 0), new LocalRun(experiment, folder, Toys.OneByOne).Run());
        }
        Assert.Equal([fresh, open, other], new[] { old, checkpoint, fresh, open, other }.Where(File.Exists));
    }

    [Fact]
    public void A_grid_changed_in_one_rate_runs_only_its_trials()
    {
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(Toys.Of("rate: {grid: [0.1, 0.2, 0.3]}", "seeds: 4"), folder).Run();
        Heard heard = new();
        RunSummary summary = new LocalRun(Toys.Of("rate: {grid: [0.1, 0.25, 0.3]}", "seeds: 4"), folder, Toys.OneByOne, heard).Run();
        Assert.Equal(new RunSummary(12, 8, 4, 0, 0), summary);
        Assert.All(heard.Started, trial => Assert.Contains("rate 0.25", trial, StringComparison.Ordinal));
        Assert.Equal(16, Toys.Results(_folder["out"]).Count);
    }

    [Fact]
    public void Read_gives_the_rows_that_were_noted_to_the_last_bit()
    {
        Experiment experiment = Toys.Of("rate: 0.1\nsteps: 7\ndiverges-above: 0.2");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        TrialContext alone = new("toys", "0");
        experiment.Create(experiment.Trials[0]).Run(alone);
        TrialRecord record = folder.Read(experiment.Trials[0].Identity)!;
        Assert.Equal(alone.Rows.SelectMany(row => row.Values.Select(value => (row.Iteration, value.Key, value.Value))), record.Rows.SelectMany(row => row.Values.Select(value => (row.Iteration, value.Key, value.Value))));
        Assert.Contains(record.Rows, row => double.IsNaN(row.Values[0].Value));
        Assert.Equal((TrialOutcome.Diverged, experiment.Configuration(experiment.Trials[0])), (record.Outcome, record.Configuration));
        Assert.True(folder.Scan().HasDiverged(experiment.Trials[0]));
    }

    [Fact]
    public void A_trial_that_throws_is_a_failure_with_its_message_and_the_rest_goes_on()
    {
        Experiment experiment = Toys.Of("throws: {grid: [null, the rate is too high]}", "seeds: 2");
        ResultsFolder folder = new(_folder["out"]);
        Assert.Equal(new RunSummary(4, 0, 2, 0, 2), new LocalRun(experiment, folder).Run());
        Trial failed = experiment.Trials.First(folder.Scan().HasFailed);
        Assert.Equal("the rate is too high", folder.Failures.Message(failed.Identity));
        // Not tried again until somebody says so.
        Assert.Equal(new RunSummary(4, 2, 0, 0, 2), new LocalRun(experiment, folder).Run());
        Heard heard = new();
        new LocalRun(experiment, folder, new() { RetriesFailed = true }, heard).Run();
        Assert.Equal(2, heard.Started.Count);
    }

    [Fact]
    public void Stop_at_first_starts_nothing_behind_a_failure()
    {
        Experiment experiment = Toys.Of("throws: {grid: [no, null]}", "seeds: 5");
        RunSummary summary = new LocalRun(experiment, new(_folder["out"]), Toys.OneByOne with { StopsAtFirstFailure = true }).Run();
        Assert.Equal((0, 1, 9), (summary.Ran, summary.Failed, summary.Missing));
    }

    [Fact]
    public void A_damaged_result_is_run_again_to_the_same_bytes()
    {
        Experiment experiment = Toys.Of("rate: {grid: [1, 2, 3]}");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        SortedDictionary<string, string> whole = Toys.Results(_folder["out"]);
        string[] files = [.. whole.Keys.Select(name => Path.Combine(_folder["out"], "trials", name))];
        File.WriteAllText(files[0], File.ReadAllText(files[0])[..^5]);
        File.WriteAllText(files[1], whole[whole.Keys.ElementAt(1)].Replace('0', '1'));
        Assert.Single(folder.Scan().Cut);
        Assert.Equal(new RunSummary(3, 1, 2, 0, 0), new LocalRun(experiment, folder).Run());
        Assert.Equal(whole, Toys.Results(_folder["out"]));
    }

    [Fact]
    public void Results_that_differ_are_told_not_chosen_from()
    {
        Experiment experiment = Toys.Of("rate: 1");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        string identity = experiment.Trials[0].Identity;
        TrialRecord record = folder.Read(identity)!;
        folder.Write(record with { Rows = [.. record.Rows.Skip(1)] });
        Assert.Contains(identity, folder.Scan().Contradicted);
        Assert.Contains("2 results that differ", Assert.Throws<InvalidDataException>(() => folder.Read(identity)).Message, StringComparison.Ordinal);
        folder.Forget(identity);
        Assert.False(folder.Scan().IsDone(experiment.Trials[0]));
    }

    [Fact]
    public void A_stopped_trial_goes_on_from_its_checkpoint_to_the_same_bytes()
    {
        Experiment experiment = Toys.Of("steps: 40");
        new LocalRun(experiment, new(_folder["undisturbed"])).Run();
        ResultsFolder folder = new(_folder["stopped"]);
        using CancellationTokenSource stop = new();
        List<int> steps = [];
        ToyTrial.AtStep.Value = step =>
        {
            steps.Add(step);
            if (steps.Count == 8)
                stop.Cancel();
        };
        Assert.Equal(1, new LocalRun(experiment, folder, Toys.OneByOne).Run(cancellation: stop.Token).Missing);
        Assert.Single(folder.Checkpoints.Identities());
        new LocalRun(experiment, folder, Toys.OneByOne).Run();
        ToyTrial.AtStep.Value = null;
        Assert.Equal(Enumerable.Range(0, 40), steps);
        Assert.Equal(Toys.Results(_folder["undisturbed"]), Toys.Results(_folder["stopped"]));
        Assert.Empty(folder.Checkpoints.Identities());
    }

    [Fact]
    public void Checkpoint_of_a_finished_trial_goes_with_the_next_run()
    {
        Experiment experiment = Toys.Of("rate: 0.1");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        folder.Checkpoints.Write(experiment.Trials[0].Identity, "program", [], [1]); // killed between the result and this
        new LocalRun(experiment, folder).Run();
        Assert.Empty(folder.Checkpoints.Identities());
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        Experiment experiment = Toys.Of("steps: 3");
        ResultsFolder folder = new(_folder["out"]);
        string identity = experiment.Trials[0].Identity, program = "program";
        folder.Checkpoints.Write(identity, program, [new(0, [new("at", 9)])], [1, 2, 3]);
        Assert.Equal([1, 2, 3], folder.Checkpoints.Read(identity, program)!.Value.State);
        Assert.Null(folder.Checkpoints.Read(identity, "another program"));
        string file = Path.Combine(_folder["out"], "checkpoints", $"{identity}.bin");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Null(folder.Checkpoints.Read(identity, program));
    }

    [Fact]
    public void Journals_hold_program_machine_and_the_cost_of_each_trial()
    {
        Experiment experiment = Toys.Of("rate: {grid: [1, 2, 3]}");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        Assert.Equal(experiment.Trials.Select(t => t.Identity).Order(), folder.Journals.Costs().Keys.Order());
        Assert.Contains(Environment.MachineName, Assert.Single(folder.Journals.Processes()), StringComparison.Ordinal);
        Assert.All(folder.Journals.Costs().Values, cost => Assert.InRange(cost.CpuSeconds, 0, 60));
    }

    private sealed class Heard : IRunObserver
    {
        public List<string> Started { get; } = [];

        public void Begun(IReadOnlyList<Trial> trials, int before)
        {
        }

        void IRunObserver.Started(Trial trial) => Started.Add(trial.ToString());

        public void Ended(Trial trial, TrialRecord record)
        {
        }

        public void Failed(Trial trial, Exception error)
        {
        }
    }
}
