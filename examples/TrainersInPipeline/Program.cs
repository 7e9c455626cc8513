// One ML.NET pipeline, any learning rule: cross-validated on 2,000 pieces of clothing beside ML.NET's own SDCA.
//
//   dotnet run -c Release --project examples/TrainersInPipeline
//
// Expected, about:
//
//   three-fold cross-validation      accuracy  log-loss
//   backpropagation                     82.0%     0.506
//   feedback alignment                  82.6%     0.523
//   direct feedback alignment           81.5%     0.521
//   sign symmetry                       82.5%     0.515
//   Kolen-Pollack                       82.6%     0.518
//   predictive coding                   77.7%     1.280
//   equilibrium propagation             81.6%     0.612
//   a rule with options of its own      81.3%     0.526
//   ML.NET: SDCA maximum entropy        80.6%     0.553
//
// Scores of the two energy rules are outputs of squared error made into shares, not fitted probabilities: their log-loss is higher.
// Another seed moved accuracies by up to four points, and the log-loss of equilibrium propagation to 0.94.
//
// To use your own table, replace what is marked (1), (2) and (3); the rest stays. A copy outside this repository needs a project
// file of its own: docs/mlnet.md has it, and a table with text, missing values and other labels than classes.

using System.Diagnostics;
using BioLearn.ML;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);

// (1) Rows with a column Features, a vector of Single, and a column Label. Of a CSV file with twelve columns
//     of numbers and one of class names:
//     IDataView table = ml.Data.LoadFromTextFile("mine.csv", [new("Features", DataKind.Single, 0, 11), new("Label", DataKind.String, 12)], ',', hasHeader: true);
//     var split = ml.Data.TrainTestSplit(table, testFraction: 0.2);
//     IDataView data = split.TrainSet;
string folder = Path.Combine(AppContext.BaseDirectory, "fashion-mnist");
IDataView data = ml.Data.LoadFromIdx(Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"));

// (2) Bring features to a common scale. Pictures already go from 0 to 1; for a table:
//     var prepare = ml.Transforms.NormalizeMeanVariance("Features").Append(ml.Transforms.Conversion.MapValueToKey("Label"));
var prepare = ml.Transforms.Conversion.MapValueToKey("Label");

// Every rule teaches the same network. Swap the rule, keep the line. What counts is the number of steps, rows / BatchSize * NumberOfEpochs,
// here about 800: a table of a few hundred rows wants NumberOfEpochs = 100.
var trainers = ml.MulticlassClassification.Trainers;
NetworkOptions Network() => new() { HiddenUnits = [128], NumberOfEpochs = 10, BatchSize = 16 };
(string Name, IEstimator<ITransformer> Trainer)[] all =
[
    ("backpropagation", trainers.Backpropagation(Network())),
    ("feedback alignment", trainers.FeedbackAlignment(Network())),
    ("direct feedback alignment", trainers.DirectFeedbackAlignment(Network())),
    ("sign symmetry", trainers.SignSymmetry(Network())),
    ("Kolen-Pollack", trainers.KolenPollack(Network())),
    ("predictive coding", trainers.PredictiveCoding(Network())),
    ("equilibrium propagation", trainers.EquilibriumPropagation(Network())),
    ("a rule with options of its own", trainers.LearningRule(new SignSymmetry { Magnitude = SignSymmetryMagnitude.BatchRandom }, Network())),
    ("ML.NET: SDCA maximum entropy", trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20)),
];

Console.WriteLine($"{"three-fold cross-validation",-32} {"accuracy",8} {"log-loss",9} {"seconds",8}");
foreach (var (name, trainer) in all)
{
    var clock = Stopwatch.StartNew();
    var folds = ml.MulticlassClassification.CrossValidate(data, prepare.Append(trainer), numberOfFolds: 3, seed: 1);
    Console.WriteLine($"{name,-32} {100 * folds.Average(f => f.Metrics.MicroAccuracy),7:0.0}% {folds.Average(f => f.Metrics.LogLoss),9:0.000} {clock.Elapsed.TotalSeconds,8:0.0}");
}

// The one that is kept: fit on all rows, save, load elsewhere, predict. Name is the class in the words of the data.
var model = prepare.Append(trainers.FeedbackAlignment(Network())).Append(ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")).Fit(data);
string path = Path.Combine(Path.GetTempPath(), $"model-{Environment.ProcessId}.zip");
ml.Model.Save(model, data.Schema, path);
ITransformer loaded = new MLContext().UseBioLearn().Model.Load(path, out _);
File.Delete(path);

// (3) Rows that were not learned from. For a table: IDataView test = split.TestSet;
IDataView test = ml.Data.LoadFromIdx(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"));
IDataView scored = loaded.Transform(test);
var metrics = ml.MulticlassClassification.Evaluate(scored);
Console.WriteLine($"\nfeedback alignment, saved and loaded: {100 * metrics.MicroAccuracy:0.0}% of the rows to test on");
