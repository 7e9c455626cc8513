// Two classes: which customers leave. `dotnet run binary.cs`
#:project ../../src/BioLearn.ML
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(_ => Customer.Draw(random)));
var split = ml.Data.TrainTestSplit(data, testFraction: 0.25);

var pipeline = ml.Transforms.Categorical.OneHotEncoding("Region")
    .Append(ml.Transforms.Concatenate("Features", "Age", "Income", "Tenure", "Region"))
    .Append(ml.BinaryClassification.Trainers.FeedbackAlignment(new()
    {
        LabelColumnName = "Leaves",
        HiddenUnits = [32],
        Activation = Activation.Tanh,
        Optimizer = OptimizerSettings.Adam(0.01),
    }));
var model = pipeline.Fit(split.TrainSet);

var figures = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet), labelColumnName: "Leaves");
Console.WriteLine($"accuracy {figures.Accuracy:P1}, area under the ROC curve {figures.AreaUnderRocCurve:F3}");

var engine = ml.Model.CreatePredictionEngine<Customer, Answer>(model);
var answer = engine.Predict(new() { Age = 30, Income = 25, Tenure = 1, Region = "north" });
Console.WriteLine($"a new customer of the north leaves: {answer.PredictedLabel}, probability {answer.Probability:F2}");

internal sealed class Customer
{
    public float Age { get; set; }
    public float Income { get; set; }
    public float Tenure { get; set; }
    public string Region { get; set; } = "";
    public bool Leaves { get; set; }

    /// <summary>Short tenure and a small income make customers leave, and one in twenty does what nobody expects.</summary>
    public static Customer Draw(Random random)
    {
        var drawn = new Customer { Age = random.Next(18, 80), Income = random.Next(15, 90), Tenure = random.Next(0, 20), Region = random.Next(2) == 0 ? "north" : "south" };
        drawn.Leaves = drawn.Tenure < 4 + (drawn.Income < 40 ? 6 : 0) ^ random.Next(20) == 0;
        return drawn;
    }
}

internal sealed class Answer
{
    public bool PredictedLabel { get; set; }
    public float Probability { get; set; }
}
