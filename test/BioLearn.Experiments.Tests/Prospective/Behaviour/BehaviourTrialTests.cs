using BioLearn.Experiments.Prospective.Behaviour;
using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective.Behaviour;

public class BehaviourTrialTests
{
    [Fact]
    public void Schedule_has_the_trials_of_the_study()
    {
        List<int> lengths = [];
        for (int seed = 0; seed < 20; seed++)
        {
            ForceFieldSchedule schedule = new(new RandomStream(seed, "schedule"));
            string[] trials = [.. schedule.Trials.Select(t => t.ToString())];
            lengths.Add(trials.Length);
            Assert.Equal(32, schedule.Probes.Count);
            string[] training = trials[..1584]; // 24 blocks of 66 trials
            Assert.Equal(24 * 17, training.Count(t => t == "1+"));
            Assert.Equal(24 * 17, training.Count(t => t == "2-"));
            Assert.DoesNotContain("2+", training);
            Assert.DoesNotContain("1-", training);
            Assert.Equal(["10", "20"], training[..2].Order());
            Assert.Equal(4, training[2..10].Count(t => t == "1+"));
            foreach (ForceFieldProbe probe in schedule.Probes)
                Assert.Equal(["10", ForceFieldSchedule.Groups[probe.Group].ToString(), "10"], trials[probe.First..(probe.First + 3)]);
            for (int block = 0; block < 8; block++)
                Assert.Equal([0, 1, 2, 3], schedule.Probes.Skip(4 * block).Take(4).Select(p => p.Group).Order());
            int[] washouts = [.. schedule.Probes.Zip([1584, .. schedule.Probes.Select(p => p.First + 3)], (p, end) => p.First - end)];
            Assert.Equal([2, 4, 6], washouts.Distinct().Order());
            for (int i = 0; i + 3 <= washouts.Length; i += 3)
                Assert.Equal(12, washouts[i..(i + 3)].Sum());
            Assert.All(schedule.Probes.Zip(washouts), w => Assert.Equal(w.Second / 2, trials[(w.First.First - w.Second)..w.First.First].Count(t => t == "20")));
        }
        Assert.InRange(lengths.Average(), 1804, 1812); // 1,808 on average
        Assert.True(lengths.Distinct().Count() > 1);
    }

    [Fact]
    public void Task_pays_and_reverses_as_often_as_it_should()
    {
        ReversalTask task = new(new RandomStream(1, "task"));
        int reversals = 0, paid = 0, paidWrong = 0, wrong = 0;
        const int Choices = 40_000;
        for (int i = 0; i < Choices; i++)
        {
            int correct = task.Correct;
            bool errs = i % 10 == 0;
            double pay = task.Choose(errs ? 1 - correct : correct);
            (wrong, paidWrong, paid) = errs ? (wrong + 1, paidWrong + (pay > 0 ? 1 : 0), paid) : (wrong, paidWrong, paid + (pay > 0 ? 1 : 0));
            reversals += task.Correct != correct ? 1 : 0;
        }
        Assert.Equal(0.7, (double)paid / (Choices - wrong), 0.02);
        Assert.Equal(0.4, (double)paidWrong / wrong, 0.03);
        Assert.InRange(reversals, Choices / 8, Choices / 4);
    }

    [Fact]
    public void Task_does_not_reverse_before_four_correct_choices_on_end()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            ReversalTask task = new(new RandomStream(seed, "task"));
            for (int i = 0; i < 40; i++)
            {
                task.Choose(i % 4 == 3 ? 1 : 0); // three correct, one wrong
                Assert.Equal(0, task.Correct);
            }
        }
    }

    [Fact]
    public void Adaptation_to_a_force_under_the_other_colour_needs_predictive_coding()
    {
        double[] coding = Values(new MotorAdaptationTrial { Subjects = 8 }), error = Values(new MotorAdaptationTrial { Subjects = 8, Rule = new Backpropagation(), InitialDeviation = 1e-5, LearningRate = 0.1, MemoryRate = 0.001 });
        Assert.True(coding[1] > 0.5 * coding[0], $"{coding[1]} against {coding[0]}");
        Assert.True(Math.Abs(error[1]) < 0.05 * error[0], $"{error[1]} against {error[0]}");
    }

    [Fact]
    public void Extinction_of_the_light_raises_fear_of_the_noise_with_predictive_coding_alone()
    {
        double[] coding = Values(new FearConditioningTrial()), error = Values(new FearConditioningTrial { Rule = new Backpropagation() });
        Assert.True(coding[1] > coding[0] + 0.01, $"{coding[1]} against {coding[0]}");
        Assert.Equal(error[0], error[1], 1e-12);
    }

    [Fact]
    public void Same_seed_gives_the_same_rows_and_subjects_do_not_depend_on_their_number()
    {
        Assert.Equal(Values(new ReversalLearningTrial { Subjects = 3 }), Values(new ReversalLearningTrial { Subjects = 3 }));
        Assert.NotEqual(Values(new ReversalLearningTrial { Subjects = 3 }), Values(new ReversalLearningTrial { Subjects = 3 }, "1"));
        double[] one = Values(new MotorAdaptationTrial { Subjects = 1 });
        Assert.NotEqual(one[0], Values(new MotorAdaptationTrial { Subjects = 2 })[0]);
        Assert.True(double.IsNaN(one[^1]));
    }

    [Fact]
    public void Hidden_unit_first_changes_its_sign_in_backpropagation_and_the_value_of_the_punished_action_rises_in_predictive_coding()
    {
        // The publication's reasoning: weights 1, 1, -1; action 0 is always punished.
        Assert.True(Punished(new ReversalLearningTrial().Rule) > 1);
        Assert.InRange(Punished(new Backpropagation()), -0.5, 0.5);

        static double Punished(BioLearn.ML.Networks.LearningRule rule)
        {
            using ReversalSubjects subjects = new(1, rule, 0.1);
            subjects.Population.Weight(1, 0, 0)[0] = 1;
            subjects.Population.Weight(2, 0, 0)[0] = 1;
            subjects.Population.Weight(2, 1, 0)[0] = -1;
            for (int i = 0; i < 60; i++)
            {
                subjects.Show(0, 0, -1);
                subjects.Learn();
            }
            return subjects.Population.Weight(2, 0, 0)[0];
        }
    }

    [Fact]
    public void Settings_and_rules_that_do_not_fit_are_named()
    {
        Assert.Contains("feedback alignment", Assert.Throws<ArgumentException>(() => Values(new FearConditioningTrial { Rule = new FeedbackAlignment() })).Message);
        Assert.Contains("MemoryRate", Assert.Throws<ArgumentException>(() => Values(new MotorAdaptationTrial { MemoryRate = -1 })).Message);
        Assert.Contains("WeightUpdates", Assert.Throws<ArgumentException>(() => Values(new FearConditioningTrial { Rule = new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Every } })).Message);
        Assert.Contains("1+", ForceFieldTrial.Parse("1+").ToString());
        Assert.Throws<FormatException>(() => ForceFieldTrial.Parse("3+"));
    }

    private static double[] Values(ITrial trial, string seed = "0")
    {
        TrialContext context = new("behaviour", seed);
        trial.Run(context);
        return [.. Assert.Single(context.Rows).Values.Select(v => v.Value)];
    }
}
