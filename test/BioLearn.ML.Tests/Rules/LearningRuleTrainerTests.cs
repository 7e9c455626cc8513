using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Learning rules as an ML.NET user meets them.</summary>
public class LearningRuleTrainerTests
{
    public static TheoryData<LearningRule> AllRules() => [.. LearningRules.All];

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Rule_in_a_pipeline_trains_evaluates_saves_and_loads(LearningRule rule)
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Flowers(240));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Flower.Kind))
            .Append(ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(ml.MulticlassClassification.Trainers.LearningRule(rule, new NetworkOptions
            {
                HiddenUnits = [12],
                NumberOfEpochs = 15,
                BatchSize = 10,
                Activation = rule.PreferredActivation ?? Activation.Sigmoid,
                Optimizer = OptimizerSettings.Adam(0.02),
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);
        double accuracy = ml.MulticlassClassification.Evaluate(scored).MacroAccuracy;
        if (rule is not WeightPerturbation)
            Assert.True(accuracy > 0.8, $"{rule.Name}: {accuracy}");

        using MemoryStream file = new();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().UseBioLearn().Model.Load(file, out _);
        Assert.Equal(Scores(scored), Scores(loaded.Transform(data)));
    }

    [Fact]
    public void Binary_and_regression_trainers_fit_their_tasks()
    {
        MLContext ml = new(seed: 2);
        IDataView data = ml.Data.LoadFromEnumerable(Flowers(300));
        var binary = ml.BinaryClassification.Trainers.FeedbackAlignment("IsFirst", hiddenUnits: [10], learningRate: 0.02).Fit(data);
        Assert.True(ml.BinaryClassification.Evaluate(binary.Transform(data), "IsFirst").AreaUnderRocCurve > 0.95);
        var regression = ml.Regression.Trainers.KolenPollack("Size", hiddenUnits: [10], learningRate: 0.02, numberOfEpochs: 40).Fit(data);
        Assert.True(ml.Regression.Evaluate(regression.Transform(data), "Size").RSquared > 0.8);
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch_and_training_goes_on_from_a_model()
    {
        MLContext ml = new(seed: 3);
        IDataView data = ml.Data.LoadFromEnumerable(Flowers(200));
        List<double> validation = [];
        var trainer = ml.BinaryClassification.Trainers.Backpropagation(new NetworkOptions
        {
            LabelColumnName = "IsFirst",
            NumberOfEpochs = 500,
            ValidationFraction = 0.3,
            EarlyStoppingPatience = 5,
            Optimizer = OptimizerSettings.Sgd(0.2),
            Progress = new Inline(p => validation.Add(p.ValidationLoss!.Value)),
        });
        var model = trainer.Fit(data);
        int epochs = validation.Count;
        Assert.InRange(epochs, 6, 499);
        var further = trainer.Fit(data, null, model.Model);
        Assert.True(validation[epochs] < validation[0], $"going on starts from what was learned: {validation[epochs]} after {validation[0]}");
        Assert.Equal(model.Model.Spec.ToString(), further.Model.Spec.ToString());
    }

    [Theory]
    [InlineData(1, 0, 0, null)]
    [InlineData(1, 5, 0.3, null)]
    [InlineData(1, 5, 0, "EarlyStoppingPatience 5 has no effect without validation rows")]
    [InlineData(1000, 0, 0, null)]
    [InlineData(-1000, 0, 0, "The label's root mean square is")]
    public void What_would_quietly_not_be_learned_is_warned_of(float scale, int patience, double share, string? expected)
    {
        MLContext ml = new(seed: 3);
        List<string> warnings = [];
        ml.Log += (_, line) =>
        {
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(line.RawMessage);
        };
        IDataView data = ml.Data.LoadFromEnumerable(Flowers(60).Select(f => new Flower { Features = f.Features, Kind = f.Kind, Size = Math.Abs(scale) * f.Size }));
        ml.Regression.Trainers.Backpropagation(new NetworkOptions { LabelColumnName = "Size", NumberOfEpochs = 1, StandardizeLabel = scale > 0, EarlyStoppingPatience = patience, ValidationFraction = share }).Fit(data);
        if (expected is null)
            Assert.Empty(warnings);
        else
            Assert.StartsWith(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_refused_by_name()
    {
        MLContext ml = new();
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { BatchSize = 0 }));
        Assert.Equal("BatchSize", e.ParamName);
        e = Assert.Throws<ArgumentOutOfRangeException>(() => ml.MulticlassClassification.Trainers.FeedbackAlignment(learningRate: -1));
        Assert.Equal("LearningRate", e.ParamName);
    }

    private static float[][] Scores(IDataView view) => [.. view.GetColumn<float[]>("Score")];

    private static IEnumerable<Flower> Flowers(int count)
    {
        Samples<float> blobs = NetworkTrainerTests.Blobs(count, seed: 9);
        for (int i = 0; i < count; i++)
        {
            int kind = blobs.Classes.Span[i];
            float[] features = blobs.Features.Slice(i * 4, 4).ToArray();
            yield return new Flower { Features = features, Kind = new[] { "rose", "tulip", "iris" }[kind], IsFirst = kind == 0, Size = features[0] - features[1] };
        }
    }

    private sealed class Flower
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public string Kind { get; set; } = "";

        public bool IsFirst { get; set; }

        public float Size { get; set; }
    }

    private sealed class Inline(Action<BioLearn.ML.Hosting.TrainingProgress> report) : IProgress<BioLearn.ML.Hosting.TrainingProgress>
    {
        public void Report(BioLearn.ML.Hosting.TrainingProgress value) => report(value);
    }
}
