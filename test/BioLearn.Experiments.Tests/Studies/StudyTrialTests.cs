using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Studies;
using BioLearn.Experiments.Tests.Prospective;
using BioLearn.Kernels.Random;
using BioLearn.ML.Instructed;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Rules;
using BioLearn.ML.Spiking;

namespace BioLearn.Experiments.Tests.Studies;

/// <summary>The studies of the other systems: what they teach is learned, their controls are not, and the long ones go on from a checkpoint.</summary>
public class StudyTrialTests
{
    private static DataSource Pictures => DataSource.At("fashion-mnist", RepositoryFiles.Find("examples/data/fashion-mnist"));

    [Fact]
    public void Residual_network_goes_on_to_the_same_rows()
    {
        StoppedContext.Check(() => new ResidualTrial { Data = Pictures, Rule = new FeedbackAlignment(), Width = 1, TrainingPictures = 64, BatchSize = 32, Epochs = 2 }, after: 1);
    }

    [Fact]
    public void Residual_network_notes_the_angles_of_every_layer_with_weights_before_and_after()
    {
        TrialContext backpropagation = new("residual", "0"), feedbackAlignment = new("residual", "0");
        new ResidualTrial { Data = Pictures, Width = 1, TrainingPictures = 32, BatchSize = 32, Epochs = 2 }.Run(backpropagation);
        new ResidualTrial { Data = Pictures, Rule = new FeedbackAlignment(), Width = 1, TrainingPictures = 32, BatchSize = 32, Epochs = 2 }.Run(feedbackAlignment);
        Assert.Equal([0, 1, 2], backpropagation.Rows.Select(row => row.Iteration));
        foreach (TrialRow row in (TrialRow[])[backpropagation.Rows[0], backpropagation.Rows[2]])
            Assert.All(Angles(row), angle => Assert.InRange(angle, 0, .1));
        double[] others = [.. Angles(feedbackAlignment.Rows[2])];
        Assert.Equal(22, others.Length); // twenty layers, and two that bring a shortcut to another size
        Assert.InRange(others.Average(), 30, 150);

        static IEnumerable<double> Angles(TrialRow row) => row.Values.Where(value => value.Key.StartsWith("gradient-angle-", StringComparison.Ordinal)).Select(value => value.Value);
    }

    [Fact]
    public void Recurrent_units_that_learn_err_less_than_units_that_do_not()
    {
        double learned = Error(UnitFeedback.Symmetric), still = Error(UnitFeedback.None);
        Assert.NotEqual(learned, Error(UnitFeedback.Random));
        Assert.InRange(learned, .1, still - .02);

        static double Error(UnitFeedback feedback)
        {
            TrialContext context = new("recurrent", "0");
            new RecurrentTrial { Data = Pictures, Feedback = feedback, Units = 30, LearningRate = 5e-3, Epochs = 3 }.Run(context);
            return Assert.Single(context.Rows).Values[0].Value;
        }
    }

    [Theory]
    [InlineData(FeatureKind.Pixels, .35)]
    [InlineData(FeatureKind.KrotovHopfield, .65)]
    [InlineData(FeatureKind.BoltzmannMachine, .65)]
    public void Readout_finds_classes_in_features(FeatureKind kind, double most)
    {
        TrialContext context = new("features", "0");
        new FeaturesTrial { Data = Pictures, Features = kind, Units = 40, Epochs = 5, ReadoutEpochs = 20, ValidationRows = 500 }.Run(context);
        Assert.InRange(Assert.Single(context.Rows).Values[0].Value, .1, most);
    }

    [Theory]
    [InlineData(FeatureKind.Pixels, .3, .8)]
    [InlineData(FeatureKind.SpikingCompetition, .3, .8)]
    public void Units_with_classes_find_those_of_other_rows(FeatureKind kind, double least, double most)
    {
        TrialContext context = new("features", "0");
        new FeaturesTrial { Data = Pictures, Features = kind, Readout = FeatureReadout.AssignedUnits, Units = 20, Epochs = 1, TrainingPictures = 200, ValidationRows = 200 }.Run(context);
        Assert.InRange(Assert.Single(context.Rows).Values[0].Value, least, most);
    }

    [Fact]
    public void Spiking_convolution_that_learned_tells_more_than_one_as_drawn()
    {
        double learned = Error(1000), drawn = Error(0);
        Assert.InRange(learned, .1, drawn - .05);

        static double Error(int pictures)
        {
            TrialContext context = new("features", "0");
            new FeaturesTrial { Data = Pictures, Features = FeatureKind.SpikingConvolution, StdpPictures = pictures, Network = SpikingNetworkOptions.SmallPictures, Regions = 4, TrainingPictures = 300, ValidationRows = 200, Readout = FeatureReadout.LinearSvm }.Run(context);
            return Assert.Single(context.Rows).Values[0].Value;
        }
    }

    [Theory]
    [InlineData(.1)]
    [InlineData(10)]
    public void Linear_svm_reaches_the_least_objective(double penalty)
    {
        RandomStream stream = new(1, "rows");
        float[][] rows = new float[60][];
        bool[] positive = new bool[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            stream.FillNormal((rows[i] = new float[4]).AsSpan(), 0, 1);
            positive[i] = rows[i][0] + .5f * rows[i][1] + .8f * rows[i][2] * rows[i][3] > .4f; // no plane parts them
        }
        LinearSvm machine = LinearSvm.Train(rows, positive, penalty, epochs: 1000, seed: 0);
        double[] weights = Weights(machine);
        double least = Objective(weights);
        // The objective is convex: it is least where no step of a weight or of the bias lowers it.
        for (int f = 0; f <= 4; f++)
        {
            foreach (double step in (double[])[-.01, .01])
                Assert.True(Objective([.. weights[..f], weights[f] + step, .. weights[(f + 1)..]]) > least);
        }
        Assert.True(Objective(Weights(LinearSvm.Train(rows, positive, penalty, epochs: 1, seed: 0))) > least);
        int right = Enumerable.Range(0, rows.Length).Count(i => machine.Score(rows[i]) > 0 == positive[i]);
        Assert.InRange(right, 42, 60);

        // The last one is the bias.
        static double[] Weights(LinearSvm machine)
        {
            double bias = machine.Score(new float[4]);
            return [.. Enumerable.Range(0, 4).Select(f => machine.Score([.. Enumerable.Range(0, 4).Select(i => i == f ? 1f : 0)]) - bias), bias];
        }

        double Objective(double[] weights)
        {
            double sum = weights.Sum(w => w * w) / 2;
            for (int i = 0; i < rows.Length; i++)
            {
                double score = Enumerable.Range(0, 4).Sum(f => weights[f] * rows[i][f]) + weights[4];
                sum += penalty * Math.Pow(Math.Max(0, 1 - ((positive[i] ? 1 : -1) * score)), 2);
            }
            return sum;
        }
    }

    [Fact]
    public void Spiking_convolution_looks_at_pictures_only()
    {
        DataSource table = DataSource.Of("rows", "a test", new(new float[8], new int[2]), new(new float[8], new int[2]));
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new FeaturesTrial { Data = table, Features = FeatureKind.SpikingConvolution }.Run(new TrialContext("features", "0")));
        Assert.Contains("expected grey pictures", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_have_the_class_that_they_answer_most_and_classes_the_mean_of_their_units()
    {
        int[] assigned = AssignedUnits.Assign([([3, 0, 0, 1], 0), ([3, 0, 0, 0], 0), ([4, 2, 0, 2], 1), ([0, 2, 0, 2], 2)], classes: 3);
        Assert.Equal([1, 1, -1, 1], assigned); // of equals the first class; one that never answers has none
        Assert.Equal(2, AssignedUnits.Vote([1, 1, 1, 3], [0, 0, 1, 2], 3));
        Assert.Equal(0, AssignedUnits.Vote([0, 0, 9], [0, 1, -1], 3));
    }

    [Fact]
    public void Features_are_of_patches_or_of_components_but_not_of_both() =>
        Assert.Throws<ArgumentException>(() => new FeaturesTrial { Data = Pictures, Patch = 5, Whiten = 20 }.Run(new TrialContext("features", "0")));

    [Fact]
    public void Picture_pairs_go_on_to_the_same_rows() =>
        StoppedContext.Check(() => new PicturePairsTrial { Data = Pictures, TopDown = TopDownWeights.Separate, TrainingPictures = 128, Epochs = 2 }, after: 1);

    [Fact]
    public void Memory_goes_on_to_the_same_rows_and_says_where_its_error_fell()
    {
        StoppedContext.Check(() => new AssociativeMemoryTrial { PatternSize = 8, Patterns = 2, Updates = 60 }, after: 30);
        TrialContext context = new("memory", "0");
        new AssociativeMemoryTrial { PatternSize = 8, Patterns = 1, Updates = 40, BatchSize = 2, Rule = PlasticityRule.Oja, LearningRate = 1e-3 }.Run(context);
        Assert.Equal(20, context.Rows.Count);
        double[] errors = [.. context.Rows.Select(row => row.Find("error")!.Value)];
        Assert.Equal(errors.Average(), context.Rows[^1].Find("last-error")!.Value, 1e-5); // 40 updates are the last 1,000
        Assert.Null(context.Rows[^1].Find("below-1-at"));
    }

    [Fact]
    public void Memory_options_are_the_tasks_with_what_is_given()
    {
        Assert.Equal(PlasticTrainerOptions.Binary1000 with { Seed = 3 }, new AssociativeMemoryTrial { Task = MemoryTask.Binary1000 }.ToOptions(3));
        PlasticTrainerOptions changed = new AssociativeMemoryTrial { Sharing = PlasticitySharing.Yoked, TestSteps = 7, Plastic = false, LearnRate = true }.ToOptions(0);
        Assert.Equal((7, true, false, true), (changed.Task.TestSteps, changed.Network.SelfPlasticity, changed.Plastic, changed.Network.LearnRate));
        Assert.Equal(PlasticTrainerOptions.Orthogonal28.Task.DelaySteps, changed.Task.DelaySteps);
    }

    [Fact]
    public void A_seed_that_is_a_number_is_that_number()
    {
        Assert.Equal(17, new TrialContext("a", "17").SeedNumber);
        Assert.NotEqual(new TrialContext("a", "one").SeedNumber, new TrialContext("b", "one").SeedNumber);
        Assert.True(new TrialContext("a", "-1").SeedNumber >= 0);
    }
}
