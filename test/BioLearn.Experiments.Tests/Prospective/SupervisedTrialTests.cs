using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class SupervisedTrialTests
{
    private static DataSource Pictures => DataSource.At("fashion-mnist", RepositoryFiles.Find("examples/data/fashion-mnist"));

    [Fact]
    public void Predictive_coding_learns_the_bundled_pictures_to_the_same_rows_twice()
    {
        TrialContext[] runs = [new("supervised", "0"), new("supervised", "0"), new("supervised", "1")];
        foreach (TrialContext run in runs)
            new SupervisedTrial { Data = Pictures, Rule = new PredictiveCoding { InferenceSteps = 64, InferenceRate = 1 }, LearningRate = .005, TrainPerClass = 100, Epochs = 8 }.Run(run);
        Assert.Equal(Enumerable.Range(0, 8), runs[0].Rows.Select(row => row.Iteration));
        Assert.Equal(runs[0].Rows.SelectMany(row => row.Values), runs[1].Rows.SelectMany(row => row.Values));
        Assert.NotEqual(Of(runs[0], "train-loss"), Of(runs[2], "train-loss"));
        Assert.InRange(Of(runs[0], "test-error")[^1], .1, .6); // chance is .9
        Assert.True(Of(runs[0], "train-loss")[^1] < .7 * Of(runs[0], "train-loss")[0]);
    }

    [Fact]
    public void Rules_of_one_seed_start_with_the_same_weights_and_order()
    {
        // Without hidden layers predictive coding is backpropagation: whatever differs comes from first weights or orders.
        TrialContext[] runs = [new("supervised", "0"), new("supervised", "0")];
        new SupervisedTrial { Data = Pictures, Rule = new PredictiveCoding(), Depth = 1, LearningRate = 1e-4, TrainPerClass = 20, TestPerClass = 10, Epochs = 3 }.Run(runs[0]);
        new SupervisedTrial { Data = Pictures, Rule = new Backpropagation(), Depth = 1, LearningRate = 1e-4, TrainPerClass = 20, TestPerClass = 10, Epochs = 3 }.Run(runs[1]);
        foreach ((double one, double other) in Of(runs[0], "train-loss").Zip(Of(runs[1], "train-loss")))
            Assert.Equal(one, other, 1e-5);
    }

    [Fact]
    public void Gradients_are_summed_whatever_the_rule_averages()
    {
        TrialContext[] runs = [new("supervised", "0"), new("supervised", "0")];
        foreach ((TrialContext run, bool sums) in runs.Zip([false, true]))
            new SupervisedTrial { Data = Pictures, Rule = new PredictiveCoding { InferenceSteps = 8, SumOverBatch = sums }, TrainPerClass = 7, TestPerClass = 10, Epochs = 2 }.Run(run);
        foreach ((double one, double other) in Of(runs[0], "train-loss").Zip(Of(runs[1], "train-loss")))
            Assert.Equal(one, other, 1e-4 * one);
    }

    [Fact]
    public void Run_that_diverges_has_error_1_from_there_on()
    {
        TrialContext run = new("supervised", "0");
        new SupervisedTrial { Data = Pictures, Rule = new Backpropagation(), Activation = Activation.LeakyReLU, LearningRate = 10, TrainPerClass = 20, TestPerClass = 10, Epochs = 3 }.Run(run);
        Assert.All(Of(run, "test-error"), error => Assert.Equal(1, error));
        Assert.All(Of(run, "diverged"), flag => Assert.Equal(1, flag));
    }

    [Fact]
    public void Epoch_of_a_number_of_batches_ends_there()
    {
        TrialContext run = new("supervised", "0"), whole = new("supervised", "0");
        // No learning: the loss tells how many rows were met.
        new SupervisedTrial { Data = Pictures, Rule = new Backpropagation(), LearningRate = 1e-30, TrainPerClass = 20, TestPerClass = 10, Epochs = 1, BatchSize = 8, BatchesPerEpoch = 3 }.Run(run);
        new SupervisedTrial { Data = Pictures, Rule = new Backpropagation(), LearningRate = 1e-30, TrainPerClass = 20, TestPerClass = 10, Epochs = 1, BatchSize = 24, BatchesPerEpoch = 1 }.Run(whole);
        Assert.Equal(Of(whole, "train-loss")[0], Of(run, "train-loss")[0], 1e-6);
    }

    [Fact]
    public void Checkpoint_goes_on_to_the_same_rows() =>
        StoppedContext.Check(() => new SupervisedTrial { Data = Pictures, Rule = new PredictiveCoding { InferenceSteps = 8 }, TrainPerClass = 9, TestPerClass = 10, Epochs = 4, BatchSize = 1, BatchesPerEpoch = 30 }, after: 1);

    private static double[] Of(TrialContext run, string metric) => [.. run.Rows.Select(row => row.Values.Single(v => v.Key == metric).Value)];
}
