using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Defaults;

/// <summary>Tables on which defaults have failed somebody.</summary>
public class FreshEyesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Column_of_many_rare_words_does_not_drown_the_one_that_tells_the_classes()
    {
        RandomStream random = new(3, "cities");
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Row { Kind = "k" + (i % 3), X = (40 * (i % 3)) + (8 * (float)random.NextNormal()), City = "city" + random.NextInt(75) }).ToArray());
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(_ml.Transforms.Categorical.OneHotEncoding("City"))
            .Append(_ml.Transforms.Concatenate("Features", "X", "City")).Append(_ml.MulticlassClassification.Trainers.FeedbackAlignment());
        double accuracy = _ml.MulticlassClassification.CrossValidate(data, pipeline, 3, seed: 1).Average(f => f.Metrics.MicroAccuracy);
        Assert.True(accuracy > 0.85, $"{accuracy:p1}"); // by their deviations, words brought it to 72 %
    }

    [Fact]
    public void Year_beside_many_words_still_tells_the_classes()
    {
        RandomStream random = new(3, "years");
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Row { Kind = "k" + (i % 3), X = 1970 + (10 * (i % 3)) + (2 * (float)random.NextNormal()), City = "city" + random.NextInt(75) }).ToArray());
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(_ml.Transforms.Categorical.OneHotEncoding("City"))
            .Append(_ml.Transforms.Concatenate("Features", "X", "City")).Append(_ml.MulticlassClassification.Trainers.FeedbackAlignment());
        double accuracy = _ml.MulticlassClassification.CrossValidate(data, pipeline, 3, seed: 1).Average(f => f.Metrics.MicroAccuracy);
        Assert.True(accuracy > 0.85, $"{accuracy:p1}");
    }

    [Fact]
    public void Feature_whose_differences_are_a_float_step_of_its_size_still_counts()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 150).Select(i => new Row { Kind = "k" + (i % 3), X = 1.7e9f + (128 * (i % 3)) }).ToArray());
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(_ml.Transforms.Concatenate("Features", "X")).Append(_ml.MulticlassClassification.Trainers.FeedbackAlignment());
        Assert.Equal(1, _ml.MulticlassClassification.Evaluate(pipeline.Fit(data).Transform(data)).MicroAccuracy);
    }

    [Fact]
    public void Svm_says_that_features_are_too_small_for_it()
    {
        List<string> warnings = [];
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { Kind = "k" + (i % 3), X = 1e-7f * i }).ToArray());
        _ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(_ml.Transforms.Concatenate("Features", "X")).Append(_ml.MulticlassClassification.Trainers.RbfSvm()).Fit(data);
        Assert.Contains(warnings, w => w.StartsWith("1 of 1 features in column 'Features' vary by less than", StringComparison.Ordinal));
    }

    [Fact]
    public void Recurrent_model_of_another_task_leak_or_length_is_refused_by_name()
    {
        RandomStream random = new(3, "sequences");
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Sequence { Label = i % 2 == 0, Number = i, Features = [.. Enumerable.Range(0, 6).Select(_ => (float)random.NextNormal())] }).ToArray());
        RecurrentOptions Options(int steps, double leak, string label) => new() { LabelColumnName = label, TimeSteps = steps, Leak = leak, NumberOfUnits = 4, NumberOfEpochs = 1 };
        var number = _ml.Regression.Trainers.RandomFeedbackLocalOnline(Options(3, 0.2, "Number")).Fit(data).Model;
        var answer = _ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(Options(3, 0.2, "Label")).Fit(data).Model;
        string Refusal(RecurrentOptions options, RecurrentModelParameters model) =>
            Assert.Throws<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.RandomFeedbackLocalOnline(options).Fit(data, null, model)).Message;
        Assert.Contains("another task", Refusal(Options(3, 0.2, "Label"), number), StringComparison.Ordinal);
        Assert.Contains("leak of 0.2", Refusal(Options(3, 0.9, "Label"), answer), StringComparison.Ordinal);
        Assert.Contains("3 time steps", Refusal(Options(2, 0.2, "Label"), answer), StringComparison.Ordinal);
    }

    private sealed class Row
    {
        public string Kind { get; set; } = "";

        public string City { get; set; } = "";

        public float X { get; set; }
    }

    private sealed class Sequence
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }
    }
}
