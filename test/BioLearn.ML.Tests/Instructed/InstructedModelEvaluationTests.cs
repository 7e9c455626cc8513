using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>Evaluation of a model that an ML.NET trainer made, whose map of the features must be taken too.</summary>
public sealed class InstructedModelEvaluationTests
{
    [Fact]
    public void Trained_model_is_evaluated_as_its_predictions_are_counted()
    {
        MLContext ml = new(seed: 2);
        Row[] rows = [.. Enumerable.Range(0, 300).Select(i =>
        {
            float x = 1000 + (i * 37 % 101), y = i * 61 % 97 / 97f;
            return new Row { Features = [x, y], Instruction = (uint)(i % 2), Label = (uint)((i % 2 == 0 ? x > 1050 : y > .5f) ? 1 : 0) };
        })];
        IDataView view = ml.Data.LoadFromEnumerable(rows);
        var trained = ml.MulticlassClassification.Trainers.InstructedNetwork(new InstructedNetworkOptions { HiddenUnits = [24], NumberOfEpochs = 30 }).Fit(view);
        Assert.NotNull(trained.Model.InputMap);
        Samples<float> samples = Samples<float>.OfClasses(rows.SelectMany(row => row.Features).ToArray(), rows.Select(row => (int)row.Label).ToArray())
            .With(Instructions<float>.OfTasks(rows.Select(row => (int)row.Instruction).ToArray(), 2));
        IReadOnlyList<InstructionAccuracy> found = InstructedEvaluation.Evaluate(trained.Model, samples);
        uint[] predicted = [.. trained.Transform(view).GetColumn<uint>("PredictedLabel")];
        for (int task = 0; task < 2; task++)
        {
            double right = Enumerable.Range(0, rows.Length).Where(i => rows[i].Instruction == task).Average(i => predicted[i] == rows[i].Label + 1 ? 1.0 : 0);
            Assert.Equal(right, found[task].Accuracy, 1e-12);
            Assert.InRange(right, .9, 1);
        }
        Assert.All(InstructedEvaluation.Evaluate(trained.Model, samples, InstructionControl.WrongInstruction), task => Assert.InRange(task.Accuracy, .2, .8));
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [KeyType(2)]
        public uint Instruction { get; set; }

        [KeyType(2)]
        public uint Label { get; set; }
    }
}
