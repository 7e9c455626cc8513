using System.Text.Json;
using BioLearn.Experiments.Prospective;
using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.Experiments.Tests.Prospective.ClassicControl;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective.Reinforcement;

/// <summary>Deep Q-learning with predictive coding and backpropagation against the original's, in double precision.</summary>
public class DeepQFixtureTests
{
    public static TheoryData<string, int> Updates() => FixtureFiles.Cases("prospective", "rl_dqn_update*.json");

    public static TheoryData<string, int> Loops() => FixtureFiles.Cases("prospective", "rl_episode_loop*.json");

    [Theory]
    [MemberData(nameof(Updates))]
    public void Learning_call_gives_greedy_actions_and_weights(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index);
        int size = (int)f.Number("batch_size");
        using Bench bench = new(f, size);
        JsonElement rows = f.GetProperty("transitions");
        int[] actions = rows.Integers("a");
        DeepQAgent<double> agent = new(
            ControlTaskTests.Make(f.Text("env")), bench.Trainer, new DeepQOptions { Discount = f.Number("gamma"), BatchSize = size, LearnAfter = size, MemorySize = actions.Length }, new ListedChance());
        for (int i = 0; i < actions.Length; i++)
        {
            double[] seen = rows.GetProperty("s")[i].Numbers();
            Assert.Equal((int)f.GetProperty("greedy_action_initial_weights")[i].GetDouble(), agent.Greedy(seen));
            FixtureNumbers.Close(f.GetProperty("q_of_s_initial_weights")[i].Numbers(), bench.Trainer.Predict(seen).Span, 1e-10, $"Q({i})");
            agent.Memory.Add(seen, actions[i], rows.Numbers("r")[i], rows.GetProperty("s_next")[i].Numbers(), rows.Numbers("done_mask")[i] == 0);
        }
        foreach (JsonElement batch in f.GetProperty("batches").EnumerateArray())
        {
            agent.Learn(batch.Integers("transition_indices"));
            if (batch.TryGetProperty("W_after", out _)) // large cases list the last alone
                bench.Compare(batch, 1e-10);
        }
        Assert.True(f.GetProperty("batches").EnumerateArray().Last().TryGetProperty("W_after", out _));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public void Whole_loop_gives_actions_memory_moments_and_weights_after_each_episode(string file, int index)
    {
        JsonElement f = FixtureFiles.Case("prospective", file, index);
        JsonElement config = f.GetProperty("config");
        DeepQOptions options = new()
        {
            Discount = config.Number("gamma"),
            BatchSize = (int)config.Number("batch_size"),
            MemorySize = (int)config.Number("buffer_limit"),
            LearnAfter = (int)config.Number("start_learn_at_memory_size"),
            BatchesPerEpisode = (int)config.Number("num_learn_epochs_per_eposide"),
            TopExploration = config.Number("top_epsilon"),
            BottomExploration = config.Number("bottom_epsilon"),
            AnnealEpisodes = (int)config.Number("anneal_epsilon_scaler"),
        };
        using Bench bench = new(f, options.BatchSize);
        ListedChance chance = new();
        DeepQAgent<double> agent = new(ControlTaskTests.Make(f.Text("env"), (int)f.Number("time_limit")), bench.Trainer, options, chance);
        RunningReward reward = new(ReinforcementTrial.Window);
        foreach (JsonElement episode in f.GetProperty("episodes").EnumerateArray())
        {
            chance.Load(episode);
            Assert.Equal(episode.Number("epsilon"), options.Exploration(agent.Episodes), 1e-15);
            int[] actions = episode.Integers("actions");
            reward.Add(agent.RunEpisode());
            Assert.True(chance.IsUsedUp, "draws were left over");
            Assert.Equal(episode.Number("memory_size"), agent.Memory.Count);
            Assert.Equal(actions[^Math.Min(actions.Length, agent.Memory.Count)..], Enumerable.Range(0, agent.Memory.Count).Select(i => agent.Memory[i].Action).TakeLast(actions.Length));
            Compare(episode.GetProperty("first_in_memory"), agent.Memory[0]);
            Compare(episode.GetProperty("last_stored"), agent.Memory[agent.Memory.Count - 1]);
            FixtureNumbers.Close(episode.Numbers("obs_mean"), agent.Moments.Mean, 1e-9, "means");
            FixtureNumbers.Close(episode.Numbers("obs_std"), [.. Enumerable.Range(0, agent.Moments.Mean.Length).Select(agent.Moments.Deviation)], 1e-9, "deviations");
            Assert.Equal(episode.Number("logged_reward"), reward.OfWindow, 1e-9);
            bench.Compare(episode, 1e-9);
        }
    }

    [Theory]
    [InlineData("float64", 1e-9)]
    [InlineData("float32", 1e-3)]
    public void Moments_and_normalized_observations_follow_every_push(string precision, double tolerance)
    {
        foreach (string path in FixtureFiles.Find("prospective", "rl_dqn_update*.json"))
        {
            foreach (JsonElement run in FixtureFiles.Read(path).GetProperty("observation_normaliser").GetProperty(precision).EnumerateArray())
            {
                JsonElement rows = run.GetProperty("x"), after = run.GetProperty("after_each_push");
                RunningMoments moments = new(rows[0].GetArrayLength());
                double[] normalized = new double[rows[0].GetArrayLength()];
                for (int i = 0; i < rows.GetArrayLength(); i++)
                {
                    moments.Add(rows[i].Numbers());
                    FixtureNumbers.Close(after[i].Numbers("mean"), moments.Mean, tolerance, $"mean {i}");
                    FixtureNumbers.Close(after[i].Numbers("std"), [.. Enumerable.Range(0, normalized.Length).Select(moments.Deviation)], tolerance, $"deviation {i}");
                    moments.Normalize(rows[i].Numbers(), normalized);
                    FixtureNumbers.Close(after[i].Numbers("normalized_of_this"), normalized, tolerance, $"normalized {i}");
                    if (i + 1 == rows.GetArrayLength())
                        break;
                    moments.Normalize(rows[i + 1].Numbers(), normalized);
                    FixtureNumbers.Close(after[i].Numbers("normalized_of_next"), normalized, tolerance, $"next normalized {i}");
                }
            }
        }
    }

    [Fact]
    public void Exploration_and_logged_reward_are_the_original_s()
    {
        foreach (string path in FixtureFiles.Find("prospective", "rl_dqn_update*.json"))
        {
            JsonElement f = FixtureFiles.Read(path);
            foreach (JsonElement value in f.GetProperty("epsilon").GetProperty("values").EnumerateArray())
                Assert.Equal(value.Number("epsilon"), new DeepQOptions().Exploration((int)value.Number("episode_index")), 1e-15);
            RunningReward reward = new(ReinforcementTrial.Window);
            double[] rewards = f.GetProperty("logged_reward").Numbers("episode_reward"), logged = f.GetProperty("logged_reward").Numbers("logged");
            for (int i = 0; i < rewards.Length; i++)
            {
                reward.Add(rewards[i]);
                Assert.Equal(logged[i], reward.OfWindow, 1e-9);
            }
            Assert.Equal(logged.Average(), reward.Mean, 1e-9);
        }
    }

    private static void Compare(JsonElement want, Transition<double> got)
    {
        FixtureNumbers.Close(want.Numbers("s"), got.Observation, 1e-9, "seen");
        FixtureNumbers.Close(want.Numbers("s_next"), got.Next, 1e-9, "seen next");
        Assert.Equal(want.Number("a"), got.Action);
        Assert.Equal(want.Number("r"), got.Reward);
        Assert.Equal(want.Number("done_mask") == 0, got.Ended);
    }

    /// <summary>The network of a case, and a trainer for it.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly Network<double> _network;

        public Bench(JsonElement f, int batch)
        {
            int[] sizes = f.Integers("layer_sizes");
            LearningRule rule = f.Text("rule") == "PC"
                ? new PredictiveCoding { InferenceSteps = (int)f.Number("T"), InferenceRate = f.Number("x_lr"), RateDiscount = 1 }
                : new Backpropagation();
            _network = new(NetworkSpec.Perceptron(sizes[0], sizes[1..^1], sizes[^1], Activation.Sigmoid, OutputHead.LinearSquaredError), rule, Initializer.Zeros, 1);
            for (int l = 1; l <= _network.Depth; l++)
            {
                f.GetProperty("W")[l - 1].Numbers().CopyTo(_network.Weights(l).Values);
                f.GetProperty("b")[l - 1].Numbers().CopyTo(_network.Biases(l).Values);
            }
            Trainer = new(_network, rule, OptimizerSettings.Sgd(SummedGradients.Rate(rule, f.Number("p_lr"), batch)), batch);
        }

        public NetworkTrainer<double> Trainer { get; }

        public void Compare(JsonElement want, double tolerance)
        {
            for (int l = 1; l <= _network.Depth; l++)
            {
                FixtureNumbers.Close(want.GetProperty("W_after")[l - 1].Numbers(), _network.Weights(l).Values, tolerance, $"W_{l}");
                FixtureNumbers.Close(want.GetProperty("b_after")[l - 1].Numbers(), _network.Biases(l).Values, tolerance, $"b_{l}");
            }
        }

        public void Dispose()
        {
            Trainer.Dispose();
            _network.Dispose();
        }
    }
}
