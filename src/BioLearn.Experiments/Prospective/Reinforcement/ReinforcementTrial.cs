using BioLearn.Experiments.Prospective.ClassicControl;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>The tasks of classic control.</summary>
public enum ControlEnvironment
{
    /// <summary><see cref="ClassicControl.CartPole"/>.</summary>
    CartPole,

    /// <summary><see cref="ClassicControl.Acrobot"/>.</summary>
    Acrobot,

    /// <summary><see cref="ClassicControl.MountainCar"/>.</summary>
    MountainCar,
}

/// <summary>
/// Reinforcement learning (figure 4k of Song et al. 2024): a <see cref="DeepQAgent{T}"/> in single precision, taught by a rule.
/// </summary>
/// <remarks>
/// Rows, one every <see cref="LogEvery"/> episodes and one at the end; iteration is the number of episodes done. <c>reward</c>: mean reward of the last
/// 200 episodes, of fewer at the start. <c>mean-reward</c>: mean of that figure over all episodes so far; its last value is what the publication chose
/// rates on. <c>diverged</c>: 1 once learning ran into infinities.
/// </remarks>
public sealed class ReinforcementTrial : ITrial
{
    /// <summary>Episodes of the running mean.</summary>
    public const int Window = 200;

    /// <summary>The task. Default: the cart and pole.</summary>
    public ControlEnvironment Environment { get; init; }

    /// <summary>The rule. Default: backpropagation.</summary>
    public LearningRule Rule { get; init; } = new Backpropagation();

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Episodes; at least 1. Default: 10,000.</summary>
    public int Episodes { get; init; } = 10_000;

    /// <summary>Episodes between two rows; at least 1. Default: 100.</summary>
    public int LogEvery { get; init; } = 100;

    /// <summary>Units of the hidden layers. Default: 128, 128.</summary>
    public int[] HiddenUnits { get; init; } = [128, 128];

    /// <summary>Activation of the hidden layers. Default: the sigmoid.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How the agent explores, remembers and learns.</summary>
    public DeepQOptions Agent { get; init; } = new();

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LogEvery, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        Agent.Validate();
        ControlTask task = Environment switch
        {
            ControlEnvironment.Acrobot => new Acrobot(),
            ControlEnvironment.MountainCar => new MountainCar(),
            _ => new CartPole(),
        };
        NetworkSpec spec = NetworkSpec.Perceptron(task.ObservationSize, HiddenUnits, task.Actions, Activation, OutputHead.LinearSquaredError);
        using Network<float> network = new(spec, Rule, Initializer.UniformByFanIn, context.Seed, Initializer.UniformByFanIn);
        using NetworkTrainer<float> trainer = new(network, Rule, OptimizerSettings.Sgd(SummedGradients.Rate(Rule, LearningRate, Agent.BatchSize)), Agent.BatchSize);
        DeepQAgent<float> agent = new(task, trainer, Agent, new EpisodeChance(context));
        RunningReward reward = new(Window);
        context.TryRestore(reader =>
        {
            agent.Load(reader);
            reward.Load(reader);
        });
        while (agent.Episodes < Episodes)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            reward.Add(agent.RunEpisode());
            if (agent.Episodes % LogEvery != 0 && agent.Episodes < Episodes)
                continue;
            context.Record(agent.Episodes, ("reward", reward.OfWindow), ("mean-reward", reward.Mean), ("diverged", agent.HasDiverged ? 1 : 0));
            context.Checkpoint(writer =>
            {
                agent.Save(writer);
                reward.Save(writer);
            });
        }
    }
}
