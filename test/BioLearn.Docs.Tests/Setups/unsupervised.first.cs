using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;

IDataView data = new MLContext().Data.LoadFromEnumerable(Made.Clouds(300, 12, "ash", "beech", "oak"));
// block 1
Made.Check(ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy > .9, "features without labels tell rows apart");
