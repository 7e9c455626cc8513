using BioLearn.ML;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
string folder = Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");
IDataView data = ml.Data.TakeRows(ml.Data.LoadFromIdx(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz")), 60);
// block 4
Made.Check(network.Fit(data).Transform(data).GetColumn<float[]>("Units").First().Length == 96 * 7 * 7, "96 units at 7 x 7 places");
