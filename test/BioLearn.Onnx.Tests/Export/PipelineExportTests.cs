using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BioLearn.Onnx.Tests.Export;

/// <summary>A whole pipeline in one ONNX file gives in ONNX Runtime what <c>model.Transform</c> gives, row by row; what cannot be written is an error with a name.</summary>
public sealed class PipelineExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-pipeline-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Multiclass_from_text_and_gaps_to_the_name_of_the_class()
    {
        var pipeline = Prepared()
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Plan"))
            .Append(_ml.MulticlassClassification.Trainers.FeedbackAlignment(Small()))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        Same(pipeline.Fit(Rows()), ["PredictedLabel", "Score"], inputs: ["Age", "Income", "Region"]);
    }

    [Fact]
    public void Binary_with_score_probability_and_predicted_label() =>
        Same(Prepared().Append(_ml.BinaryClassification.Trainers.SignSymmetry(Small("Churn"))).Fit(Rows()), ["PredictedLabel", "Probability", "Score"], ["Age", "Income", "Region"]);

    [Fact]
    public void Regression_with_a_normalization_by_minimum_and_maximum()
    {
        var pipeline = _ml.Transforms.Concatenate("Features", "Tenure", "Income").Append(_ml.Transforms.NormalizeMinMax("Features"))
            .Append(_ml.Regression.Trainers.Backpropagation(Small("Spend")));
        Same(pipeline.Fit(Rows()), ["Score"], ["Income", "Tenure"]);
    }

    [Fact]
    public void Our_transform_in_the_middle_and_another_network_behind_it()
    {
        var first = Prepared().Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn"))).Fit(Rows());
        foreach (int layer in (int[])[1, 2])
        {
            var pipeline = Prepared().Append(_ml.Transforms.HiddenActivations("Hidden", first.LastTransformer.Model, layer, "Features"))
                .Append(_ml.Transforms.NormalizeMeanVariance("Hidden"))
                .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Plan"))
                .Append(_ml.MulticlassClassification.Trainers.DirectFeedbackAlignment(new NetworkOptions { FeatureColumnName = "Hidden", HiddenUnits = [4], NumberOfEpochs = 2 }));
            Same(pipeline.Fit(Rows()), ["Hidden", "PredictedLabel", "Score"], ["Age", "Income", "Region"]);
        }
    }

    [Fact]
    public void A_trainer_alone_and_columns_by_name()
    {
        IDataView ready = Prepared().Fit(Rows()).Transform(Rows());
        var trained = _ml.BinaryClassification.Trainers.FeedbackAlignment(Small("Churn")).Fit(ready);
        string path = Path.Combine(_folder, "alone.onnx");
        _ml.Model.SaveAsOnnx(trained, ready.Schema, path, "Probability");
        using var session = new InferenceSession(path);
        Assert.Equal(["Features"], session.InputMetadata.Keys);
        Compare(session, ready, trained.Transform(ready), ["Probability"]);
    }

    [Fact]
    public void Rows_with_missing_or_infinite_features_score_NaN_and_no_class()
    {
        var pipeline = _ml.Transforms.Concatenate("Features", "Tenure", "Income").Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Plan")).Append(_ml.MulticlassClassification.Trainers.FeedbackAlignment(Small()));
        var model = pipeline.Fit(Rows());
        string path = Path.Combine(_folder, "gaps.onnx");
        _ml.Model.SaveAsOnnx(model, Rows().Schema, path);
        IDataView gaps = _ml.Data.LoadFromEnumerable(Customers().Take(5).Select((row, i) => new Customer { Plan = row.Plan, Region = row.Region, Income = row.Income, Tenure = i switch { 1 => float.NaN, 3 => float.PositiveInfinity, _ => row.Tenure } }));
        using var session = new InferenceSession(path);
        Compare(session, gaps, model.Transform(gaps), ["PredictedLabel", "Score"]);
        Assert.Equal([false, true, false, true, false], model.Transform(gaps).GetColumn<uint>("PredictedLabel").Select(key => key == 0));
    }

    [Fact]
    public void A_step_that_ML_NET_skips_is_an_error_that_names_it()
    {
        var before = _ml.Transforms.Expression("Income", "x => x * 2", "Income").Append(Prepared()).Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn")));
        Refused(before.Fit(Rows()), "ExpressionTransformer", "");
        var behind = Prepared().Append(_ml.Regression.Trainers.Backpropagation(Small("Spend"))).Append(_ml.Transforms.Expression("Score", "x => x * 2", "Score"));
        Refused(behind.Fit(Rows()), "ExpressionTransformer", "Score");
        var another = Prepared().Append(_ml.Regression.Trainers.Backpropagation(Small("Spend"))).Append(_ml.Transforms.Expression("Twice", "x => x * 2", "Score"));
        Refused(another.Fit(Rows()), "ExpressionTransformer", "Twice");
        var text = _ml.Transforms.Text.FeaturizeText("Features", "Region").Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn")));
        Refused(text.Fit(Rows()), "TextFeaturizing", "");
        var binned = Prepared().Append(_ml.Transforms.NormalizeBinning("Features")).Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn")));
        Refused(binned.Fit(Rows()), "NormalizingTransformer", "");
    }

    [Fact]
    public void A_network_that_predicts_in_a_way_of_its_own_and_a_pipeline_without_ours_are_refused()
    {
        var settles = Prepared().Append(_ml.BinaryClassification.Trainers.DendriticMicrocircuit(Small("Churn"))).Fit(Rows());
        Refused(settles, "dendritic microcircuit", "");
        Assert.Contains("ConvertToOnnx", Assert.Throws<ArgumentException>(() => _ml.Model.SaveAsOnnx(Prepared().Fit(Rows()), Rows().Schema, Path.Combine(_folder, "x.onnx"))).Message, StringComparison.Ordinal);
        var scores = Prepared().Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn"))).Fit(Rows());
        Assert.Contains("Skore", Assert.Throws<ArgumentException>(() => _ml.Model.SaveAsOnnx(scores, Rows().Schema, Path.Combine(_folder, "x.onnx"), "Skore")).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    /// <summary>Every kind of transformer of the library, by its attribute: it is written, or refused by its name. A new kind must be placed here.</summary>
    [Fact]
    public void Kinds_that_are_written_are_these_and_all_others_are_refused_by_name()
    {
        Type[] written = [typeof(PredictionTransformer<NetworkModelParameters>), typeof(UnsupervisedTransformer<HiddenActivations>)];
        Assert.All(written, type => Assert.Contains(type, Components()));
        var components = _ml.Transforms.HebbianComponents("Features", "Features", rank: 2).Append(_ml.BinaryClassification.Trainers.Backpropagation(Small("Churn")));
        Refused(Prepared().Append(components).Fit(Rows()), "UnsupervisedTransformer<HebbianComponents>", "Features");
        var svm = Prepared().Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Plan")).Append(_ml.MulticlassClassification.Trainers.RbfSvm());
        Refused(svm.Fit(Rows()), "PredictionTransformer<RbfSvmModelParameters>", "");
        var all = Prepared().Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Plan")).Append(_ml.MulticlassClassification.Trainers.OneVersusAll(_ml.BinaryClassification.Trainers.Backpropagation(Small())));
        Refused(all.Fit(Rows()), "PredictionTransformer<OneVersusAllModel>", "");
    }

    private static IEnumerable<Type> Components() =>
        from assembly in (System.Reflection.Assembly[])[typeof(NetworkModelParameters).Assembly, typeof(NetworkExport).Assembly]
        from attribute in assembly.GetCustomAttributes(false)
        where attribute.GetType() is { IsGenericType: true } type && type.Name.StartsWith("LoadableComponent", StringComparison.Ordinal)
        select attribute.GetType().GetGenericArguments()[0];

    private void Refused(ITransformer model, string step, string column)
    {
        string path = Path.Combine(_folder, "refused.onnx");
        string message = Assert.Throws<NotSupportedException>(() => _ml.Model.SaveAsOnnx(model, Rows().Schema, path)).Message;
        Assert.Contains(step, message, StringComparison.Ordinal);
        Assert.Contains(column, message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private void Same(ITransformer model, string[] outputs, string[] inputs)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        _ml.Model.SaveAsOnnx(model, Rows().Schema, path);
        using var session = new InferenceSession(path);
        Assert.Equal(inputs, session.InputMetadata.Keys.Order(StringComparer.Ordinal));
        Assert.Superset(outputs.ToHashSet(), session.OutputMetadata.Keys.ToHashSet());
        Compare(session, Rows(), model.Transform(Rows()), outputs);
    }

    /// <summary>All rows at once.</summary>
    private static void Compare(InferenceSession session, IDataView rows, IDataView transformed, string[] outputs)
    {
        int count = rows.GetColumn<float>("Tenure").Count();
        NamedOnnxValue[] inputs =
        [
            .. session.InputMetadata.Keys.Select(name => rows.Schema[name].Type switch
            {
                TextDataViewType => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(rows.GetColumn<string>(name).ToArray(), [count, 1])),
                VectorDataViewType vector => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(rows.GetColumn<float[]>(name).SelectMany(v => v).ToArray(), [count, vector.Size])),
                _ => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(rows.GetColumn<float>(name).ToArray(), [count, 1])),
            }),
        ];
        using var results = session.Run(inputs);
        foreach (string name in outputs)
        {
            var result = results.Single(value => value.Name == name);
            DataViewType type = transformed.Schema[name].Type;
            if (type is TextDataViewType)
                Assert.Equal(transformed.GetColumn<string>(name), result.AsEnumerable<string>());
            else if (type is KeyDataViewType)
                Assert.Equal(transformed.GetColumn<uint>(name), result.AsEnumerable<uint>());
            else if (type is BooleanDataViewType)
                Assert.Equal(transformed.GetColumn<bool>(name), result.AsEnumerable<bool>());
            else
            {
                float[] expected = type is VectorDataViewType ? [.. transformed.GetColumn<float[]>(name).SelectMany(v => v)] : [.. transformed.GetColumn<float>(name)], found = [.. result.AsEnumerable<float>()];
                Assert.Equal(expected.Length, found.Length);
                Assert.All(expected.Zip(found), pair => Assert.True(float.IsNaN(pair.First) ? float.IsNaN(pair.Second) : Math.Abs(pair.First - pair.Second) <= 2e-5 * (1 + Math.Abs(pair.First)), $"{name}: {pair}"));
            }
        }
    }

    private static NetworkOptions Small(string label = "Label") => new() { LabelColumnName = label, HiddenUnits = [6], NumberOfEpochs = 2 };

    private EstimatorChain<ITransformer> Prepared() =>
        new EstimatorChain<ITransformer>().Append(_ml.Transforms.ReplaceMissingValues("Age"))
            .Append(_ml.Transforms.Categorical.OneHotEncoding("RegionCode", "Region"))
            .Append(_ml.Transforms.Concatenate("Features", "Age", "Income", "RegionCode"))
            .Append((IEstimator<ITransformer>)_ml.Transforms.NormalizeMeanVariance("Features"));

    private IDataView Rows() => _ml.Data.LoadFromEnumerable(Customers());

    private static Customer[] Customers()
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, 60).Select(i =>
            {
                float income = random.Next(20, 90), tenure = random.Next(0, 20);
                return new Customer { Age = i % 9 == 0 ? float.NaN : random.Next(20, 70), Income = income, Tenure = tenure, Region = i % 3 == 0 ? "north" : "south", Plan = income > 60 ? "gold" : tenure > 9 ? "silver" : "basic", Churn = tenure < 8, Spend = (income / 50) + (tenure / 20) };
            }),
        ];
    }

    private sealed class Customer
    {
        public float Age { get; set; }
        public float Income { get; set; }
        public float Tenure { get; set; }
        public string Region { get; set; } = "";
        public string Plan { get; set; } = "";
        public bool Churn { get; set; }
        public float Spend { get; set; }
    }
}
