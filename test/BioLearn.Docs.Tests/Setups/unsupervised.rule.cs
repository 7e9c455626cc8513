using BioLearn.ML.Hebbian;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadFromEnumerable(Made.Clouds(100, 12, "ash", "oak"));
var hebb = ml.Transforms.HebbianComponents(new() { InputColumnName = "Features", OutputColumnName = "Components", NumberOfUnits = 2, UnitLengthWeights = true, Rule = new DecayingHebb(), NumberOfEpochs = 2 });
Made.Check(hebb.Fit(data).Transform(data).GetColumn<float[]>("Components").All(c => c.Length == 2 && c.All(float.IsFinite)), "two finite components");
// block 2
