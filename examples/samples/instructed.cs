// One network, two questions: each picture has two pieces of clothing in it, and a column asks for the left or the right one. `dotnet run instructed.cs`
#:project ../../src/BioLearn.ML
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView train = Load("train"), test = Load("t10k");
string[] sides = ["left", "right"];
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.InstructedNetwork(new() { HiddenUnits = [256], GatesColumnName = "Gates" }));
var model = pipeline.Fit(train);
IDataView answers = model.Transform(test);
Console.WriteLine($"accuracy {ml.MulticlassClassification.Evaluate(answers).MicroAccuracy:P1} on {test.GetColumn<byte>("Label").Count()} questions about test pictures (one that did not hear the question could do no better than name either of the two: 55 %)");

// Rows come in pairs: what stands left, what stands right in the same picture.
uint[] asked = [.. answers.GetColumn<uint>("Instruction")], right = [.. answers.GetColumn<uint>("Label")], found = [.. answers.GetColumn<uint>("PredictedLabel")];
float[][] gates = [.. answers.GetColumn<float[]>("Gates.1")];
foreach (uint side in (uint[])[1, 2])
{
    int[] rows = [.. Enumerable.Range(0, asked.Length).Where(row => asked[row] == side)];
    double own = rows.Average(row => found[row] == right[row] ? 1.0 : 0), other = rows.Average(row => found[row] == right[row ^ 1] ? 1.0 : 0);
    Console.WriteLine($"asked {sides[side - 1]}: opens {gates[rows[0]].Average():P0} of the hidden units, names what stands there in {own:P1}, what stands on the other side in {other:P1}");
}
Console.WriteLine($"units open for both: {gates[0].Zip(gates[1]).Average(gate => gate.First * gate.Second):P0}");

// The same model asked by another column: two questions about one row in one pass over the data.
var swapped = ml.Transforms.Conversion.MapKeyToValue("Side", "Instruction")
    .Append(ml.Transforms.Expression("OtherSide", "side => side == \"left\" ? \"right\" : \"left\"", "Side"))
    .Append(ml.Transforms.Conversion.MapValueToKey("Other", "OtherSide", keyData: ml.Data.LoadFromEnumerable(sides.Select(side => new { side }))))
    .Fit(answers);
IDataView both = model.LastTransformer.AskedBy("Other").Transform(swapped.Transform(answers));
int[] same = [.. both.GetColumn<uint>("PredictedLabel").Select((second, row) => second == found[row ^ 1] ? 1 : 0)];
Console.WriteLine($"the second question gets the answer of the row that asks it first in {same.Average():P0}");

IDataView Load(string part)
{
    string folder = Path.Combine(Folder(), "..", "data", "fashion-mnist");
    return ml.Data.LoadMultiMnist(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), seed: 1);
}

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
