using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Naming;

/// <summary>Probabilities of support vector machines: Platt's sigmoid, pairwise coupling, and both behind the trainer.</summary>
public class SvmProbabilityTests
{
    private static readonly double[] Decisions = [-1.3, -0.7, 0.2, 0.4, -0.1, 0.9, 1.4, 2.0, -2.1, 0.05, 0.6, -0.4];
    private static readonly bool[] IsFirst = [false, false, false, true, true, true, true, true, false, false, true, false];

    [Fact]
    public void Sigmoid_is_the_minimum_of_the_cross_entropy_with_Platts_targets()
    {
        PlattSigmoid sigmoid = PlattSigmoid.Fit(Decisions, IsFirst);
        Assert.True(sigmoid.A < 0);
        double least = Loss(sigmoid.A, sigmoid.B);
        for (double da = -0.1; da <= 0.1; da += 0.05)
        {
            for (double db = -0.1; db <= 0.1; db += 0.05)
                Assert.True(Loss(sigmoid.A + da, sigmoid.B + db) >= least - 1e-9, $"{da} {db}");
        }
        Assert.Equal(1 / (1 + Math.Exp((0.7 * sigmoid.A) + sigmoid.B)), sigmoid.Of(0.7), 1e-15);

        // -Σ t ln p + (1 - t) ln(1 - p), t = 7/8 for the six of the first class, 1/8 for the six of the second
        static double Loss(double a, double b) => -Decisions.Zip(IsFirst).Sum(d =>
        {
            double p = 1 / (1 + Math.Exp((a * d.First) + b)), t = d.Second ? 7 / 8.0 : 1 / 8.0;
            return (t * Math.Log(p)) + ((1 - t) * Math.Log(1 - p));
        });
    }

    [Fact]
    public void Sigmoid_of_decisions_far_away_does_not_overflow()
    {
        PlattSigmoid sigmoid = PlattSigmoid.Fit([-1e6, -2e6, 1e6, 3e6], [false, false, true, true]);
        Assert.InRange(sigmoid.Of(1e9), 0.5, 1);
        Assert.InRange(sigmoid.Of(-1e9), 0, 0.5);
        PlattSigmoid constant = PlattSigmoid.Fit([0, 0, 0], [true, true, false]);
        Assert.Equal(((2 * 3 / 4.0) + (1 / 3.0)) / 3, constant.Of(0), 1e-6); // the mean of the targets
    }

    [Fact]
    public void Coupling_gives_back_the_probabilities_that_the_pairs_were_made_of()
    {
        double[] p = [0.5, 0.2, 0.25, 0.05], pairs = new double[16], found = new double[4];
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
                pairs[(4 * i) + j] = i == j ? 0 : p[i] / (p[i] + p[j]);
        }
        PairwiseCoupling.Couple(pairs, found);
        for (int i = 0; i < 4; i++)
            Assert.Equal(p[i], found[i], 2e-3); // it ends when no class is off by 0.005 / 4
    }

    [Fact]
    public void Coupling_of_two_classes_is_their_pair_and_of_a_contradiction_is_fair()
    {
        double[] two = new double[2], three = new double[3];
        PairwiseCoupling.Couple([0, 0.8, 0.2, 0], two);
        Assert.Equal(0.8, two[0], 2e-3);
        // Each beats the next by as much: rock, paper, scissors.
        PairwiseCoupling.Couple([0, 0.9, 0.1, 0.1, 0, 0.9, 0.9, 0.1, 0], three);
        Assert.All(three, p => Assert.Equal(1 / 3.0, p, 1e-9));
    }

    [Fact]
    public void Trainer_scores_probabilities_that_are_right_as_often_as_they_say_and_survive_saving()
    {
        MLContext mlContext = new(seed: 1);
        // Two overlapping clouds and one apart; at x, P(0 | 0 or 1) = 1 / (1 + exp(2 x)).
        Random random = new(5);
        Row[] rows = [.. Enumerable.Range(0, 300).Select(i => new Row { Features = [Normal(random) + (i % 3 == 0 ? -1 : i % 3 == 1 ? 1 : 8), Normal(random)], Name = "k" + (i % 3) })];
        IDataView view = mlContext.Data.LoadFromEnumerable(rows);
        IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label", "Name", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
        var trainer = mlContext.MulticlassClassification.Trainers.RbfSvm(new RbfSvmOptions { EstimateProbabilities = true, Seed = 2, StandardizeFeatures = false, Gamma = 0.05 });
        var model = trainer.Fit(data);
        Assert.True(model.Model.HasProbabilities);
        float[][] scores = [.. model.Transform(data).GetColumn<float[]>("Score")];
        Assert.All(scores, s => Assert.Equal(1, s.Sum(), 1e-5));
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.InRange(metrics.MicroAccuracy, 0.85, 1);
        Assert.InRange(metrics.LogLoss, 0, 0.35);
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % 3 != 2 && Math.Abs(rows[i].Features[0]) < 1.5 && Math.Abs(rows[i].Features[1]) < 1)
                Assert.Equal(1 / (1 + Math.Exp(2 * rows[i].Features[0])), scores[i][0] / (scores[i][0] + scores[i][1]), 0.2);
        }

        using MemoryStream file = new();
        mlContext.Model.Save(model, data.Schema, file);
        Assert.Equal(scores, BioLearnModel.Load(mlContext, file, out _).Transform(data).GetColumn<float[]>("Score"));
        Assert.Equal(scores, trainer.Fit(data).Transform(data).GetColumn<float[]>("Score"));

        static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    [Fact]
    public void Classes_of_one_row_and_classes_without_rows_have_probabilities_too()
    {
        SupportVectorClassifier classifier = SupportVectorClassifier.Train(
            [[0, 0], [1, 0], [1, 1]], [0, 2, 2], classCount: 4, 1, 1, standardize: false, 1e-3, probabilitySeed: 1);
        float[] scores = new float[4];
        classifier.Probabilities([0.9, 0.5], scores);
        Assert.Equal((0f, 0f), (scores[1], scores[3]));
        Assert.Equal(1, scores.Sum(), 1e-5);
        Assert.True(scores[2] > 0);
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
