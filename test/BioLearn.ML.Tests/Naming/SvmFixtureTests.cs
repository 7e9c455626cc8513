using System.Text.Json;
using BioLearn.ML.Naming.Svm;

namespace BioLearn.ML.Tests.Naming;

/// <summary>Results of libsvm (scikit-learn 1.2.1), to the tolerance of its solver.</summary>
public sealed class SvmFixtureTests
{
    public static TheoryData<string> Cases => [.. NamingFixture.CaseNames("10_svm")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decisions_support_vectors_and_bias_are_libsvms(string name)
    {
        var one = NamingFixture.Cases("10_svm").Single(candidate => candidate.GetProperty("name").GetString() == name);
        bool closedForm = name.StartsWith("one_shot", StringComparison.Ordinal);
        var classifier = Train(one);

        var (decision, support) = (classifier.Decisions.Single(), one.GetProperty("support").EnumerateArray().Select(i => i.GetInt32()).ToArray());
        Assert.Equal(support.Length, classifier.SupportVectors.Length);
        double tolerance = closedForm ? 1e-6 : 2e-3;
        Assert.Equal(-one.GetProperty("intercept").GetDouble(), decision.Bias, tolerance);

        double[] expected = NamingFixture.Numbers(one.GetProperty("decision"));
        int[] predicted = NamingFixture.Classes(one.GetProperty("predicted"));
        double[][] points = NamingFixture.Rows(one.GetProperty("X_test"));
        for (int i = 0; i < points.Length; i++)
        {
            double[] found = new double[1];
            classifier.Decide(points[i], found);
            Assert.Equal(expected[i], -found[0], tolerance); // there positive means the second class
            if (Math.Abs(expected[i]) > 5e-3 || closedForm)
                Assert.Equal(predicted[i], Predict(classifier, points[i]));
        }
    }

    [Fact]
    public void Two_points_in_closed_form_are_bounded_by_the_cost_or_lie_on_the_margin()
    {
        double[][] points = [[0, 0], [0.3, 1]];
        var closed = SupportVectorClassifier.Train(points, [0, 1], 2, 0.7, 0.5, standardize: false, 1e-9);
        double alpha = Math.Min(0.7, 1 / (1 - Math.Exp(-0.5 * 1.09)));
        Assert.Equal([alpha, -alpha], closed.Decisions[0].Coefficients);
        Assert.Equal(0, closed.Decisions[0].Bias);
        var free = SupportVectorClassifier.Train(points, [0, 1], 2, 1e6, 0.5, standardize: false, 1e-9);
        Assert.Equal(1 / (1 - Math.Exp(-0.5 * 1.09)), free.Decisions[0].Coefficients[0], 1e-12);
        double[] margin = new double[1];
        free.Decide(points[0], margin);
        Assert.Equal(1, margin[0], 1e-12); // a free vector lies on the margin
    }

    [Fact]
    public void Free_vectors_lie_on_the_margin_and_bounded_ones_inside()
    {
        double[][] points = [[0], [1], [2], [3], [1.4], [5], [6]];
        int[] classes = [0, 0, 0, 1, 1, 1, 1];
        var classifier = SupportVectorClassifier.Train(points, classes, 2, 1, 0.5, standardize: false, 1e-10);
        var decision = classifier.Decisions[0];
        Assert.Equal(0, decision.Coefficients.Sum(), 1e-12);
        for (int i = 0; i < points.Length; i++)
        {
            double[] value = new double[1];
            classifier.Decide(points[i], value);
            double margin = classes[i] == 0 ? value[0] : -value[0];
            int at = Array.FindIndex(decision.Vectors, v => classifier.SupportVectors[v][0] == points[i][0]);
            double alpha = at < 0 ? 0 : Math.Abs(decision.Coefficients[at]);
            if (alpha == 0)
                Assert.True(margin >= 1 - 1e-8);
            else if (alpha == 1)
                Assert.True(margin <= 1 + 1e-8);
            else
                Assert.Equal(1, margin, 1e-8);
        }
    }

    [Fact]
    public void Whole_training_set_of_real_features_names_as_many_test_images_as_libsvm()
    {
        var fixture = NamingFixture.Read("11_real_features");
        var (train, test) = RealFeatures(fixture);
        var svc = fixture.GetProperty("svc");
        double cost = svc.GetProperty("C").GetDouble();
        var classifier = SupportVectorClassifier.Train([.. train[0], .. train[1]], Labels(train), 2, cost, null, standardize: true, 1e-3);

        Assert.Equal(svc.GetProperty("test_accuracy").GetDouble(), Accuracy(classifier, test), OneImage(test));
        Assert.Equal(svc.GetProperty("train_accuracy").GetDouble(), Accuracy(classifier, train), OneImage(train));
        Assert.Equal(svc.GetProperty("n_support").EnumerateArray().Sum(n => n.GetInt32()), classifier.SupportVectors.Length);
    }

    [Fact]
    public void One_shot_pairs_of_real_features_have_libsvms_accuracies()
    {
        var fixture = NamingFixture.Read("11_real_features");
        var (train, test) = RealFeatures(fixture);
        int[][] pairs = [.. fixture.GetProperty("one_shot_pairs").EnumerateArray().Select(pair => pair.EnumerateArray().Select(i => i.GetInt32()).ToArray())];
        double[] expected = NamingFixture.Numbers(fixture.GetProperty("one_shot_test_accuracy"));
        int exact = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            double cost = fixture.GetProperty("svc").GetProperty("C").GetDouble();
            double accuracy = Accuracy(
                SupportVectorClassifier.Train([train[0][pairs[i][0]], train[1][pairs[i][1]]], [0, 1], 2, cost, null, standardize: true, 1e-3), test);
            Assert.Equal(expected[i], accuracy, OneImage(test)); // features are printed in float: ties may fall either way
            exact += Math.Abs(expected[i] - accuracy) < 1e-9 ? 1 : 0;
        }

        Assert.InRange(exact, pairs.Length - Math.Max(1, pairs.Length / 100), pairs.Length);
    }

    [Fact]
    public void Three_classes_vote_and_equal_votes_go_to_the_surer_or_to_the_first()
    {
        double[][] points = [[0, 0], [4, 0], [2, 3], [0.1, 0], [4.1, 0], [2, 3.1]];
        var classifier = SupportVectorClassifier.Train(points, [0, 1, 2, 0, 1, 2], 4, 1, 0.2, standardize: true, 1e-6);
        Assert.Equal([(0, 1), (0, 2), (1, 2)], classifier.Decisions.Select(decision => (decision.First, decision.Second)));
        float[] scores = new float[4];
        for (int i = 0; i < points.Length; i++)
        {
            classifier.Score(points[i], breakTies: false, scores);
            Assert.Equal(2, scores[i % 3]);
            Assert.Equal(-1, scores[3]); // a class without rows
            classifier.Score(points[i], breakTies: true, scores);
            Assert.Equal(i % 3, Array.IndexOf(scores, scores.Max()));
            Assert.InRange(scores[i % 3], 2, 2.34f);
        }
    }

    private static SupportVectorClassifier Train(JsonElement one) => SupportVectorClassifier.Train(
        NamingFixture.Rows(one.GetProperty("X_train")), NamingFixture.Classes(one.GetProperty("y_train")), 2,
        one.GetProperty("C").GetDouble(), one.GetProperty("gamma").GetDouble(), standardize: true, 1e-3);

    private static (double[][][] Train, double[][][] Test) RealFeatures(JsonElement fixture)
    {
        double[][] Rows(string name) => NamingFixture.Rows(fixture.GetProperty(name));
        return ([Rows("train_face"), Rows("train_motor")], [Rows("test_face"), Rows("test_motor")]);
    }

    private static double OneImage(double[][][] classes) => 1.001 / classes.Sum(rows => rows.Length);

    private static int[] Labels(double[][][] classes) => [.. classes.SelectMany((rows, k) => rows.Select(_ => k))];

    private static double Accuracy(SupportVectorClassifier classifier, double[][][] classes)
        => (double)classes.Select((rows, k) => rows.Count(row => Predict(classifier, row) == k)).Sum() / classes.Sum(rows => rows.Length);

    private static int Predict(SupportVectorClassifier classifier, double[] point)
    {
        float[] scores = new float[2];
        classifier.Score(point, breakTies: false, scores);
        return scores[0] > scores[1] ? 0 : 1;
    }
}
