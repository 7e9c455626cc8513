using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>What else a training is given, validation rows and a model to go on from, must be of the same kind as its rows.</summary>
public class FurtherDataTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Validation_rows_with_other_classes_are_refused_with_both_numbers()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Multiclass().Fit(Classes("a", "b"), Classes("a", "b", "c")));
        Assert.Contains("'Label' of the validation data has 3 classes, that of the training data 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_rows_with_classes_in_another_order_are_refused_by_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Multiclass().Fit(Classes("a", "b"), Classes("b", "a")));
        Assert.Contains("Class 1 of the label column 'Label' is 'b' in the validation data and 'a' in the training data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_rows_of_another_type_are_refused_as_training_rows_are()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Multiclass().Fit(Classes("a", "b"), Flags()));

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void Initial_model_with_another_number_of_classes_is_refused(int before, int now)
    {
        string[] names = ["a", "b", "c"];
        var model = Multiclass().Fit(Classes(names[..before])).Model;
        var error = Assert.Throws<InvalidOperationException>(() => Multiclass().Fit(Classes(names[..now]), null, model));
        Assert.Contains($"has {before} classes, the label column 'Label' has {now}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Initial_model_with_the_same_number_of_other_classes_is_refused_by_name(bool loaded)
    {
        var trained = Multiclass().Fit(Classes("a", "b"));
        if (loaded)
        {
            using MemoryStream file = new();
            _mlContext.Model.Save(trained, (DataViewSchema?)null, file);
            trained = (BioLearn.ML.Hosting.PredictionTransformer<NetworkModelParameters>)BioLearnModel.Load(_mlContext, file, out _);
        }
        var error = Assert.Throws<InvalidOperationException>(() => Multiclass().Fit(Classes("a", "c"), null, trained.Model));
        Assert.Contains("Class 2 of the label column 'Label' is 'c' in the training data and 'b' in the initial model", error.Message, StringComparison.Ordinal);
        Multiclass().Fit(Classes("a", "b"), null, trained.Model);
    }

    [Fact]
    public void Initial_model_of_another_task_is_refused()
    {
        var multiclass = Multiclass().Fit(Classes("a", "b", "c")).Model;
        var binary = _mlContext.BinaryClassification.Trainers.FeedbackAlignment(numberOfEpochs: 1);
        var regression = _mlContext.Regression.Trainers.FeedbackAlignment(numberOfEpochs: 1);
        var flag = binary.Fit(Flags()).Model;
        foreach (Action fit in (Action[])[
            () => binary.Fit(Flags(), null, multiclass), () => regression.Fit(Numbers(), null, multiclass),
            () => Multiclass().Fit(Classes("a", "b", "c"), null, flag), () => regression.Fit(Numbers(), null, flag)])
            Assert.Contains("was trained for another task", Assert.Throws<InvalidOperationException>(fit).Message, StringComparison.Ordinal);
        Assert.Equal(flag.Spec.ToString(), binary.Fit(Flags(), null, flag).Model.Spec.ToString());
    }

    [Fact]
    public void Label_with_more_classes_than_can_be_is_refused_by_name()
    {
        var hashed = _mlContext.Transforms.Conversion.Hash("Label", "Name", numberOfBits: 31).Fit(Rows(i => "k" + i, "Name")).Transform(Rows(i => "k" + i, "Name"));
        var error = Assert.Throws<InvalidOperationException>(() => Multiclass().Fit(hashed));
        Assert.Contains("The label column 'Label' has 2147483648 classes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LabelColumnName", null)]
    [InlineData("FeatureColumnName", "")]
    public void Column_without_a_name_is_refused_by_its_option(string option, string? name)
    {
        var options = new NetworkOptions { NumberOfEpochs = 1 };
        typeof(NetworkOptions).GetProperty(option)!.SetValue(options, name);
        Assert.Equal(option, Assert.ThrowsAny<ArgumentException>(() => _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(options)).ParamName);
    }

    private BioLearn.ML.Hosting.BioLearnTrainer<NetworkModelParameters> Multiclass()
        => _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(hiddenUnits: [4], numberOfEpochs: 1);

    private IDataView Classes(params string[] names)
    {
        var rows = Rows(i => names[i % names.Length], "Label");
        return _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private IDataView Flags() => Rows(i => i % 2 == 0, "Label");

    private IDataView Numbers() => Rows(i => (float)(i % 2), "Label");

    private IDataView Rows<T>(Func<int, T> label, string column)
    {
        var schema = SchemaDefinition.Create(typeof(Row<T>));
        schema[nameof(Row<T>.Label)].ColumnName = column;
        return _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Row<T> { Features = [i % 3, i % 2], Label = label(i) }).ToArray(), schema);
    }

    private sealed class Row<T>
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public T? Label { get; set; }
    }
}
