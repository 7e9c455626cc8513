using System.Reflection;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>A trainer built on Hosting does what ML.NET's own do.</summary>
public class TrainerTests
{
    private readonly MLContext _mlContext = new(seed: 7);

    [Fact]
    public void Multiclass_columns_evaluate_and_map_back_to_names()
    {
        var data = Rows(600);
        var model = Pipeline().Fit(data);

        var scored = model.Transform(data);

        var metrics = _mlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);
        Assert.InRange(metrics.MicroAccuracy, 0.9, 1);
        Assert.InRange(metrics.TopKAccuracy, metrics.MicroAccuracy, 1);
        Assert.Contains("emu", metrics.ConfusionMatrix.GetFormattedConfusionTable(), StringComparison.Ordinal);
        string[] names = ["cat", "dog", "emu"];
        Assert.All(scored.GetColumn<string>("Predicted"), name => Assert.Contains(name, names));
    }

    [Fact]
    public void Multiclass_columns_carry_the_annotations_of_MlNets_own_trainer_in_its_order()
    {
        var data = Labelled();
        var theirs = _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy().Fit(data).Transform(data).Schema;
        var estimator = Trainer(PredictionTask.Multiclass);
        var ours = estimator.Fit(data).Transform(data).Schema;

        Assert.Equal(theirs.Select(c => (c.Name, c.Type.ToString())), ours.Select(c => (c.Name, c.Type.ToString())));
        foreach (string name in (string[])["PredictedLabel", "Score"])
        {
            var own = ours[name].Annotations.Schema.Select(a => a.Name);
            Assert.Superset(theirs[name].Annotations.Schema.Select(a => a.Name).ToHashSet(), own.ToHashSet());
            var announced = estimator.GetOutputSchema(MlNetInterop.Shape(data.Schema)).Single(c => c.Name == name);
            Assert.Equal(own.Order(), announced.Annotations.Select(a => a.Name).Order());
        }
    }

    [Fact]
    public void PredictedLabel_maps_back_to_numbers_when_labels_were_numbers()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(60).Select((a, i) => new Coded { Features = a.Features, Code = 10 * (1 + (i % 3)) }));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Code")
            .Append(Trainer(PredictionTask.Multiclass))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

        var scored = pipeline.Fit(rows).Transform(rows);

        Assert.Subset(new HashSet<int> { 10, 20, 30 }, scored.GetColumn<int>("Predicted").ToHashSet());
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].Annotations.GetValue("SlotNames", ref slots);
        Assert.Equal(["10", "20", "30"], slots.DenseValues().Select(s => s.ToString()));
    }

    [Fact]
    public void CrossValidate_gives_the_same_folds_each_time()
    {
        double[] Accuracies() => [.. new MLContext(3).MulticlassClassification
            .CrossValidate(Rows(300), Pipeline(new MLContext(3)), numberOfFolds: 3, seed: 5).Select(fold => fold.Metrics.MicroAccuracy)];

        var first = Accuracies();

        Assert.All(first, accuracy => Assert.InRange(accuracy, 0.8, 1));
        Assert.Equal(first, Accuracies());
    }

    [Fact]
    public void Permutation_importance_finds_the_features_that_matter()
    {
        var data = Labelled();
        var model = Trainer(PredictionTask.Multiclass).Fit(data);

        var importance = _mlContext.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(data), permutationCount: 2);

        Assert.Equal(Animal.FeatureCount, importance.Length);
        Assert.True(importance[0].MicroAccuracy.Mean < -0.1, "feature 0 tells cats");
        Assert.InRange(importance[4].MicroAccuracy.Mean, -0.05, 0.05); // pure noise
    }

    [Fact]
    public void PredictionEngine_scores_as_Transform_does()
    {
        var rows = Animal.Make(300);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = Pipeline().Fit(data);
        var batched = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        using var engine = _mlContext.Model.CreatePredictionEngine<Animal, AnimalPrediction>(model);

        for (int i = 0; i < rows.Length; i += 17)
            Assert.Equal(batched[i], engine.Predict(rows[i]).Score);
    }

    [Fact]
    public void Binary_columns_evaluate_with_probability()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Animal.Make(600));
        var model = Trainer(PredictionTask.Binary, o => o.LabelColumnName = "IsCat").Fit(data);
        var scored = model.Transform(data);

        var metrics = _mlContext.BinaryClassification.Evaluate(scored, "IsCat");

        Assert.InRange(metrics.AreaUnderRocCurve, 0.95, 1);
        Assert.InRange(metrics.LogLoss, 0, 0.6);
        Assert.Equal(["PredictedLabel", "Score", "Probability"], scored.Schema.Skip(data.Schema.Count).Select(c => c.Name));
        var importance = _mlContext.BinaryClassification.PermutationFeatureImportance(model, scored, "IsCat");
        Assert.Equal(0, importance.Select((m, i) => (m.AreaUnderRocCurve.Mean, i)).Min().i);
    }

    [Fact]
    public void Regression_score_evaluates()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Animal.Make(600));
        var model = Trainer(PredictionTask.Regression, o => o.LabelColumnName = "Size").Fit(data);

        var metrics = _mlContext.Regression.Evaluate(model.Transform(data), "Size");

        Assert.InRange(metrics.RSquared, 0.999, 1);
        Assert.NotEmpty(_mlContext.Regression.PermutationFeatureImportance(model, model.Transform(data), "Size"));
    }

    [Fact]
    public void OneVersusAll_extension_takes_a_binary_trainer()
    {
        var data = Labelled();
        var binary = Trainer(PredictionTask.Binary);

        var model = _mlContext.MulticlassClassification.Trainers.OneVersusAll(binary).Fit(data);

        var scored = model.Transform(data);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.9, 1);
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1f, scores.Sum(), 5));
        Assert.Throws<ArgumentException>(() => _mlContext.MulticlassClassification.Trainers.OneVersusAll(Trainer(PredictionTask.Regression)));
    }

    [Fact]
    public void Caching_changes_nothing()
    {
        var data = Rows(200);
        var cached = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").AppendCacheCheckpoint(_mlContext)
            .Append(Trainer(PredictionTask.Multiclass, seed: 5)).Fit(data);
        var plain = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Append(Trainer(PredictionTask.Multiclass, seed: 5)).Fit(data);

        Assert.Equal(plain.LastTransformer.Model.Weights.ToArray(), cached.LastTransformer.Model.Weights.ToArray());
    }

    [Fact]
    public void Seed_of_the_context_decides_and_a_second_Fit_repeats()
    {
        float[] Weights(int? seed)
        {
            var context = new MLContext(seed);
            var trainer = LinearModel.Trainer(context, PredictionTask.Multiclass, new() { Epochs = 1 });
            var first = trainer.Fit(Labelled()).Model.Weights.ToArray();
            Assert.Equal(first, trainer.Fit(Labelled()).Model.Weights.ToArray());
            return first;
        }

        Assert.Equal(Weights(7), Weights(7));
        Assert.NotEqual(Weights(7), Weights(8));
        Assert.NotEqual(Weights(null), Weights(null));
    }

    [Fact]
    public void Fit_goes_on_from_a_model_and_measures_on_validation_data()
    {
        var data = Labelled();
        var reports = new List<TrainingProgress>();
        var trainer = Trainer(PredictionTask.Multiclass, o =>
        {
            o.Epochs = 3;
            o.Progress = new Listener(reports.Add);
        });
        var first = trainer.Fit(data);

        trainer.Fit(data, validationData: data, first.Model);

        Assert.Equal(6, reports.Count);
        Assert.All(reports.Take(3), report => Assert.Null(report.ValidationLoss));
        Assert.All(reports.Skip(3), report => Assert.NotNull(report.ValidationLoss));
        Assert.True(reports[3].Loss < reports[2].Loss, "the second run starts where the first ended");
    }

    [Fact]
    public void Cancellation_token_and_CancelExecution_stop_Fit()
    {
        using var source = new CancellationTokenSource();
        var data = Labelled();
        int epochs = 0;
        var byToken = Trainer(PredictionTask.Multiclass, o =>
        {
            o.Epochs = 1000;
            o.CancellationToken = source.Token;
            o.Progress = new Listener(_ => Cancel(source.Cancel, 3));
        });

        Assert.ThrowsAny<OperationCanceledException>(() => byToken.Fit(data));
        Assert.Equal(3, epochs);

        epochs = 0;
        var context = new MLContext();
        var cancelExecution = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var byContext = LinearModel.Trainer(context, PredictionTask.Multiclass, new()
        {
            Epochs = 1000,
            Progress = new Listener(_ => Cancel(() => cancelExecution.Invoke(context, null), 2)),
        });
        Assert.Throws<OperationCanceledException>(() => byContext.Fit(data));
        Assert.Equal(2, epochs);

        void Cancel(Action cancel, int at)
        {
            if (++epochs == at)
                cancel();
        }
    }

    [Fact]
    public void Log_tells_examples_epochs_and_skipped_rows()
    {
        var lines = ContextLog.Listen(_mlContext);
        var rows = Animal.Make(30);
        rows[4].Features[2] = float.NaN;
        rows[5].Weight = float.NaN;
        rows[6].Name = "";
        var data = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(_mlContext.Data.LoadFromEnumerable(Animal.Make(30)))
            .Transform(_mlContext.Data.LoadFromEnumerable(rows));

        Trainer(PredictionTask.Multiclass, o => o.ExampleWeightColumnName = "Weight").Fit(data);

        Assert.Contains(lines, l => l.RawMessage == "27 examples, 5 features, 3 classes");
        Assert.Contains(lines, l => l.RawMessage == "Skipped 3 instances with missing features/label/weight during training: 1 in 'Features', 1 in 'Weight', 1 in 'Label'." && l.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning);
        Assert.Contains(lines, l => l.RawMessage.StartsWith("Epoch 1 of 20: loss", StringComparison.Ordinal));
        lines.Clear();
        var whole = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(_mlContext.Data.LoadFromEnumerable(Animal.Make(30))).Transform(_mlContext.Data.LoadFromEnumerable(Animal.Make(30)));
        Trainer(PredictionTask.Multiclass, o => o.ExampleWeightColumnName = "Weight").Fit(whole, validationData: data);
        Assert.Contains(lines, l => l.RawMessage == "Skipped 3 instances with missing features/label/weight of the validation set: 1 in 'Features', 1 in 'Weight', 1 in 'Label'.");
        Assert.DoesNotContain(lines, l => l.RawMessage.Contains("during training", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_named()
    {
        var missing = Animal.Make(3);
        missing[1].Features[0] = float.PositiveInfinity;
        var negative = Animal.Make(3);
        negative[2].Weight = -1;

        Assert.Contains("Row 1", Error(missing, o => o.SkipMissingFeatures = false), StringComparison.Ordinal);
        Assert.Contains("must not be negative", Error(negative, o => o.ExampleWeightColumnName = "Weight"), StringComparison.Ordinal);
        Assert.Contains("0 instances", Error([], _ => { }), StringComparison.Ordinal);

        string Error(Animal[] rows, Action<LinearModel.Options> set) => Assert.Throws<InvalidOperationException>(() =>
            Trainer(PredictionTask.Regression, o =>
            {
                o.LabelColumnName = "Size";
                set(o);
            }).Fit(_mlContext.Data.LoadFromEnumerable(rows))).Message;
    }

    [Fact]
    public void Missing_feature_gives_missing_scores()
    {
        var rows = Animal.Make(40);
        var model = Trainer(PredictionTask.Multiclass).Fit(Labelled());
        rows[7].Features[1] = float.NaN;

        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(rows));

        Assert.All(scored.GetColumn<float[]>("Score").ElementAt(7), score => Assert.True(float.IsNaN(score)));
        var labels = scored.GetColumn<uint>("PredictedLabel").ToArray();
        Assert.Equal(0u, labels[7]);
        Assert.All(labels.Where((_, i) => i != 7), label => Assert.InRange(label, 1u, 3u));
    }

    private IDataView Rows(int count) => _mlContext.Data.LoadFromEnumerable(Animal.Make(count));

    private IDataView Labelled()
    {
        var rows = Rows(300);
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows);
    }

    private BioLearnTrainer<LinearModel> Trainer(PredictionTask task, int seed) => Trainer(task, o => o.Seed = seed);

    private BioLearnTrainer<LinearModel> Trainer(PredictionTask task, Action<LinearModel.Options>? set = null)
    {
        var options = new LinearModel.Options();
        set?.Invoke(options);
        return LinearModel.Trainer(_mlContext, task, options);
    }

    private IEstimator<ITransformer> Pipeline(MLContext? context = null)
    {
        context ??= _mlContext;
        return context.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(LinearModel.Trainer(context, PredictionTask.Multiclass, new()))
            .Append(context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
    }

    private sealed class Coded
    {
        [VectorType(Animal.FeatureCount)]
        public float[] Features { get; set; } = [];

        public int Code { get; set; }
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
