// Ten classes: pieces of clothing, the bundled part of Fashion-MNIST. `dotnet run multiclass.cs`
#:project ../../src/BioLearn.ML
using System.Runtime.CompilerServices;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
IDataView train = Load("train"), test = Load("t10k");
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.FeedbackAlignment(new() { HiddenUnits = [128], NumberOfEpochs = 10 }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(train);
var figures = ml.MulticlassClassification.Evaluate(model.Transform(test));
Console.WriteLine($"accuracy {figures.MicroAccuracy:P1}, log-loss {figures.LogLoss:F3} on {test.GetRowCount():N0} test pictures");

IDataView Load(string part)
{
    string folder = Path.Combine(Folder(), "..", "data", "fashion-mnist");
    return ml.Data.LoadFromIdx(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
}

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
