// Going on: a model is saved, loaded, and learns from rows that came later. `dotnet run retrain.cs`
#:project ../../src/BioLearn.ML
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView january = Month(turned: false), may = Month(turned: true), tests = Month(turned: true);

var prepare = ml.Transforms.NormalizeMeanVariance("Features").Fit(january);
var trainer = ml.BinaryClassification.Trainers.FeedbackAlignment(new() { HiddenUnits = [16], NumberOfEpochs = 60 });
var first = trainer.Fit(prepare.Transform(january));
string file = Path.Combine(Path.GetTempPath(), $"retrain-{Environment.ProcessId}.zip");
ml.Model.Save(first, prepare.Transform(january).Schema, file);

var loaded = (PredictionTransformer<NetworkModelParameters>)BioLearnModel.Load(ml, file, out _);
File.Delete(file);
var second = trainer.Fit(prepare.Transform(may), null, loaded.Model);   // goes on from the loaded weights, steps and optimizer
Console.WriteLine($"on rows of May: accuracy {Accuracy(loaded):P1} before, {Accuracy(second):P1} after {second.Model.Epochs - loaded.Model.Epochs} further epochs");

double Accuracy(ITransformer model) => ml.BinaryClassification.Evaluate(model.Transform(prepare.Transform(tests))).Accuracy;

IDataView Month(bool turned) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(_ => Measurement.Draw(random, turned)).ToArray());

internal sealed class Measurement
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public bool Label { get; set; }

    /// <summary>In May the second feature counts for the first.</summary>
    public static Measurement Draw(Random random, bool turned)
    {
        float x = random.NextSingle() - .5f, y = random.NextSingle() - .5f;
        return new() { Features = [x, y], Label = turned ? y > 0 : x > 0 };
    }
}
