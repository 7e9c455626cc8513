using System.Text.Json;
using BioLearn.Experiments.Prospective.Behaviour;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective.Behaviour;

/// <summary>The networks of the three behavioural tasks on the event lists of bio_tasks.json.</summary>
public class BehaviourFixtureTests
{
    private const string Pattern = "bio_tasks*.json";

    public static TheoryData<string, int> Fear() => FixtureFiles.Cases("prospective", Pattern, "fear_conditioning");

    public static TheoryData<string, int> Motor() => FixtureFiles.Cases("prospective", Pattern, "motor_adaptation");

    public static TheoryData<string, int> Reversal() => FixtureFiles.Cases("prospective", Pattern, "reversal");

    [Theory]
    [MemberData(nameof(Fear))]
    public void Fear_follows_every_trial(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "fear_conditioning");
        LearningRule rule = f.Text("rule") == "PC" ? new FearConditioningTrial().Rule : new Backpropagation();
        using FearSubjects subjects = new(1, rule, f.Number("perception_lr"), f.Number("L_lr"), f.Number("N_lr"));
        subjects.Population.Weight(1, 0, 0).Fill(f.Number("perception_w_init"));
        subjects.Population.Weight(1, 1, 1).Fill(f.Number("perception_w_init"));
        subjects.Population.Weight(2, 0, 0).Fill(f.Number("mix_w_L_init"));
        subjects.Population.Weight(2, 0, 1).Fill(f.Number("mix_w_N_init"));
        string group = f.Text("group");
        int phase = (int)f.Number("iterations_per_phase");
        JsonElement after = f.GetProperty("after_each_trial");
        double[] fear = new double[1];
        for (int trial = 0; trial < after.GetArrayLength(); trial++)
        {
            bool extinction = trial >= phase;
            subjects.Show(0, light: extinction ? group.Contains("L-", StringComparison.Ordinal) : group.StartsWith('L'), noise: !extinction, shock: !extinction);
            subjects.Learn();
            subjects.FearOfNoise(fear);
            NetworkPopulation<double> p = subjects.Population;
            FixtureNumbers.Close(after[trial].Numbers(), [p.Weight(1, 0, 0)[0], p.Weight(1, 1, 1)[0], p.Weight(2, 0, 0)[0], p.Weight(2, 0, 1)[0], fear[0]], 1e-8, $"after trial {trial}");
            Assert.Equal(0, p.Weight(1, 0, 1)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Motor))]
    public void Motor_predictions_and_last_weights_are_the_original_s(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "motor_adaptation");
        double[] first = f.Numbers("W1_init"), second = f.Numbers("W2_init");
        using ForceFieldSubjects subjects = new(1, RuleOf(f), f.Number("lr"), f.Number("memory_lr"), (int)f.Number("hidden"), fullyConnected: first[1] != 0);
        subjects.Start(0, [.. first, .. second], 1);
        JsonElement trials = f.GetProperty("trials");
        for (int t = 0; t < trials.GetArrayLength(); t++)
        {
            subjects.Show(0, ForceFieldTrial.Parse(trials[t].GetString()!));
            subjects.Predict();
            FixtureNumbers.Close(f.GetProperty("prediction_before_each_trial")[t].Numbers(), [subjects.Population.Output(0)[0], subjects.Population.Output(1)[0]], 1e-8, $"prediction {t}");
            subjects.Learn();
        }
        FixtureNumbers.Close([.. f.Numbers("W1_final"), .. f.Numbers("W2_final")], Weights(subjects.Population, (int)f.Number("hidden")), 1e-8, "weights");
    }

    [Theory]
    [MemberData(nameof(Reversal))]
    public void Values_and_weights_of_reversal_follow_every_trial(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index, "reversal");
        using ReversalSubjects subjects = new(1, RuleOf(f), f.Number("lr"));
        NetworkPopulation<double> p = subjects.Population;
        double[] above = f.Numbers("w1_init");
        p.Weight(1, 0, 0)[0] = f.Number("w0_init");
        (p.Weight(2, 0, 0)[0], p.Weight(2, 1, 0)[0]) = (above[0], above[1]);
        JsonElement events = f.GetProperty("events_action_reward");
        for (int t = 0; t < events.GetArrayLength(); t++)
        {
            p.Predict();
            FixtureNumbers.Close(f.GetProperty("prediction_before_each_trial")[t].Numbers(), [p.Output(0)[0], p.Output(1)[0]], 1e-8, $"values {t}");
            subjects.Show(0, events[t][0].GetInt32(), events[t][1].GetDouble());
            subjects.Learn();
            FixtureNumbers.Close(f.GetProperty("weights_after_each_trial")[t].Numbers(), [p.Weight(1, 0, 0)[0], p.Weight(2, 0, 0)[0], p.Weight(2, 1, 0)[0]], 1e-8, $"weights {t}");
        }
    }

    private static LearningRule RuleOf(JsonElement f) => f.Text("rule") == "PC"
        ? new PredictiveCoding { InferenceSteps = (int)f.Number("T"), InferenceRate = f.Number("x_lr"), RateDiscount = f.Number("x_lr_discount") }
        : new Backpropagation();

    private static double[] Weights(NetworkPopulation<double> p, int hidden) =>
    [
        .. Enumerable.Range(0, 2 * hidden).Select(i => p.Weight(1, i / 2, i % 2)[0]),
        .. Enumerable.Range(0, 2 * hidden).Select(i => p.Weight(2, i / hidden, i % hidden)[0]),
    ];
}
