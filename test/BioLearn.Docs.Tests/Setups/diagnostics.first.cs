using BioLearn.ML;
using BioLearn.ML.Networks;
using BioLearn.ML.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView table = ml.Data.LoadFromEnumerable(Made.Clouds(300, 12, "ash", "beech", "oak"));
IDataView data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(table).Transform(table);
// block 1
Made.Check(rows.GetColumn<double>("Value").Any() && File.ReadLines("diagnostics.csv").Count() > 1, "moments were noted");
