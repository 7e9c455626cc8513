using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class DriftTrialTests
{
    private const int NoClass = 10;

    [Fact]
    public void First_drift_is_tested_at_once_and_learned_from_the_next_epoch_on()
    {
        TrialContext drifting = Run(firstDriftingClass: 5), calm = Run(firstDriftingClass: NoClass);
        Assert.Equal(Of(calm, "train-loss")[0], Of(drifting, "train-loss")[0]);
        Assert.NotEqual(Of(calm, "train-loss")[1], Of(drifting, "train-loss")[1]);
        int[] labels = ClassPermutation.Draw(10, 5, drifting.Stream("labels/0"));
        double moved = labels.Where((label, c) => label != c).Count() / 10.0;
        Assert.True(moved > 0, "the seed exchanges no label");
        Assert.True(Of(drifting, "test-error")[0] > Of(calm, "test-error")[0] + (moved / 2), $"{Of(drifting, "test-error")[0]} with and {Of(calm, "test-error")[0]} without drift");
    }

    [Fact]
    public void Network_learns_labels_that_have_drifted()
    {
        TrialContext run = Run(firstDriftingClass: 5, epochs: 12);
        Assert.True(Of(run, "test-error")[^1] < Of(run, "test-error")[0] - .1, string.Join(' ', Of(run, "test-error")));
    }

    [Fact]
    public void Targets_of_the_first_epoch_may_be_0_and_1()
    {
        TrialContext one = Run(zeroTargets: true), other = Run(zeroTargets: false);
        Assert.NotEqual(Of(other, "train-loss")[0], Of(one, "train-loss")[0]);
        Assert.Equal(Of(other, "start-error")[0], Of(one, "start-error")[0]);
    }

    [Fact]
    public void Start_network_is_the_same_for_all_seeds_and_better_than_chance()
    {
        TrialContext one = Run(seed: "0"), other = Run(seed: "1");
        Assert.Equal(Of(one, "start-error")[0], Of(other, "start-error")[0]);
        Assert.InRange(Of(one, "start-error")[0], .05, .6);
        Assert.NotEqual(Of(one, "train-loss")[0], Of(other, "train-loss")[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)] // a drift was in it
    public void Checkpoint_goes_on_to_the_same_rows(int after) => StoppedContext.Check(() => Short(5, 6, false), after);

    private static TrialContext Run(int firstDriftingClass = 5, int epochs = 3, bool zeroTargets = false, string seed = "0")
    {
        TrialContext run = new("drift", seed);
        Short(firstDriftingClass, epochs, zeroTargets).Run(run);
        return run;
    }

    private static DriftTrial Short(int firstDriftingClass, int epochs, bool zeroTargets) => new()
    {
        Data = ProspectiveFixture.Pictures,
        Rule = new Backpropagation(),
        LearningRate = .02,
        Start = new StartNetwork { Epochs = 16, Width = 24 },
        Epochs = epochs,
        DriftEvery = epochs > 6 ? 100 : 3,
        FirstDriftingClass = firstDriftingClass,
        TrainPerClass = 60,
        TestPerClass = 20,
        ZeroTargetsAtFirst = zeroTargets,
    };

    private static double[] Of(TrialContext run, string metric) => [.. run.Rows.SelectMany(row => row.Values).Where(v => v.Key == metric).Select(v => v.Value)];
}
