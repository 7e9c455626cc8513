using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Every rule behind ML.NET's face, on the three catalogs.</summary>
public class TrainerFaceTests
{
    private readonly MLContext _ml = new(seed: 7);

    public static TheoryData<LearningRule> AllRules() => [.. LearningRules.All];

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Multiclass_pipeline_caches_evaluates_validates_explains_and_predicts_row_by_row(LearningRule rule)
    {
        Animal[] rows = Animal.Make(120);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").AppendCacheCheckpoint(_ml)
            .Append(_ml.MulticlassClassification.Trainers.LearningRule(rule, Options()))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        var model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[] labels = [.. scored.GetColumn<uint>("Label")];
        Assert.Equal(scores.Zip(labels, (s, label) => s.AsSpan().IndexOf(s.Max()) + 1 == label).Count(right => right) / 120.0, _ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-12);
        Assert.All(scores, s => Assert.Equal(1, s.Sum(), 4));
        string[] names = ["cat", "dog", "emu"];
        Assert.All(scored.GetColumn<string>("Predicted"), name => Assert.Contains(name, names));

        var folds = _ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 2, seed: 1);
        Assert.All(folds, fold => Assert.True(double.IsFinite(fold.Metrics.LogLoss)));

        var importance = _ml.MulticlassClassification.PermutationFeatureImportance(
            model.OfType<PredictionTransformer<NetworkModelParameters>>().Single(), scored, permutationCount: 1);
        Assert.Equal(Animal.FeatureCount, importance.Length);

        float[][] batched = [.. scored.GetColumn<float[]>("Score")];
        using var engine = _ml.Model.CreatePredictionEngine<Animal, AnimalPrediction>(model);
        for (int i = 0; i < rows.Length; i += 37)
        {
            // A row alone takes another way through the kernels than a row among many.
            float[] single = engine.Predict(rows[i]).Score!;
            for (int c = 0; c < single.Length; c++)
                Assert.Equal(batched[i][c], single[c], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Binary_trainer_tells_classes_apart_and_serves_one_versus_all(LearningRule rule)
    {
        IDataView data = Labelled(Animal.Make(120));
        BioLearnTrainer<NetworkModelParameters> trainer = _ml.BinaryClassification.Trainers.LearningRule(rule, Options(o => (o.LabelColumnName, o.NumberOfEpochs) = ("IsCat", 40)));
        IDataView scored = trainer.Fit(data).Transform(data);
        Assert.InRange(_ml.BinaryClassification.Evaluate(scored, "IsCat").AreaUnderRocCurve, 0.9, 1);
        IDataView all = _ml.MulticlassClassification.Trainers.OneVersusAll(trainer).Fit(data).Transform(data);
        Assert.InRange(_ml.MulticlassClassification.Evaluate(all).MicroAccuracy, 0.8, 1);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Regression_trainer_explains_the_label_or_says_why_it_cannot(LearningRule rule)
    {
        Animal[] rows = Animal.Make(120);
        foreach (Animal row in rows)
            row.Size = (row.Size + 1) / 6; // what activities of 0 to 1 can be
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        var trainer = _ml.Regression.Trainers.LearningRule(rule, Options(o => (o.LabelColumnName, o.NumberOfEpochs) = ("Size", 40)));
        if (rule is ForwardForward or LocalErrorSignals)
            Assert.Matches("^(Forward-forward learns classes; it|Local error signals learn classes; they) cannot be taught numbers", Assert.Throws<ArgumentException>(() => trainer.Fit(data)).Message);
        else
            Assert.InRange(_ml.Regression.Evaluate(trainer.Fit(data).Transform(data), "Size").RSquared, rule is DendriticMicrocircuit ? 0 : 0.5, 1); // it learns slowly
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Row_of_weight_zero_teaches_nothing_whatever_its_label(LearningRule rule)
    {
        Assert.Equal(Weights("cat"), Weights("emu"));

        float[] Weights(string label)
        {
            Animal[] rows = Animal.Make(60);
            for (int i = 0; i < rows.Length; i++)
                rows[i].Weight = i % 4 == 1 ? 0 : 1;
            for (int i = 1; i < rows.Length; i += 4)
                rows[i].Name = label;
            rows[0].Name = "cat";
            return ForwardWeights(_ml.MulticlassClassification.Trainers.LearningRule(rule, Options(o => o.ExampleWeightColumnName = "Weight")).Fit(Labelled(rows)).Model);
        }
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Training_goes_on_from_a_model(LearningRule rule)
    {
        IDataView data = Labelled(Animal.Make(60));
        var first = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options()).Fit(data).Model;
        var still = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options(o => o.Optimizer = OptimizerSettings.Sgd(1e-30))).Fit(data, null, first).Model;
        float[] before = ForwardWeights(first), after = ForwardWeights(still);
        // Kolen-Pollack's decay acts whatever the learning rate.
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(before[i], after[i], 0.02 * Math.Abs(before[i]));
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Cancellation_stops_within_an_epoch(LearningRule rule)
    {
        using CancellationTokenSource source = new();
        int epochs = 0;
        var trainer = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options(o =>
        {
            o.NumberOfEpochs = 1000;
            o.CancellationToken = source.Token;
            o.Progress = new Listener(_ =>
            {
                epochs++;
                source.Cancel();
            });
        }));
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Labelled(Animal.Make(60))));
        Assert.Equal(1, epochs);
    }

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Missing_infinite_and_constant_values_leave_a_model_of_finite_numbers(LearningRule rule)
    {
        Animal[] rows = Animal.Make(60);
        rows[3].Features[0] = float.NaN;
        rows[4].Features[1] = float.NegativeInfinity;
        foreach (Animal row in rows)
            row.Features[4] = 1;
        var log = ContextLog.Listen(_ml);
        var model = _ml.MulticlassClassification.Trainers.LearningRule(rule, Options()).Fit(Labelled(rows));
        Assert.Contains(log, line => line.Message.Contains("Skipped 2 instances", StringComparison.Ordinal));
        Assert.All(ForwardWeights(model.Model), w => Assert.True(float.IsFinite(w)));
        float[][] scores = [.. model.Transform(Labelled(rows)).GetColumn<float[]>("Score")];
        Assert.All(scores[3], s => Assert.True(float.IsNaN(s)));
        Assert.All(scores[5], s => Assert.True(float.IsFinite(s)));
    }

    [Fact]
    public void One_class_no_rows_and_wrong_types_are_clear_errors()
    {
        var trainer = _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options());
        Animal[] cats = [.. Animal.Make(30).Where(a => a.IsCat)];
        Assert.Contains("'Label' has 1 class", Assert.Throws<InvalidOperationException>(() => trainer.Fit(Labelled(cats))).Message, StringComparison.Ordinal);
        IDataView empty = _ml.Data.FilterRowsByColumn(Labelled(Animal.Make(30)), "Size", lowerBound: 1000);
        Assert.Contains("0 instances", Assert.Throws<InvalidOperationException>(() => trainer.Fit(empty)).Message, StringComparison.Ordinal);
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options(o => o.FeatureColumnName = "Name")).Fit(Labelled(Animal.Make(30))));
        Assert.Contains("feature column 'Name'", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.MulticlassClassification.Trainers.FeedbackAlignment(Options(o => o.LabelColumnName = "Size")).Fit(Labelled(Animal.Make(30))));
        Assert.Contains("label column 'Size'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_of_one_kind_only_still_trains_a_binary_model()
    {
        Animal[] cats = [.. Animal.Make(60).Where(a => a.IsCat)];
        var model = _ml.BinaryClassification.Trainers.Backpropagation(Options(o => o.LabelColumnName = "IsCat")).Fit(_ml.Data.LoadFromEnumerable(cats));
        Assert.All(model.Transform(_ml.Data.LoadFromEnumerable(cats)).GetColumn<bool>("PredictedLabel"), Assert.True);
    }

    [Fact]
    public void Rows_too_large_for_the_rule_stop_with_layer_and_step()
    {
        Animal[] rows = Animal.Make(60);
        foreach (Animal row in rows)
            row.Features[0] = 1e30f;
        var error = Assert.Throws<DivergenceException>(() => _ml.Regression.Trainers.Backpropagation(Options(o =>
        {
            o.LabelColumnName = "Size";
            o.Activation = Activation.ReLU;
        })).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("layer", error.Message, StringComparison.Ordinal);
        Assert.Contains("step", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_accuracy_is_reported_for_classes_only()
    {
        IDataView data = Labelled(Animal.Make(60));
        List<TrainingProgress> reports = [];
        var classes = _ml.MulticlassClassification.Trainers.Backpropagation(Options(o => o.Progress = new Listener(reports.Add))).Fit(data, data);
        var numbers = _ml.Regression.Trainers.Backpropagation(Options(o =>
        {
            o.LabelColumnName = "Size";
            o.Progress = new Listener(reports.Add);
        })).Fit(data, data);
        // The training rows are the validation rows too: the model's own figures on them are those of the last report.
        Assert.Equal(_ml.MulticlassClassification.Evaluate(classes.Transform(data)).MicroAccuracy, reports[1].ValidationAccuracy!.Value, 1e-9);
        Assert.Equal(_ml.Regression.Evaluate(numbers.Transform(data), "Size").MeanSquaredError / 2, reports[3].ValidationLoss!.Value, 1e-5);
        Assert.All(reports.Skip(2), r => Assert.Null(r.ValidationAccuracy));
        Assert.Equal(4, reports.Count);
    }

    [Fact]
    public void Steps_per_epoch_decay_and_fixed_biases_do_what_they_say()
    {
        IDataView data = Labelled(Animal.Make(60));
        var model = _ml.MulticlassClassification.Trainers.Backpropagation(Options(o => o.LearnBiases = false)).Fit(data).Model;
        Assert.All(model.GetBiases(1).Concat(model.GetBiases(2)), b => Assert.Equal(0, b));
        // Five steps of twelve rows are the whole epoch; a decay that leaves nothing of the rate stops learning after the first.
        float[] Weights(int steps, int epochs, double decay) => ForwardWeights(_ml.MulticlassClassification.Trainers.Backpropagation(Options(o =>
        {
            (o.StepsPerEpoch, o.NumberOfEpochs, o.LearningRateDecay, o.Seed) = (steps, epochs, decay, 5);
        })).Fit(data).Model);
        Assert.Equal(Weights(0, 1, 1), Weights(5, 1, 1));
        Assert.NotEqual(Weights(0, 1, 1), Weights(4, 1, 1));
        Assert.Equal(Weights(0, 1, 1), Weights(0, 2, 1e-30));
    }

    [Fact]
    public void Learning_rate_falls_to_a_tenth_after_the_epochs_that_are_named()
    {
        IDataView data = Labelled(Animal.Make(60));
        float[] Weights(double decay, params int[] steps) => ForwardWeights(_ml.MulticlassClassification.Trainers.Backpropagation(Options(o =>
        {
            (o.NumberOfEpochs, o.LearningRateDecay, o.LearningRateSteps) = (2, decay, steps);
        })).Fit(data).Model);
        Assert.Equal(Weights(0.1), Weights(1, 1));
        Assert.Equal(Weights(1), Weights(1, 2));
        Assert.NotEqual(Weights(1), Weights(1, 1));
    }

    [Fact]
    public void Layers_learn_at_rates_of_their_own_and_learned_feedback_with_them()
    {
        IDataView data = Labelled(Animal.Make(60));
        NetworkModelParameters Model(int epochs, params double[] scales) => _ml.MulticlassClassification.Trainers.LearningRule(
            new KolenPollack { WeightDecay = 0 },
            Options(o => (o.NumberOfEpochs, o.LearningRateScales) = (epochs, scales))).Fit(data).Model;
        NetworkModelParameters one = Model(1, 1, 0, 0.25), three = Model(3, 1, 0, 0.25);
        Assert.NotEqual(one.GetWeights(1), three.GetWeights(1));
        Assert.Equal(one.GetWeights(2), three.GetWeights(2));
        Assert.Equal(one.GetBiases(2), three.GetBiases(2));
        Assert.NotEqual(one.GetWeights(3), three.GetWeights(3));
        // Without decay the distance between forward and feedback weights never changes.
        foreach (int l in new[] { 2, 3 })
        {
            for (int i = 0; i < one.Network.Weights(l).Values.Length; i++)
                Assert.Equal(one.Network.Weights(l).Values[i] - one.Network.Side("K", l).Values[i], three.Network.Weights(l).Values[i] - three.Network.Side("K", l).Values[i], 1e-5f);
        }
        Assert.Equal(Model(1).GetWeights(3), Model(1, 1, 1, 1).GetWeights(3));
        Assert.Contains("2 numbers", Assert.Throws<ArgumentException>(() => Model(1, 1, 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>A layer that only normalizes has no weights and needs no factor; a normalization learns at the rate of the layer that it is a part of.</summary>
    [Fact]
    public void Rates_of_layers_count_those_with_weights_alone()
    {
        IDataView data = Labelled(Animal.Make(60));
        NetworkModelParameters Model(int epochs) => _ml.MulticlassClassification.Trainers.LearningRule(
            new Backpropagation(),
            Options(o => (o.NumberOfEpochs, o.LearningRateScales, o.Layers) = (
                epochs, [0, 1], [new Dense(6, Activation.Linear), new BatchNormalization(Activation.Tanh) { Name = "first" }, new BatchNormalization()]))).Fit(data).Model;
        NetworkModelParameters one = Model(1), three = Model(3);
        Assert.Equal([true, false, true], one.Spec.Graph.Select(l => l.HasWeights));
        Assert.Equal(one.GetWeights(1), three.GetWeights(1));
        Assert.Equal(one.GetNormalization(1)[0], three.GetNormalization(1)[0]);
        Assert.NotEqual(one.GetNormalization(2)[0], three.GetNormalization(2)[0]);
        Assert.NotEqual(one.GetWeights(3), three.GetWeights(3));
    }

    private static NetworkOptions Options(Action<NetworkOptions>? set = null)
    {
        NetworkOptions options = new() { HiddenUnits = [6, 5], NumberOfEpochs = 2, BatchSize = 12, NormalizeFeatures = NormalizeFeatures.No, StandardizeLabel = false, Optimizer = OptimizerSettings.Adam(0.01), Seed = 3 };
        set?.Invoke(options);
        return options;
    }

    private IDataView Labelled(Animal[] rows)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    private static float[] ForwardWeights(NetworkModelParameters model) => [.. Enumerable.Range(1, model.Spec.Graph.Length).SelectMany(model.GetWeights)];

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
