using System.Text.Json;
using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class ContinualTrialTests
{
    public static TheoryData<string, int> Schedules() => ProspectiveFixture.Cases("continual_and_drift*.json", "continual", "schedule", "cases");

    public static TheoryData<string, int> Losses() => ProspectiveFixture.Cases("continual_and_drift*.json", "sliced_loss", "cases");

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Turns_on_fixture_are_those_of_its_tasks(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "continual", "schedule", "cases");
        int iterations = f.GetProperty("num_iterations").GetInt32(), tasks = f.GetProperty("num_tasks").GetInt32();
        ContinualTrial trial = new() { Data = ProspectiveFixture.Pictures, Tasks = tasks, Iterations = iterations, IterationsPerTask = iterations / f.GetProperty("num_repeatations").GetInt32() / tasks };
        int task = 0;
        foreach (JsonElement turns in f.GetProperty("iterations_of_task").EnumerateArray())
        {
            Assert.Equal(turns.EnumerateArray().Select(i => i.GetInt32()), Enumerable.Range(0, iterations).Where(i => trial.TaskOf(i) == task));
            task++;
        }
    }

    /// <summary>Outputs without an error, as a mask of targets has them.</summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public void Step_on_fixture_with_free_outputs_gives_its_weights(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "sliced_loss", "cases");
        LearningRule rule = f.GetProperty("rule").GetString() == "BP" ? new Backpropagation() : new PredictiveCoding
        {
            InferenceSteps = f.GetProperty("T").GetInt32(),
            InferenceRate = f.GetProperty("x_lr").GetDouble(),
            RateDiscount = f.GetProperty("x_lr_discount").GetDouble(),
        };
        int[] sizes = [.. f.GetProperty("layer_sizes").EnumerateArray().Select(s => s.GetInt32())], taught = [.. f.GetProperty("outputs_with_error").EnumerateArray().Select(s => s.GetInt32())];
        double[][] weights = ProspectiveFixture.Matrices(f.GetProperty("W")), after = ProspectiveFixture.Matrices(f.GetProperty("W_after"));
        double[] input = ProspectiveFixture.Numbers(f.GetProperty("input")), target = ProspectiveFixture.Numbers(f.GetProperty("target"));
        int batch = input.Length / sizes[0];
        NetworkSpec spec = ProspectiveFixture.Perceptron(sizes, Activation.Find(f.GetProperty("activation").GetString()!)!);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
            weights[l - 1].CopyTo(network.Weights(l).Values);
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(f.GetProperty("p_lr").GetDouble() * batch), batch);
        trainer.Step(input, target, targetMask: [.. Enumerable.Range(0, target.Length).Select(i => taught.Contains(i % sizes[^1]))]);
        for (int l = 1; l <= network.Depth; l++)
            ProspectiveFixture.Close(after[l - 1], network.Weights(l).Values, 1e-10, $"W_{l}");
        double[] outputs = trainer.Predict(input).Span.ToArray();
        ProspectiveFixture.Close(ProspectiveFixture.Numbers(f.GetProperty("prediction_after")), outputs, 1e-10, "prediction");
        Assert.Equal(f.GetProperty("classification_error_after").GetDouble(), ClassificationError.Of<double>(outputs, [.. f.GetProperty("labels").EnumerateArray().Select(l => l.GetInt32())]), 1e-12);
    }

    [Fact]
    public void Task_whose_turn_it_is_is_learned_and_both_are_logged()
    {
        TrialContext run = new("continual", "0");
        Short(unused: false).Run(run);
        Assert.Equal(["train-loss", "test-error-1", "test-error-2", "diverged"], run.Rows[0].Values.Select(v => v.Key));
        double[] first = Of(run, "test-error-1"), second = Of(run, "test-error-2");
        Assert.True(first[3] < second[3], $"after four epochs on the first task: {first[3]} and {second[3]}");
        Assert.True(second[7] < second[3] && second[7] < first[7], $"after four more on the second: {first[7]} and {second[7]}");
    }

    [Fact]
    public void Unused_output_keeps_the_error_above_the_share_of_its_classes()
    {
        TrialContext[] runs = [new("continual", "0"), new("continual", "0")];
        Short(unused: false).Run(runs[0]);
        Short(unused: true).Run(runs[1]);
        Assert.NotEqual(Of(runs[0], "train-loss")[0], Of(runs[1], "train-loss")[0]);
        int[] outputs = ClassPermutation.Outputs(ClassPermutation.Draw(10, 0, runs[0].Stream("classes")), 2, true);
        double share = outputs[..5].Count(o => o == 4) / 5.0;
        Assert.InRange(Of(runs[1], "test-error-1")[3], share, 1);
    }

    [Fact]
    public void Checkpoint_goes_on_to_the_same_rows() => StoppedContext.Check(() => Short(unused: true), after: 4);

    private static ContinualTrial Short(bool unused) => new()
    {
        Data = ProspectiveFixture.Pictures,
        Rule = new Backpropagation(),
        LearningRate = .01,
        BatchSize = 20,
        Depth = 3,
        Iterations = 8,
        TrainPerClass = 100,
        TestPerClass = 20,
        UnusedLastOutput = unused,
    };

    private static double[] Of(TrialContext run, string metric) => [.. run.Rows.Select(row => row.Values.Single(v => v.Key == metric).Value)];
}
