using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Defaults;

/// <summary>A trainer with nothing set learns from a table as it comes: columns of any scale, few rows, labels of any size.</summary>
public class DefaultsTests
{
    private const int RowCount = 150;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> ClassRules() => [.. RuleTable.Rows.Where(r => r.IsLearningRule && r.Tasks.HasFlag(RuleTasks.Multiclass)).Select(r => r.Name)];

    public static TheoryData<string> NumberRules() => [.. RuleTable.Rows.Where(r => r.IsLearningRule && r.Tasks.HasFlag(RuleTasks.Regression)).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(ClassRules))]
    public void Every_rule_names_classes_of_a_small_table_whose_columns_differ_a_billionfold(string name)
    {
        IDataView data = Keyed(Rows(RowCount));
        var model = _ml.MulticlassClassification.Trainers.LearningRule(Rule(name), new NetworkOptions { Seed = 1 }).Fit(data);
        double accuracy = _ml.MulticlassClassification.Evaluate(model.Transform(Keyed(Rows(RowCount, first: 1000)))).MicroAccuracy;
        Assert.True(accuracy > 0.88, $"{name}: {accuracy:p1} of three classes; a linear trainer has 95 %");
    }

    [Theory]
    [MemberData(nameof(NumberRules))]
    public void Every_rule_finds_numbers_of_any_size(string name)
    {
        foreach ((float scale, float offset) in new[] { (1f, 0f), (1e5f, 3e6f), (1e-4f, -1e-3f) })
        {
            IDataView Data(int first) => _ml.Data.LoadFromEnumerable(Rows(RowCount, first, scale, offset));
            var model = _ml.Regression.Trainers.LearningRule(Rule(name), new NetworkOptions { Seed = 1 }).Fit(Data(0));
            double share = _ml.Regression.Evaluate(model.Transform(Data(1000))).RSquared;
            Assert.True(share > 0.85, $"{name}: R squared {share:0.00} of labels {offset} +- {scale}");
        }
    }

    [Theory]
    [InlineData(150, 32, 0, 400)]
    [InlineData(6_400, 32, 0, 20)]
    [InlineData(64_000, 32, 0, 10)]
    [InlineData(1_000_000, 32, 0, 1)]
    [InlineData(6_400, 32, 10, 200)]
    [InlineData(1, 32, 0, 2000)]
    public void Passes_are_as_many_as_make_enough_steps_and_not_too_many(int rows, int batch, int stepsPerEpoch, int expected)
        => Assert.Equal(expected, new NetworkOptions { BatchSize = batch, StepsPerEpoch = stepsPerEpoch }.EpochsFor(rows));

    [Fact]
    public void Passes_that_are_given_count()
    {
        int last = 0;
        NetworkOptions options = new() { NumberOfEpochs = 3, Progress = new Listener(r => last = r.EpochCount) };
        _ml.MulticlassClassification.Trainers.Backpropagation(options).Fit(Keyed(Rows(30)));
        Assert.Equal(3, last);
    }

    private IDataView Keyed(Row[] rows)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        // All three classes in their order, whatever rows come first.
        IDataView names = _ml.Data.LoadFromEnumerable(new[] { new Row { Name = "a" }, new Row { Name = "b" }, new Row { Name = "c" } });
        return _ml.Transforms.CopyColumns("Number", "Label").Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: _ml.Transforms.SelectColumns("Name").Fit(names).Transform(names))).Fit(data).Transform(data);
    }

    private static LearningRule Rule(string name) => (LearningRule)Activator.CreateInstance(RuleTable.Find(name)!.Type)!;

    // Three overlapping clouds in the plane; their coordinates lie in columns of very different scale and place, beside two columns of noise and one that never varies.
    private static Row[] Rows(int count, int first = 0, float scale = 1, float offset = 0)
    {
        RandomStream random = new(7, $"defaults/{first}");
        Row[] rows = new Row[count];
        for (int i = 0; i < count; i++)
        {
            int kind = i % 3;
            double x = (2.5 * Math.Cos(2.1 * kind)) + random.NextNormal(), y = (2.5 * Math.Sin(2.1 * kind)) + random.NextNormal();
            rows[i] = new Row
            {
                Features = [(float)(1e5 + (3e4 * x)), (float)(2e-5 * y), (float)random.NextNormal() * 1e3f, (float)random.NextNormal() * 1e-3f, 17],
                Name = "abc"[kind].ToString(),
                Label = (float)(offset + (scale * (x + (0.5 * y) + (0.2 * random.NextNormal())))),
            };
        }
        return rows;
    }

    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }

    private sealed class Row
    {
        [VectorType(5)]
        public float[] Features { get; set; } = new float[5];

        public string Name { get; set; } = "";

        public float Label { get; set; }
    }
}
