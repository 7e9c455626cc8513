using BioLearn.ML.Hebbian;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>The falling learning rates of Hebbian layers, step by step on a single row.</summary>
public sealed class LearningRateScheduleTests
{
    private const int Epochs = 4;

    private static readonly float[] X = [0.5f, -0.25f, 1, 0.75f];

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>η, ¾ η, ½ η, ¼ η: the first step has the whole rate, and one more would have none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_decay_reaches_nothing_after_the_last_epoch_and_not_in_it(bool linear)
    {
        KrotovHopfield rule = new();
        float[] start = Competitive(rule, 1, 1e-30, linear), got = Competitive(rule, Epochs, 0.1, linear);
        using CompetitiveLearner<float> learner = new(rule, X.Length, 3, 1);
        start.CopyTo(learner.Parameters);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            X.CopyTo(learner.Begin(1));
            learner.Compete();
            learner.Apply((float)(0.1 * (linear ? 1 - (epoch / (double)Epochs) : 1)), 0);
        }
        Assert.Equal(learner.Parameters.ToArray(), got);
        Assert.Contains(start.Zip(got), p => Math.Abs(p.First - p.Second) > 0.05);
    }

    /// <summary>Steps within an epoch count by fractions: two rows alike are two steps an epoch.</summary>
    [Fact]
    public void Linear_decay_falls_from_step_to_step_within_an_epoch() =>
        Assert.Equal(Competitive(new KrotovHopfield(), Epochs, 0.1, true), Competitive(new KrotovHopfield(), Epochs / 2, 0.1, true, rows: 2));

    /// <summary>Oja's rule with the rate η / (1 + d e) in epoch e, from 0: w += η y (x − y w).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rate_of_Hebbian_components_falls_with_the_epochs_that_have_passed(double decay)
    {
        float[] start = Hebbian(1, 1e-30, decay), got = Hebbian(Epochs, 0.2, decay);
        double[] w = [.. start.Select(x => (double)x)];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            double rate = 0.2 / (1 + (decay * epoch)), y = w.Zip(X, (a, b) => a * b).Sum();
            w = [.. w.Select((v, i) => v + (rate * y * (X[i] - (y * v))))];
        }
        for (int i = 0; i < w.Length; i++)
            Assert.Equal(w[i], got[i], 1e-6);
    }

    private float[] Competitive(CompetitiveRule rule, int epochs, double rate, bool linear, int rows = 1) => _ml.Transforms.CompetitiveLayer(new CompetitiveOptions
    {
        OutputColumnName = "Y",
        InputColumnName = "X",
        Rule = rule,
        NumberOfUnits = 3,
        EnsureZeroMean = false,
        UnitLengthInput = false,
        LearningRate = rate,
        LinearDecay = linear,
        NumberOfEpochs = epochs,
        BatchSize = 1,
        Seed = 2,
    }).Fit(Rows(rows)).Model.GetWeights();

    private float[] Hebbian(int epochs, double rate, double decay) => _ml.Transforms.HebbianComponents(new HebbianOptions
    {
        OutputColumnName = "Y",
        InputColumnName = "X",
        Rule = new Oja(),
        NumberOfUnits = 1,
        EnsureZeroMean = false,
        LearningRate = rate,
        LearningRateDecay = decay,
        NumberOfEpochs = epochs,
        Seed = 2,
    }).Fit(Rows(1)).Model.GetWeights();

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Row { X = X }, count));

    private sealed class Row
    {
        [VectorType(4)]
        public float[] X { get; set; } = [];
    }
}
