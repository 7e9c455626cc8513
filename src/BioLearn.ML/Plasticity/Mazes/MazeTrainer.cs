using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.Neuromodulation;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Mazes;

/// <summary>A step of an episode that was played.</summary>
/// <param name="Agent">Where the agent was.</param>
/// <param name="Action">What it did: up, down, left, right.</param>
/// <param name="Reward">What it got.</param>
/// <param name="Signal">The network's neuromodulator M; 0 without one.</param>
public readonly record struct MazeStep(MazeCell Agent, int Action, double Reward, double Signal);

/// <summary>
/// Trains a plastic, neuromodulated or plain recurrent network to find the reward of a maze again once it has come upon it: advantage actor-critic over whole
/// episodes (Miconi et al. 2019, <c>maze/batch.py</c>), Adam with ε 1e-4, gradients clipped by their norm. The program's 101 first iterations, in which it does not learn, are left out.
/// </summary>
public sealed class MazeTrainer
{
    private readonly MazeTrainerOptions _options;
    private readonly long _seed;
    private readonly ActorCritic<float> _heads;
    private readonly ModulatedPass<float> _pass;
    private readonly ModulatedEpisode<float>[] _episodes;
    private readonly ParameterTensor<float>[] _parameters;
    private readonly ParameterOptimizer<float> _optimizer;
    private readonly int[] _actions;
    private readonly float[] _rewards;

    /// <summary>A network before its first episode.</summary>
    /// <param name="options">How it learns.</param>
    /// <param name="seed">Of weights, mazes and actions.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MazeTrainer(MazeTrainerOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _seed) = (options, seed);
        Network = new(new() { Inputs = Maze.Inputs, Neurons = options.Neurons, Modulation = options.Plastic ? options.Modulation : Modulation.None });
        _heads = new(options.Neurons, Maze.Actions, options.Loss);
        _pass = new(Network, options.Maze.Steps);
        _episodes = [.. Enumerable.Range(0, options.BatchSize).Select(_ => new ModulatedEpisode<float>(Network, options.Maze.Steps))];
        (_actions, _rewards) = (new int[options.Maze.Steps * options.BatchSize], new float[options.Maze.Steps * options.BatchSize]);
        Start();
        _parameters = [.. Network.Parameters.Where(p => options.Plastic || (p != Network.Alpha && p != Network.Rate)), .. _heads.Parameters];
        _optimizer = new(_parameters, new() { LearningRate = options.LearningRate, Epsilon = 1e-4 });
    }

    /// <summary>The network.</summary>
    public ModulatedNetwork<float> Network { get; }

    /// <summary>Updates done.</summary>
    public int Updates => _optimizer.Steps;

    /// <summary>Plays a batch of episodes and learns from them.</summary>
    /// <param name="cancellation">Heard before every episode.</param>
    /// <returns>Reward of an episode, the mean of the batch.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; nothing was learned from the batch.</exception>
    public double Update(CancellationToken cancellation = default)
    {
        int batch = _options.BatchSize;
        for (int b = 0; b < batch; b++)
        {
            cancellation.ThrowIfCancellationRequested();
            MazeStep[] steps = Play(_episodes[b], $"{Updates}/{b}");
            for (int t = 0; t < steps.Length; t++)
                (_actions[(t * batch) + b], _rewards[(t * batch) + b]) = (steps[t].Action, (float)steps[t].Reward);
        }
        _optimizer.ClearGradients();
        _heads.Backward(_episodes, _actions, _rewards);
        foreach (ModulatedEpisode<float> episode in _episodes)
        {
            cancellation.ThrowIfCancellationRequested();
            _pass.Backward(episode);
        }
        Clip();
        _optimizer.Step();
        return TensorPrimitives.Sum<float>(_rewards) / batch;
    }

    /// <summary>Plays one episode without learning from it, but for what the network's traces learn.</summary>
    /// <param name="name">Name of the episode: what is drawn in it follows from name and seed.</param>
    /// <returns>Its steps, and the rewarding cell.</returns>
    public (IReadOnlyList<MazeStep> Steps, MazeCell Goal) Play(string name)
    {
        ModulatedEpisode<float> episode = new(Network, _options.Maze.Steps);
        MazeStep[] steps = Play(episode, name);
        return (steps, new Maze(_options.Maze, new RandomStream(_seed, $"maze/{name}")).Goal);
    }

    /// <summary>Writes parameters and the optimizer's memory.</summary>
    /// <param name="writer">Where to.</param>
    public void SaveState(BinaryWriter writer) => ParameterState.Write(writer, _parameters, _optimizer);

    /// <summary>Reads what <see cref="SaveState"/> wrote, of a network with the same options.</summary>
    /// <param name="reader">Where from.</param>
    /// <exception cref="InvalidDataException">It was written of another network.</exception>
    public void LoadState(BinaryReader reader) => ParameterState.Read(reader, _parameters, _optimizer);

    private MazeStep[] Play(ModulatedEpisode<float> episode, string name)
    {
        Maze maze = new(_options.Maze, new RandomStream(_seed, $"maze/{name}"));
        RandomStream choices = new(_seed, $"actions/{name}");
        MazeStep[] steps = new MazeStep[_options.Maze.Steps];
        Span<float> policy = stackalloc float[Maze.Actions];
        episode.Begin();
        for (int t = 1; t <= steps.Length; t++)
        {
            maze.Sense(episode.Input(t));
            _pass.Step(episode, t);
            _heads.Evaluate(episode.State(t), policy);
            TensorPrimitives.SoftMax(policy, policy);
            MazeCell agent = maze.Agent;
            int action = Draw(policy, choices.NextSingle());
            steps[t - 1] = new(agent, action, maze.Act(action), _pass.Signal(t));
        }
        return steps;
    }

    private static int Draw(ReadOnlySpan<float> policy, float at)
    {
        for (int action = 0; action < policy.Length - 1; action++)
        {
            at -= policy[action];
            if (at < 0)
                return action;
        }
        return policy.Length - 1;
    }

    private void Clip()
    {
        double squares = 0;
        foreach (ParameterTensor<float> parameter in _parameters)
            squares += TensorPrimitives.SumOfSquares<float>(parameter.Gradient);
        double norm = Math.Sqrt(squares);
        if (norm <= _options.GradientClip)
            return;
        float factor = (float)(_options.GradientClip / norm);
        foreach (ParameterTensor<float> parameter in _parameters)
            TensorPrimitives.Multiply(parameter.Gradient, factor, parameter.Gradient);
    }

    /// <summary>As the program starts: linear layers uniform within 1/√fan-in, W and α uniform from 0 to .01.</summary>
    private void Start()
    {
        foreach (ParameterTensor<float> parameter in Network.Parameters.Concat(_heads.Parameters))
        {
            if (parameter == Network.Rate)
                continue;
            bool isRecurrent = parameter == Network.Weights || parameter == Network.Alpha;
            float bound = 1 / MathF.Sqrt(parameter.Name.StartsWith("i2h", StringComparison.Ordinal) ? Maze.Inputs : _options.Neurons);
            for (int row = 0; row < parameter.Rows; row++)
                new RandomStream(_seed, $"weights/{parameter.Name}/{row}").FillUniform(parameter.Row(row), isRecurrent ? 0 : -bound, isRecurrent ? .01f : bound);
        }
        if (!_options.Plastic)
            Network.Alpha.Values.Clear();
    }
}
