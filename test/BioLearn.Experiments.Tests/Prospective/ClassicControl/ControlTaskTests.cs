using System.Text.Json;
using BioLearn.Experiments.Prospective.ClassicControl;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Tests.Prospective.ClassicControl;

public class ControlTaskTests
{
    public static TheoryData<string, int> Traces() => FixtureFiles.Cases("prospective", "rl_environments*.json");

    public static ControlTask Make(string name, int? limit = null) => name switch
    {
        "CartPole-v1" => new CartPole() { StepLimit = limit ?? 500 },
        "MountainCar-v0" => new MountainCar() { StepLimit = limit ?? 200 },
        "Acrobot-v1" => new Acrobot() { StepLimit = limit ?? 500 },
        _ => throw new InvalidDataException($"unknown task {name}"),
    };

    [Theory]
    [MemberData(nameof(Traces))]
    public void Every_step_of_a_trace_of_gym_is_made(string file, int index)
    {
        JsonElement trace = FixtureFiles.Case("prospective", file, index);
        ControlTask task = Make(trace.Text("env"));
        int[] actions = trace.Integers("actions");
        JsonElement states = trace.GetProperty("states");
        for (int t = 0; t < actions.Length; t++)
        {
            task.Start(states[t].Numbers());
            ControlStep step = task.Step(actions[t]);
            bool last = t == actions.Length - 1;
            FixtureNumbers.Close(states[t + 1].Numbers(), task.State, 1e-12, $"state {t + 1}");
            Assert.Equal(last && trace.GetProperty("terminated_at_last_step").GetBoolean(), step.IsTerminal);
            Assert.Equal(trace.TryGetProperty("reward_every_step", out JsonElement reward) ? reward.GetDouble() : trace.Numbers("rewards")[t], step.Reward);
            if (trace.TryGetProperty("observations", out JsonElement observations))
                FixtureNumbers.Close(observations[t + 1].Numbers(), task.Observation, 1e-12, $"observation {t + 1}");
            else
                Assert.Equal(task.State, task.Observation);
        }
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void Whole_trace_of_gym_is_followed_as_long_as_rounding_lets_it(string file, int index)
    {
        JsonElement trace = FixtureFiles.Case("prospective", file, index);
        ControlTask task = Make(trace.Text("env"));
        JsonElement growth = trace.GetProperty("steps_before_rounding_can_grow_to_1e-9");
        int steps = growth.ValueKind == JsonValueKind.Null ? trace.GetProperty("actions").GetArrayLength() : growth.GetInt32();
        int[] actions = trace.Integers("actions");
        double total = 0;
        task.Start(trace.Numbers("initial_state"));
        for (int t = 0; t < steps; t++)
        {
            ControlStep step = task.Step(actions[t]);
            total += step.Reward;
            FixtureNumbers.Close(trace.GetProperty("states")[t + 1].Numbers(), task.State, 1e-9, $"state {t + 1}");
            Assert.Equal(t == actions.Length - 1 && trace.GetProperty("done_at_last_step").GetBoolean(), step.IsOver);
        }
        if (steps == actions.Length)
            Assert.Equal(trace.Number("return"), total);
    }

    [Fact]
    public void Limit_of_steps_is_the_published_one()
    {
        foreach (string path in FixtureFiles.Find("prospective", "rl_environments*.json"))
        {
            foreach (JsonProperty limit in FixtureFiles.Read(path).GetProperty("time_limits").EnumerateObject())
                Assert.Equal(limit.Value.GetInt32(), Make(limit.Name).StepLimit);
        }
    }

    [Theory]
    [InlineData("CartPole-v1", -0.05, 0.05)]
    [InlineData("MountainCar-v0", -0.6, -0.4)]
    [InlineData("Acrobot-v1", -0.1, 0.1)]
    public void Starts_fill_their_range(string name, double low, double high)
    {
        ControlTask task = Make(name);
        RandomStream random = new(1, "starts");
        List<double> first = [];
        for (int i = 0; i < 400; i++)
        {
            task.Start(random);
            first.Add(task.State[0]);
            Assert.All(task.State.ToArray().Where((_, j) => name != "MountainCar-v0" || j == 0), x => Assert.InRange(x, (float)low, (float)high));
        }
        Assert.InRange(first.Min(), low, low + ((high - low) * 0.05));
        Assert.InRange(first.Max(), high - ((high - low) * 0.05), high);
    }

    [Fact]
    public void Episode_ends_at_a_limit_of_ones_own()
    {
        ControlTask task = Make("MountainCar-v0", limit: 3);
        task.Start([-0.5, 0]);
        Assert.False(task.Step(0).IsOver);
        Assert.False(task.Step(0).IsOver);
        Assert.Equal(new ControlStep(-1, IsTerminal: false, IsOver: true), task.Step(0));
        task.Start([-0.5, 0]);
        Assert.False(task.Step(0).IsOver);
        Assert.Throws<ArgumentOutOfRangeException>(() => task.Step(3));
        Assert.Throws<ArgumentException>(() => task.Start([1.0]));
    }
}
