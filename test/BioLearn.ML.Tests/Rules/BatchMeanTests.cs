using BioLearn.ML.Energy;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Rules;

/// <summary>A learning rate means the same for every rule and batch size: updates are means over the mini-batch.</summary>
public class BatchMeanTests
{
    private const int Repetitions = 16;

    public static TheoryData<string> Rules() => [.. RuleTable.Rows.Where(r => r.Type.IsSubclassOf(typeof(LearningRule))).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Step_of_a_batch_that_holds_its_rows_many_times_is_no_longer(string name)
    {
        var rule = (LearningRule)Activator.CreateInstance(RuleTable.Find(name)!.Type)!;
        double once = Change(rule, 1), often = Change(rule, Repetitions);
        Assert.True(once > 0, "nothing moved");
        Assert.InRange(often / once, 1.0 / Repetitions, 2); // noise averages out, a sum would be Repetitions
    }

    [Theory]
    [InlineData(WeightUpdateSchedule.Last)]
    [InlineData(WeightUpdateSchedule.Every)]
    [InlineData(WeightUpdateSchedule.ErrorArrival)]
    public void Predictive_coding_takes_the_mean_by_default_and_the_sum_if_asked(WeightUpdateSchedule schedule)
    {
        double mean = Change(new PredictiveCoding { WeightUpdates = schedule, RateDiscount = 1 }, Repetitions);
        double sum = Change(new PredictiveCoding { WeightUpdates = schedule, RateDiscount = 1, SumOverBatch = true }, Repetitions);
        Assert.InRange(sum / mean, 40, 49); // three rows 16 times; at this rate steps add up but for a little
    }

    /// <summary>How far one step of plain descent on 3 rows, each there a number of times, moves all parameters.</summary>
    private static double Change(LearningRule rule, int repetitions)
    {
        const int seed = 5;
        MLContext mlContext = new(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 3 * repetitions).Select(i => new Row { Features = [i % 3, 0.5f, (i % 3) - 1], Name = "k" + (i % 3) }));
        IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows);
        NetworkOptions options = new() { HiddenUnits = [6], NumberOfEpochs = 1, BatchSize = 3 * repetitions, Optimizer = OptimizerSettings.Sgd(1e-4), Seed = seed };
        NetworkModelParameters model = LearningRuleTrainer.Create(mlContext.MulticlassClassification.Trainers, PredictionTask.Multiclass, rule, options).Fit(data).Model;
        using Network<float> before = new(model.Spec, rule, options.Initializer, seed);
        return Math.Sqrt(model.Network.Parameters.Zip(before.Parameters).Where(p => p.First.Role == ParameterRole.Weight || rule is not PredictiveCoding)
            .Sum(p => p.First.Values.ToArray().Zip(p.Second.Values.ToArray()).Sum(v => Math.Pow(v.First - v.Second, 2))));
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
