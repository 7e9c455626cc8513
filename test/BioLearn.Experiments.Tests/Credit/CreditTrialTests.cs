using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Tests;

public sealed class CreditTrialTests : IDisposable
{
    private static readonly Dictionary<string, string> Folders = new() { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rules_learn_from_the_same_weights_and_better_than_chance()
    {
        Experiment experiment = Of("rule: {grid: [backpropagation, feedback-alignment]}\n  epochs: 12\n  train-per-class: 60\n  test-per-class: 20\n  width: 32");
        ResultsFolder folder = new(_folder["out"]);
        Assert.Equal(new RunSummary(2, 0, 2, 0, 0), new LocalRun(experiment, folder, Toys.OneByOne).Run());
        foreach (Trial trial in experiment.Trials)
        {
            TrialRecord record = folder.Read(trial.Identity)!;
            Assert.Equal(Enumerable.Range(1, 12), record.Rows.Select(row => row.Iteration));
            Assert.Equal(["train-loss", "test-loss", "test-error"], record.Rows[0].Values.Select(value => value.Key));
            Assert.InRange(record.Rows[^1].Values[2].Value, 0, .7);
        }
    }

    /// <summary>Shares of all test pictures: with the last class left out they would be shares of fewer.</summary>
    [Fact]
    public void Every_class_is_learned_and_tested()
    {
        TrialContext context = new("credit", "0");
        new Credit.CreditTrial { Data = DataSource.At("fashion-mnist", Folders["fashion-mnist"]), Epochs = 2, TestPerClass = 49, Width = 8 }.Run(context);
        Assert.All(context.Rows, row => Assert.Equal(Math.Round(490 * row.Values[2].Value), 490 * row.Values[2].Value, 1e-9));
    }

    [Fact]
    public void A_grid_that_needs_more_rows_than_there_are_is_refused_before_it_runs()
    {
        Experiment needy = new(GridFile.Parse("name: credit\ntask: credit\nneeds: {fashion-mnist: 2001}\ntrial: {data: fashion-mnist}\n"), folders: Folders);
        string expected = $"needs 2001 training rows of fashion-mnist; {Folders["fashion-mnist"]} has 2000: --data fashion-mnist=FOLDER names another folder";
        Assert.Equal($"grid, line 3: {expected}", Assert.Throws<InvalidDataException>(() => new LocalRun(needy, new(_folder["out"])).Run()).Message);
        Assert.False(Directory.Exists(_folder["out"]));
        Experiment content = new(GridFile.Parse("name: credit\ntask: credit\nneeds: {fashion-mnist: 2000, cifar-10: 50000}\ntrial: {data: fashion-mnist}\n"), folders: Folders);
        Assert.Null(content.Lacking());
        Assert.Equal("fashion-mnist", Assert.Single(content.Sources).Name);
        Assert.Contains("needs: fashion-mnist", Assert.Throws<InvalidDataException>(() => GridFile.Parse("name: credit\ntask: credit\nneeds: {fashion-mnist: all}\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Activation_beside_layers_that_have_their_own_is_refused()
    {
        Credit.CreditTrial trial = new() { Data = DataSource.At("fashion-mnist", Folders["fashion-mnist"]), Layers = [new ML.Networks.Dense(4)], Activation = ML.Networks.Activation.Tanh };
        string message = Assert.Throws<ArgumentException>(() => trial.Run(new TrialContext("credit", "0"))).Message;
        Assert.Equal("activation Tanh is for hidden-layers and hidden-units; layers describes the hidden layers in full, expected none beside it", message);
    }

    /// <summary>The run says how often: with no time between two of them, after every epoch.</summary>
    [Fact]
    public void Checkpoints_are_offered_as_often_as_the_run_asks()
    {
        Offered context = new();
        new Credit.CreditTrial { Data = DataSource.At("fashion-mnist", Folders["fashion-mnist"]), Epochs = 4, Width = 4, TrainPerClass = 2, TestPerClass = 2 }.Run(context);
        Assert.Equal((4, 3), (context.Rows.Count, context.Offers));
    }

    private sealed class Offered() : TrialContext("credit", "0")
    {
        public int Offers { get; private set; }

        public override TimeSpan CheckpointEvery => TimeSpan.Zero;

        public override void Checkpoint(Action<BinaryWriter> write) => Offers++;
    }

    /// <summary>Stopped after its first epoch, a training goes on to the same rows: weights, optimizer and order are those of the checkpoint.</summary>
    [Fact]
    public void A_stopped_training_goes_on_to_the_same_rows()
    {
        Experiment experiment = Of("rule: feedback-alignment\n  epochs: 4\n  train-per-class: 20\n  test-per-class: 10\n  width: 16\n  hidden-layers: 2");
        new LocalRun(experiment, new(_folder["whole"]), Toys.OneByOne).Run();
        ResultsFolder folder = new(_folder["stopped"]);
        // A first piece of one epoch, and its checkpoint.
        Trial trial = experiment.Trials[0];
        StopsAfterFirstRow stopped = new(folder, trial);
        Assert.Throws<OperationCanceledException>(() => experiment.Create(trial).Run(stopped));
        Assert.Single(stopped.Rows);
        new LocalRun(experiment, folder, Toys.OneByOne).Run();
        Assert.Equal(Toys.Results(_folder["whole"]), Toys.Results(_folder["stopped"]));
    }

    private static Experiment Of(string trial) => new(GridFile.Parse($"name: credit\ntask: credit\ntrial:\n  data: fashion-mnist\n  {trial}\n"), folders: Folders);

    /// <summary>Keeps the first checkpoint where the run will look for it, and stops there.</summary>
    private sealed class StopsAfterFirstRow(ResultsFolder folder, Trial trial) : TrialContext("credit", trial.Seed)
    {
        public override void Checkpoint(Action<BinaryWriter> write)
        {
            using MemoryStream state = new();
            using (BinaryWriter writer = new(state, System.Text.Encoding.UTF8, leaveOpen: true))
                write(writer);
            folder.Checkpoints.Write(trial.Identity, ProgramIdentity.BuildOf(typeof(Credit.CreditTrial)), Rows, state.ToArray());
            throw new OperationCanceledException();
        }
    }
}
