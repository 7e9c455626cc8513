using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Networks;

/// <summary>What stands behind every trainer of a network: held-out rows, the best epoch, the fall of the learning rate.</summary>
public sealed class FitTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Best_epoch_is_the_model_and_not_the_last()
    {
        // A large rate makes the validation loss go up and down.
        Watch watch = new();
        NetworkOptions options = Options(watch, epochs: 40);
        (options.EarlyStoppingPatience, options.ValidationFraction, options.Optimizer) = (6, 0.3, OptimizerSettings.Sgd(4));
        float[] model = Parameters(_ml.MulticlassClassification.Trainers.Backpropagation(options).Fit(Data(60)).Model);
        double[] losses = [.. watch.Reports.Select(r => r.ValidationLoss!.Value)];
        int best = Array.IndexOf(losses, losses.Min());
        Assert.InRange(best, 1, losses.Length - 2);
        Assert.Equal(watch.AfterEpoch[best], model);
        Assert.NotEqual(watch.AfterEpoch[^1], model);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Training_stops_when_its_patience_is_over(int patience)
    {
        // Validation rows with the classes exchanged: what is learned makes them worse from the first epoch on.
        Watch watch = new();
        NetworkOptions options = Options(watch, epochs: 30);
        (options.EarlyStoppingPatience, options.Optimizer) = (patience, OptimizerSettings.Sgd(0.5));
        float[] model = Parameters(_ml.MulticlassClassification.Trainers.Backpropagation(options).Fit(Data(60), Data(20, exchanged: true)).Model);
        Assert.Equal(1 + patience, watch.Reports.Count);
        Assert.Equal(watch.AfterEpoch[0], model);
    }

    [Fact]
    public void Last_epoch_is_the_model_where_nothing_stops_early()
    {
        Watch watch = new();
        float[] model = Parameters(_ml.MulticlassClassification.Trainers.Backpropagation(Options(watch, epochs: 5)).Fit(Data(60), Data(20, exchanged: true)).Model);
        Assert.Equal(5, watch.Reports.Count);
        Assert.Equal(watch.AfterEpoch[^1], model);
    }

    [Theory]
    [InlineData(0.3, 15)]
    [InlineData(0.5, 25)]
    [InlineData(0.01, 0)]
    public void Held_out_rows_are_never_learned_from_and_alone_are_validated(double share, int held)
    {
        Watch watch = new();
        NetworkOptions options = Options(watch, epochs: 3);
        options.ValidationFraction = share;
        RowNotes rule = new();
        _ml.MulticlassClassification.Trainers.LearningRule(rule, options).Fit(Data(50));
        float[] learned = [.. rule.Learned.Distinct()], seen = [.. rule.Predicted.Distinct()];
        Assert.Equal((50 - held, held), (learned.Length, seen.Length));
        Assert.Empty(learned.Intersect(seen));
        Assert.Equal((3 * (50 - held), 3 * held), (rule.Learned.Count, rule.Predicted.Count));
        Assert.All(watch.Reports, r => Assert.Equal(held > 0, r.ValidationLoss is not null));
    }

    [Fact]
    public void Validation_rows_given_to_Fit_leave_all_training_rows_to_learn_from()
    {
        NetworkOptions options = Options(new Watch(), epochs: 2);
        options.ValidationFraction = 0.3;
        RowNotes rule = new();
        _ml.MulticlassClassification.Trainers.LearningRule(rule, options).Fit(Data(50), Data(8, first: 1000));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i / 64f), rule.Learned.Distinct().Order());
        Assert.Equal(Enumerable.Range(1000, 8).Select(i => i / 64f), rule.Predicted.Distinct().Order());
    }

    [Theory]
    [InlineData(null, new[] { 1, 0.5, 0.025, 0.00125, 0.000625 })]
    [InlineData(0.5, new[] { 1, 0.5, 0.125, 0.03125, 0.015625 })]
    public void Learning_rate_falls_after_an_epoch_and_not_before_the_first(double? stepFactor, double[] expected)
    {
        Watch watch = new();
        NetworkOptions options = Options(watch, epochs: 5);
        (options.LearningRateDecay, options.LearningRateSteps) = (0.5, [2, 3]);
        options.LearningRateStepFactor = stepFactor ?? options.LearningRateStepFactor;
        _ml.MulticlassClassification.Trainers.Backpropagation(options).Fit(Data(30));
        Assert.Equal(5 * 3, watch.Factors.Count);
        for (int step = 0; step < watch.Factors.Count; step++)
            Assert.Equal(expected[step / 3], watch.Factors[step], 1e-15);
    }

    [Fact]
    public void Annealed_learning_rate_follows_the_cosine_and_multiplies_with_decay()
    {
        Watch watch = new();
        NetworkOptions options = Options(watch, epochs: 6);
        (options.LearningRateAnnealing, options.LearningRateDecay) = (4, 0.5);
        _ml.MulticlassClassification.Trainers.Backpropagation(options).Fit(Data(30));
        // ½ (1 + cos(π e / 4)) after e epochs: at e = 4 nothing is left, then it rises again.
        double half = Math.Sqrt(0.5);
        double[] cosine = [1, (1 + half) / 2, 0.5, (1 - half) / 2, 0, (1 - half) / 2];
        for (int step = 0; step < 18; step++)
            Assert.Equal(cosine[step / 3] * Math.Pow(0.5, step / 3), watch.Factors[step], 1e-15);
    }

    [Fact]
    public void Reports_number_the_epochs_and_carry_their_losses()
    {
        Watch watch = new();
        _ml.MulticlassClassification.Trainers.Backpropagation(Options(watch, epochs: 3)).Fit(Data(30));
        Assert.Equal([1, 2, 3], watch.Reports.Select(r => r.Epoch));
        Assert.All(watch.Reports, r => Assert.Equal(3, r.EpochCount));
        Assert.Equal(watch.Losses, watch.Reports.Select(r => r.Loss));
    }

    private static NetworkOptions Options(Watch watch, int epochs) => new()
    {
        HiddenUnits = [5],
        NumberOfEpochs = epochs,
        BatchSize = 10,
        NormalizeFeatures = NormalizeFeatures.No,
        Optimizer = OptimizerSettings.Sgd(0.05),
        Seed = 3,
        Progress = watch,
        Diagnostics = watch.Observer,
    };

    /// <summary>The first feature of row i is i / 64, by which it is known; the second tells the class, the third nothing.</summary>
    private IDataView Data(int count, bool exchanged = false, int first = 0)
    {
        Random random = new(7);
        Row[] rows = [.. Enumerable.Range(first, count).Select(i => new Row { Class = (i + (exchanged ? 1 : 0)) % 2 == 0 ? "even" : "odd", Features = [i / 64f, (i % 2) + random.NextSingle(), random.NextSingle()] })];
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(_ml.Data.LoadFromEnumerable(rows)).Transform(_ml.Data.LoadFromEnumerable(rows));
    }

    private static float[] Parameters(NetworkModelParameters model) => [.. model.Network.Parameters.SelectMany(p => p.Values.ToArray())];

    private sealed class Row
    {
        public string Class { get; set; } = "";

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>Backpropagation that notes the first feature of every row it meets; what that is does not matter to it.</summary>
    private sealed class RowNotes : LearningRule
    {
        private readonly Backpropagation _rule = new();

        public List<float> Learned { get; } = [];

        public List<float> Predicted { get; } = [];

        public override string Name => "backpropagation with notes";

        public override void Predict<T>(LearningContext<T> step)
        {
            Note(step, Predicted);
            _rule.Predict(step);
        }

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            Note(step, Learned);
            _rule.ComputeCredit(step);
        }

        private static void Note<T>(LearningContext<T> step, List<float> rows)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            for (int b = 0; b < step.Batch; b++)
                rows.Add(float.CreateChecked(step.Input.Row(b)[0]));
        }
    }

    /// <summary>Hears everything that a training tells.</summary>
    private sealed class Watch : IProgress<TrainingProgress>
    {
        public Watch() => Observer = new Parts(this);

        public TrainingObserver Observer { get; }

        public List<TrainingProgress> Reports { get; } = [];

        public List<float[]> AfterEpoch { get; } = [];

        public List<double> Factors { get; } = [];

        public List<double> Losses { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);

        private sealed class Parts(Watch watch) : TrainingObserver, IDisposable
        {
            public override IDisposable Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows)
            {
                trainer.StepEnded += t => watch.Factors.Add(t.LearningRateFactor);
                trainer.EpochEnded += t =>
                {
                    watch.Losses.Add(t.Loss);
                    watch.AfterEpoch.Add([.. t.Network.Parameters.SelectMany(p => p.Values.ToArray()).Select(x => float.CreateChecked(x))]);
                };
                return this;
            }

            public void Dispose()
            {
            }
        }
    }
}
