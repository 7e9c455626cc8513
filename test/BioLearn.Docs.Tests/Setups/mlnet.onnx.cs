using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

var mlContext = new MLContext(seed: 1);
IDataView trees = mlContext.Data.LoadFromEnumerable(Made.Clouds(60, 12, "ash", "oak"));
DataViewSchema schema = trees.Schema;
var model = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Transforms.NormalizeMeanVariance("Features"))
    .Append(mlContext.MulticlassClassification.Trainers.FeedbackAlignment()).Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(trees);
// block 5
using var session = new InferenceSession("pipeline.onnx");
Made.Check(session.InputMetadata.Keys.Single() == "Features" && session.OutputMetadata.Keys.Order().SequenceEqual(["PredictedLabel", "Score"]), "columns are inputs and outputs");
