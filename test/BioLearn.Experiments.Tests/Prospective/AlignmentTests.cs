using System.Text.Json;
using BioLearn.Experiments.Prospective.Alignment;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective;

public class AlignmentTests
{
    public static TheoryData<string, int> Shallow() => ProspectiveFixture.Cases("target_alignment*.json", "alignment");

    public static TheoryData<string, int> Deep() => ProspectiveFixture.Cases("alignment_deep*.json", "alignment");

    public static TheoryData<string, int> Layered() => ProspectiveFixture.Cases("alignment_deep*.json", "layered_prospective_index");

    [Theory]
    [MemberData(nameof(Shallow))]
    [MemberData(nameof(Deep))]
    public void Step_on_fixture_has_its_outputs_alignment_and_index(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "alignment");
        double[] input = ProspectiveFixture.Numbers(f.GetProperty("input")), target = ProspectiveFixture.Numbers(f.GetProperty("target"));
        foreach ((string key, LearningRule rule) in new (string, LearningRule)[] { ("PC", Coding(f, f.GetProperty("T").GetInt32())), ("BP", new Backpropagation()) })
        {
            JsonElement wanted = f.GetProperty(key);
            using Network<double> network = Start(f, rule);
            OneStep step = OneStep.Of(network, rule, f.GetProperty("p_lr").GetDouble(), input, target);
            ProspectiveFixture.Close(ProspectiveFixture.Numbers(wanted.GetProperty("prediction_before")), step.Before, 1e-10, $"{key} before");
            ProspectiveFixture.Close(ProspectiveFixture.Numbers(wanted.GetProperty("prediction_after")), step.After, 1e-9, $"{key} after");
            Assert.Equal(wanted.GetProperty("target_alignment").GetDouble(), step.Alignment, 1e-6);
            if (key == "BP")
                continue;
            string name = wanted.TryGetProperty("prospective_index_per_layer", out _) ? "prospective_index_per_layer" : "prospective_index_per_hidden_layer";
            double[] indices = ProspectiveFixture.Numbers(wanted.GetProperty(name));
            Assert.Equal(network.Depth - 1, step.Index.Length);
            ProspectiveFixture.Close(indices.AsSpan(0, network.Depth - 1), step.Index, 1e-6, "index"); // a last entry is the output's: the alignment
            if (wanted.GetProperty("x_final") is not { ValueKind: JsonValueKind.Array } inferred)
                continue; // left out of files of many units
            double[][] wantedInferred = ProspectiveFixture.Matrices(inferred);
            for (int l = 0; l < wantedInferred.Length; l++)
                ProspectiveFixture.Close(wantedInferred[l], step.Inferred[l], 1e-9, $"inferred {l + 1}");
        }
    }

    [Theory]
    [MemberData(nameof(Shallow))]
    public void Target_propagation_by_pseudo_inverses_on_fixture_has_its_outputs(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "alignment");
        if (!f.TryGetProperty("TP", out JsonElement wanted) || !wanted.TryGetProperty("target_alignment", out JsonElement alignment))
            return; // not linear
        TargetPropagation rule = new() { Targets = TargetKind.PseudoInverse, TargetStepSize = 1 };
        using Network<double> network = Start(f, rule);
        OneStep step = OneStep.Of(network, rule, f.GetProperty("p_lr").GetDouble(), ProspectiveFixture.Numbers(f.GetProperty("input")), ProspectiveFixture.Numbers(f.GetProperty("target")));
        ProspectiveFixture.Close(ProspectiveFixture.Numbers(wanted.GetProperty("prediction_after")), step.After, 1e-9, "after");
        Assert.Equal(alignment.GetDouble(), step.Alignment, 1e-6);
    }

    /// <summary>Activities move in the first half of the steps; the weights once, or through all of the second half.</summary>
    [Theory]
    [MemberData(nameof(Layered))]
    public void Layered_index_on_fixture_takes_activities_that_rest(string file, int index)
    {
        JsonElement f = ProspectiveFixture.Case(file, index, "layered_prospective_index");
        int half = f.GetProperty("T").GetInt32() / 2;
        foreach (JsonElement schedule in f.GetProperty("schedules").EnumerateArray())
        {
            double[] at = ProspectiveFixture.Numbers(schedule.GetProperty("update_p_at"));
            PredictiveCoding rule = at[0] == at[1] ? Coding(f, half + 1) : Coding(f, 2 * half, WeightUpdateSchedule.Split);
            using Network<double> network = Start(f, rule);
            OneStep step = OneStep.Of(network, rule, f.GetProperty("p_lr").GetDouble(), ProspectiveFixture.Numbers(f.GetProperty("input")), ProspectiveFixture.Numbers(f.GetProperty("target")), frozen: true);
            double[][] used = ProspectiveFixture.Matrices(schedule.GetProperty("x_used"));
            for (int l = 0; l < used.Length; l++)
                ProspectiveFixture.Close(used[l], step.Inferred[l], 1e-10, $"x_{l + 1}");
            ProspectiveFixture.Close(ProspectiveFixture.Numbers(schedule.GetProperty("prospective_index_per_hidden_layer")), step.Index, 1e-6, "index");
            double[][] after = ProspectiveFixture.Matrices(schedule.GetProperty("W_after"));
            for (int l = 1; l <= network.Depth; l++)
                ProspectiveFixture.Close(after[l - 1], network.Weights(l).Values, 1e-9, $"W_{l}");
        }
    }

    [Fact]
    public void Orthogonal_networks_align_whatever_the_rule_and_others_by_predictive_coding_more()
    {
        foreach (LearningRule rule in new LearningRule[] { new Backpropagation(), new PredictiveCoding { InferenceSteps = 512 } })
            Assert.Equal(1, Run(new() { Rule = rule, Depth = 8, Width = 16, Initializer = Initializer.Orthogonal }), 1e-3);
        Assert.True(Run(new() { Rule = new PredictiveCoding { InferenceSteps = 128 }, Depth = 6, Width = 32 }) > Run(new() { Rule = new Backpropagation(), Depth = 6, Width = 32 }) + .02);

        static double Run(AlignmentTrial trial)
        {
            TrialContext context = new("alignment", "0");
            trial.Run(context);
            Assert.Equal(trial.Rule is PredictiveCoding ? trial.Depth : 1, context.Rows[0].Values.Count);
            return context.Rows[0].Values[0].Value;
        }
    }

    private static PredictiveCoding Coding(JsonElement f, int steps, WeightUpdateSchedule schedule = WeightUpdateSchedule.Last) =>
        new() { InferenceSteps = steps, InferenceRate = f.GetProperty("x_lr").GetDouble(), RateDiscount = f.GetProperty("x_lr_discount").GetDouble(), WeightUpdates = schedule, SumOverBatch = true };

    private static Network<double> Start(JsonElement f, LearningRule rule)
    {
        JsonElement weights = f.GetProperty("W");
        int[] sizes = [weights[0][0].GetArrayLength(), .. weights.EnumerateArray().Select(w => w.GetArrayLength())];
        string activation = f.GetProperty("activation").GetString()!;
        Network<double> network = new(ProspectiveFixture.Perceptron(sizes, activation == "identity" ? Activation.Linear : Activation.Find(activation)!), rule, Initializer.Zeros, 1);
        double[][] start = ProspectiveFixture.Matrices(weights);
        for (int l = 1; l <= network.Depth; l++)
            start[l - 1].CopyTo(network.Weights(l).Values);
        return network;
    }
}
