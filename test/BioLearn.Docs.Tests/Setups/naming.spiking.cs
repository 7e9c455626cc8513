using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
IDataView rows = mlContext.Data.LoadFromEnumerable(Made.Photos("photos"));
// block 1
Made.Check(model.Transform(rows).GetColumn<float[]>("Features").All(f => f.Length == 20), "20 numbers a picture");
