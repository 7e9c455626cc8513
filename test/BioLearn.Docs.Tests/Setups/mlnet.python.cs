using BioLearn.ML;
using Microsoft.ML;

var mlContext = new MLContext(seed: 1);
IDataView rows = mlContext.Data.LoadFromEnumerable(Made.Clouds(60, 12, "ash", "oak"));
var model = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.MulticlassClassification.Trainers.FeedbackAlignment()).Fit(rows);
// block 6
Made.Check(File.Exists("weights.npz") && File.Exists("activations.npz"), "both files are there");
