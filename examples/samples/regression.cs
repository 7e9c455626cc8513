// A number: the strength of a made-up mixture. `dotnet run regression.cs`
#:project ../../src/BioLearn.ML
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(_ => Mixture.Draw(random)));

// Features and label come to a common scale inside the trainer; the score is in the label's own unit.
var pipeline = ml.Transforms.Concatenate("Features", "Cement", "Water", "Age")
    .Append(ml.Regression.Trainers.PredictiveCoding(new() { LabelColumnName = "Strength", HiddenUnits = [32] }));
var folds = ml.Regression.CrossValidate(data, pipeline, numberOfFolds: 3, labelColumnName: "Strength");
foreach (var fold in folds)
    Console.WriteLine($"fold {fold.Fold}: R² {fold.Metrics.RSquared:F3}, mean absolute error {fold.Metrics.MeanAbsoluteError:F2} MPa");

internal sealed class Mixture
{
    public float Cement { get; set; }
    public float Water { get; set; }
    public float Age { get; set; }
    public float Strength { get; set; }

    public static Mixture Draw(Random random)
    {
        var drawn = new Mixture { Cement = random.Next(100, 500), Water = random.Next(120, 240), Age = random.Next(1, 90) };
        drawn.Strength = 40 + ((drawn.Cement - 300) * .08f) - ((drawn.Water - 180) * .15f) + (8 * MathF.Log(drawn.Age / 28)) + (2 * random.NextSingle());
        return drawn;
    }
}
