using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Tests.Prospective.Reinforcement;

public class ReinforcementTrialTests
{
    private static readonly DeepQOptions Short = new() { LearnAfter = 200, MemorySize = 400, TopExploration = 0.3 };

    private static ReinforcementTrial Trial(ControlEnvironment environment, LearningRule rule, int episodes = 12, double rate = 0.001) =>
        new() { Environment = environment, Rule = rule, Episodes = episodes, LogEvery = 5, HiddenUnits = [12, 12], LearningRate = rate, Agent = Short };

    [Theory]
    [InlineData(ControlEnvironment.CartPole)]
    [InlineData(ControlEnvironment.MountainCar)]
    [InlineData(ControlEnvironment.Acrobot)]
    public void Trial_gives_the_same_rows_again_and_others_for_another_seed(ControlEnvironment environment)
    {
        PredictiveCoding rule = new() { InferenceSteps = 8, RateDiscount = 1 };
        TrialContext first = new("rl", "0"), again = new("rl", "0"), other = new("rl", "1");
        Trial(environment, rule).Run(first);
        Trial(environment, rule).Run(again);
        Trial(environment, rule).Run(other);
        Assert.Equal([5, 10, 12], first.Rows.Select(r => r.Iteration));
        Assert.Equal(["reward", "mean-reward", "diverged"], first.Rows[0].Values.Select(v => v.Key));
        Assert.Equal(first.Rows.SelectMany(r => r.Values), again.Rows.SelectMany(r => r.Values));
        if (environment == ControlEnvironment.CartPole)
            Assert.NotEqual(first.Rows.SelectMany(r => r.Values), other.Rows.SelectMany(r => r.Values));
    }

    [Fact]
    public void Trial_stopped_anywhere_goes_on_to_the_same_rows()
    {
        TrialContext whole = new("rl", "0");
        Trial(ControlEnvironment.CartPole, new Backpropagation(), 30).Run(whole);
        StoppingContext stopped = new(null, []);
        Assert.Throws<OperationCanceledException>(() => Trial(ControlEnvironment.CartPole, new Backpropagation(), 30).Run(stopped));
        StoppingContext further = new(stopped.Saved, stopped.Rows) { StopsAt = int.MaxValue };
        Trial(ControlEnvironment.CartPole, new Backpropagation(), 30).Run(further);
        Assert.Equal(whole.Rows.Select(r => r.Iteration), further.Rows.Select(r => r.Iteration));
        Assert.Equal(whole.Rows.SelectMany(r => r.Values), further.Rows.SelectMany(r => r.Values));
    }

    [Fact]
    public void Agent_that_learns_balances_longer_than_one_that_does_not()
    {
        double taught = Last(1e-3), untaught = Last(1e-12);
        Assert.True(taught > 2 * untaught, $"{taught} against {untaught}");

        static double Last(double rate)
        {
            TrialContext context = new("rl", "0");
            new ReinforcementTrial { Rule = new Backpropagation(), Episodes = 500, LogEvery = 500, HiddenUnits = [32], LearningRate = rate, Agent = new() { LearnAfter = 500 } }.Run(context);
            return context.Rows[^1].Values.Single(v => v.Key == "reward").Value;
        }
    }

    [Fact]
    public void Diverged_agent_repeats_one_action_and_says_so()
    {
        TrialContext context = new("rl", "0");
        Trial(ControlEnvironment.CartPole, new Backpropagation(), 400, rate: 1e30).Run(context);
        Assert.Equal(1, context.Rows[^1].Values.Single(v => v.Key == "diverged").Value);
        // The cart pushed one way loses the pole in 8 to 10 steps.
        Assert.InRange(context.Rows[^1].Values.Single(v => v.Key == "reward").Value, 8, 14);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Assert.Contains("MemorySize", Assert.Throws<ArgumentException>(() => new ReinforcementTrial { Agent = new() { MemorySize = 10 } }.Run(new("rl", "0"))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReinforcementTrial { Episodes = 0 }.Run(new("rl", "0")));
    }

    /// <summary>Keeps the checkpoint, and stops at the second.</summary>
    private sealed class StoppingContext : TrialContext
    {
        private readonly byte[]? _from;

        public StoppingContext(byte[]? from, IEnumerable<TrialRow> rows)
            : base("rl", "0")
        {
            _from = from;
            foreach (TrialRow row in rows)
                Add(row);
        }

        public byte[]? Saved { get; private set; }

        public int StopsAt { get; init; } = 2;

        private int _offered;

        public override bool TryRestore(Action<BinaryReader> read)
        {
            if (_from is not null)
                read(new BinaryReader(new MemoryStream(_from)));
            return _from is not null;
        }

        public override void Checkpoint(Action<BinaryWriter> write)
        {
            using MemoryStream stream = new();
            write(new BinaryWriter(stream));
            Saved = stream.ToArray();
            if (++_offered >= StopsAt)
                throw new OperationCanceledException();
        }
    }
}
