using BioLearn.ML.Instructed;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>What the log says of instructions that are not taught, and of tensors that a training that goes on forgets.</summary>
public class TrainingWarningsTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _warnings = [];

    public TrainingWarningsTests() => _mlContext.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [Fact]
    public void Task_that_no_row_asks_is_named()
    {
        IDataView left = Questions.Keyed(_mlContext, Questions.Make(80).Where(row => row.Side == "left"));
        _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => o.NumberOfEpochs = 1)).Fit(left);
        Assert.Contains(_warnings, text => text.Contains("No training row asks 'right'", StringComparison.Ordinal));
        _warnings.Clear();
        _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => o.NumberOfEpochs = 1)).Fit(Questions.Keyed(_mlContext, Questions.Make(80)));
        Assert.DoesNotContain(_warnings, text => text.Contains("No training row asks", StringComparison.Ordinal));
    }

    [Fact]
    public void Training_that_goes_on_with_another_task_head_says_what_begins_anew()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(80));
        var model = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => o.NumberOfEpochs = 1)).Fit(rows);
        _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => o.NumberOfEpochs = 1)).Fit(rows, null, model.Model);
        Assert.DoesNotContain(_warnings, text => text.Contains("anew", StringComparison.Ordinal));
        _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.NumberOfEpochs, o.TaskEmbedding) = (1, [9]))).Fit(rows, null, model.Model);
        Assert.Contains(_warnings, text => text.Contains("task 1/2 [9, 24]", StringComparison.Ordinal) && text.Contains("begin anew", StringComparison.Ordinal));
    }
}
