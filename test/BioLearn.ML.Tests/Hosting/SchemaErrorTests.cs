using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Wrong columns are refused in the very words of ML.NET's own trainer.</summary>
public class SchemaErrorTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [InlineData("Label", "Nothing")]
    [InlineData("Label", "Size")]
    [InlineData("Label", "Name")]
    [InlineData("Label", "VarVector")]
    [InlineData("Nothing", "Features")]
    [InlineData("Size", "Features")]
    [InlineData("Name", "Features")]
    [InlineData("Features", "Features")]
    public void Fit_and_GetOutputSchema_refuse_a_column_in_MlNets_words(string label, string features)
    {
        var data = Data();
        var ours = LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { LabelColumnName = label, FeatureColumnName = features });
        var theirs = _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(label, features);

        var expected = Assert.Throws<ArgumentOutOfRangeException>(() => theirs.Fit(data));
        var atFit = Assert.Throws<ArgumentOutOfRangeException>(() => ours.Fit(data));
        var atSchema = Assert.Throws<ArgumentOutOfRangeException>(() => ours.GetOutputSchema(MlNetInterop.Shape(data.Schema)));

        Assert.Equal(Words(expected), Words(atFit));
        Assert.Equal(Words(expected), Words(atSchema));

        // ML.NET names its own method's parameter after the words, here and there another one.
        static string Words(Exception error) => error.Message[..error.Message.IndexOf(" (Parameter", StringComparison.Ordinal)];
    }

    [Fact]
    public void Transformer_refuses_a_feature_vector_of_another_length()
    {
        var model = LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { Epochs = 1 }).Fit(Data());
        var shorter = _mlContext.Data.LoadFromEnumerable([new ShortRow { Features = [1, 2] }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(shorter));

        Assert.Contains("Schema mismatch for feature column 'Features': expected Vector<Single, 5>, got Vector<Single, 2>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weight_column_of_another_type_is_refused()
    {
        var ours = LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { ExampleWeightColumnName = "Name" });

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ours.Fit(Data()));

        Assert.Contains("Schema mismatch for weight column 'Name': expected Single, got String", error.Message, StringComparison.Ordinal);
    }

    private IDataView Data()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(30));
        var keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows);
        return _mlContext.Transforms.Text.TokenizeIntoWords("Words", "Name")
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("VarVector", "Words"))
            .Fit(keyed).Transform(keyed);
    }

    private sealed class ShortRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
