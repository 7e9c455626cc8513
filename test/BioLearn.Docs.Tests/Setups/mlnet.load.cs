using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

var first = new MLContext(seed: 1);
IDataView trees = first.Data.LoadFromEnumerable(Made.Clouds(60, 12, "ash", "oak"));
var taught = first.Transforms.Conversion.MapValueToKey("Label").Append(first.MulticlassClassification.Trainers.FeedbackAlignment()).Fit(trees);
first.Model.Save(taught, trees.Schema, "pipeline.zip");
// block 4
Made.Check(model.Transform(trees).GetColumn<uint>("PredictedLabel").SequenceEqual(same.Transform(trees).GetColumn<uint>("PredictedLabel")), "both load the same");
