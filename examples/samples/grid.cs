// A grid: several rules with several options, cross-validated, the best first. `dotnet run grid.cs`
#:project ../../src/BioLearn.ML
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(_ => Spiral.Draw(random)).ToArray());

LearningRule[] rules = [new Backpropagation(), new FeedbackAlignment(), new PredictiveCoding()];
int[][] layers = [[32], [64]];
double[] rates = [.003, .03];
var trials =
    from rule in rules
    from hidden in layers
    from rate in rates
    let trainer = ml.MulticlassClassification.Trainers.LearningRule(rule, new() { HiddenUnits = hidden, NumberOfEpochs = 60, Optimizer = OptimizerSettings.Adam(rate) })
    let pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer)
    let accuracy = ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 3).Average(fold => fold.Metrics.MicroAccuracy)
    orderby accuracy descending
    select $"{rule.GetType().Name,-18} {string.Join(", ", hidden),4} units, learning rate {rate,5}: {accuracy:P1}";
foreach (string line in trials)
    Console.WriteLine(line);

internal sealed class Spiral
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public string Label { get; set; } = "";

    /// <summary>Two arms that wind around each other: no straight line parts them.</summary>
    public static Spiral Draw(Random random)
    {
        int arm = random.Next(2);
        double t = .3 + random.NextDouble(), angle = (3.5 * t) + (Math.PI * arm);
        return new() { Label = arm == 0 ? "left" : "right", Features = [(float)((t * Math.Cos(angle)) + (.08 * random.NextDouble())), (float)((t * Math.Sin(angle)) + (.08 * random.NextDouble()))] };
    }
}
