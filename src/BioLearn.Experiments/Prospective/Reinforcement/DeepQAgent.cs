using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Experiments.Prospective.ClassicControl;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>
/// Deep Q-learning (Mnih et al. 2013) with any learning rule, as in prospective configuration's experiment: no second network for the targets, learning
/// only between episodes. A network gives the value Q(s, a) of each action; after an episode it learns, from transitions of the past,
/// Q(s, a) → r + γ max Q(s', ·), or r alone where the episode ended, by a limit of steps too. Only the action that was chosen has an error; the other
/// outputs are free. Observations are normalized by their running moments, and remembered so.
/// </summary>
/// <typeparam name="T">float or double; observations are rounded to it.</typeparam>
public sealed class DeepQAgent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ControlTask _task;
    private readonly NetworkTrainer<T> _trainer;
    private readonly DeepQOptions _options;
    private readonly EpisodeChance _chance;
    private readonly double[] _seen;
    private readonly double[] _normalized;
    private readonly T[] _now;
    private readonly T[] _next;
    private readonly int[] _batch;
    private readonly T[] _observations;
    private readonly T[] _following;
    private readonly T[] _targets;
    private readonly bool[] _chosen;

    /// <summary>Makes an agent that knows nothing.</summary>
    /// <param name="task">What it is to do.</param>
    /// <param name="trainer">Teaches a network from <see cref="ControlTask.ObservationSize"/> inputs to <see cref="ControlTask.Actions"/> linear outputs, in mini-batches of <see cref="DeepQOptions.BatchSize"/>; the caller keeps and disposes it.</param>
    /// <param name="options">How it explores, remembers and learns.</param>
    /// <param name="chance">All that is random.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the network does not fit the task.</exception>
    public DeepQAgent(ControlTask task, NetworkTrainer<T> trainer, DeepQOptions options, EpisodeChance chance)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(chance);
        options.Validate();
        NetworkSpec spec = trainer.Network.Spec;
        if (spec.Input.Size != task.ObservationSize || spec.Outputs != task.Actions)
            throw new ArgumentException($"The network has {spec.Input.Size} inputs and {spec.Outputs} outputs; {task.GetType().Name} needs {task.ObservationSize} and {task.Actions}.", nameof(trainer));
        (_task, _trainer, _options, _chance) = (task, trainer, options, chance);
        int width = task.ObservationSize;
        Memory = new ReplayMemory<T>(options.MemorySize, width);
        Moments = new RunningMoments(width);
        (_seen, _normalized, _now, _next) = (new double[width], new double[width], new T[width], new T[width]);
        (_batch, _observations, _following) = (new int[options.BatchSize], new T[options.BatchSize * width], new T[options.BatchSize * width]);
        (_targets, _chosen) = (new T[options.BatchSize * task.Actions], new bool[options.BatchSize * task.Actions]);
    }

    /// <summary>Episodes done.</summary>
    public int Episodes { get; private set; }

    /// <summary>What it remembers.</summary>
    public ReplayMemory<T> Memory { get; }

    /// <summary>Moments of all observations so far.</summary>
    public RunningMoments Moments { get; }

    /// <summary>Whether learning ran into infinities: from then on the agent learns no more and always takes action 0, as the original's does by NaN.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>One episode, and what is learned after it.</summary>
    /// <returns>The sum of its rewards.</returns>
    public double RunEpisode()
    {
        double exploration = _options.Exploration(Episodes), sum = 0;
        _chance.Start(_task);
        bool over = false;
        while (!over)
        {
            Remember(_task.Observation);
            Normalize(_seen, _now);
            int action = _chance.Explore() < exploration ? _chance.Action(_task.Actions) : Greedy(_now);
            ControlStep step = _task.Step(action);
            over = step.IsOver;
            sum += step.Reward;
            Round(_task.Observation, _seen);
            Normalize(_seen, _next);
            Memory.Add(_now, action, step.Reward, _next, over);
        }
        Remember(_task.Observation);
        for (int i = 0; i < _options.BatchesPerEpisode && Memory.Count > _options.LearnAfter && !HasDiverged; i++)
        {
            _chance.Replay(Memory.Count, _batch);
            Learn(_batch);
        }
        Episodes++;
        return sum;
    }

    /// <summary>The action of the greatest value, the first of equals.</summary>
    /// <param name="observation">A normalized observation.</param>
    /// <returns>The action.</returns>
    public int Greedy(ReadOnlySpan<T> observation) => HasDiverged ? 0 : TensorPrimitives.IndexOfMax<T>(_trainer.Predict(observation).Row(0));

    /// <summary>Learns from some remembered transitions.</summary>
    /// <param name="batch">Their indices.</param>
    public void Learn(ReadOnlySpan<int> batch)
    {
        int width = _task.ObservationSize, actions = _task.Actions;
        for (int i = 0; i < batch.Length; i++)
        {
            Transition<T> transition = Memory[batch[i]];
            transition.Observation.CopyTo(_observations.AsSpan(i * width));
            transition.Next.CopyTo(_following.AsSpan(i * width));
        }
        Signal<T> values = _trainer.Predict(_following.AsSpan(0, batch.Length * width));
        Array.Clear(_chosen);
        for (int i = 0; i < batch.Length; i++)
        {
            Transition<T> transition = Memory[batch[i]];
            T later = transition.Ended ? T.Zero : T.CreateChecked(_options.Discount) * TensorPrimitives.Max<T>(values.Row(i));
            _targets[(i * actions) + transition.Action] = transition.Reward + later;
            _chosen[(i * actions) + transition.Action] = true;
        }
        try
        {
            _trainer.Step(_observations.AsSpan(0, batch.Length * width), _targets.AsSpan(0, batch.Length * actions), targetMask: _chosen.AsSpan(0, batch.Length * actions));
        }
        catch (DivergenceException)
        {
            HasDiverged = true;
        }
    }

    /// <summary>Writes all of it: network, memory, moments, place in the streams.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Episodes);
        writer.Write(HasDiverged);
        _trainer.SaveState(writer);
        Memory.Save(writer);
        Moments.Save(writer);
        _chance.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, before the first episode.</summary>
    /// <param name="reader">Where from.</param>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Episodes = reader.ReadInt32();
        HasDiverged = reader.ReadBoolean();
        _trainer.LoadState(reader);
        Memory.Load(reader);
        Moments.Load(reader);
        _chance.Load(reader);
    }

    private void Remember(ReadOnlySpan<double> observation)
    {
        Round(observation, _seen);
        Moments.Add(_seen);
    }

    private static void Round(ReadOnlySpan<double> observation, Span<double> rounded)
    {
        for (int i = 0; i < observation.Length; i++)
            rounded[i] = double.CreateChecked(T.CreateChecked(observation[i]));
    }

    private void Normalize(ReadOnlySpan<double> observation, Span<T> normalized)
    {
        Moments.Normalize(observation, _normalized);
        for (int i = 0; i < _normalized.Length; i++)
            normalized[i] = T.CreateChecked(_normalized[i]);
    }
}
